#include "base/ascii.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace koine::description {
namespace {

constexpr std::size_t kMostResources = 1000;
constexpr std::size_t kLongestPath = 200;

bool is_path(std::string_view path) {
    if (path.empty() || path.size() > kLongestPath || path.front() == '/' || path.back() == '/' ||
        path.find("//") != std::string_view::npos)
        return false;
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '/'; };
    return std::ranges::all_of(path, fits);
}

/// The permission that a verb asks for if nothing is said: peering.add_tag of peering.tag.
Rule default_rule(Verb verb, std::string_view type_word, bool login_required) {
    if (verb == Verb::list || verb == Verb::get) return {login_required ? Rule::Who::user : Rule::Who::anyone, {}};
    auto const dot = type_word.rfind('.');
    auto const app = dot == std::string_view::npos ? std::string_view() : type_word.substr(0, dot + 1);
    auto const model = dot == std::string_view::npos ? type_word : type_word.substr(dot + 1);
    std::string_view const deed = verb == Verb::create ? "add" : verb == Verb::remove ? "delete" : "change";
    return {Rule::Who::permission, fmt::format("{}{}_{}", app, deed, model)};
}

/// permission('peering.add_tag')
std::optional<std::string> permission_in(std::string_view text) {
    constexpr std::string_view kHead = "permission(";
    if (!text.starts_with(kHead) || !text.ends_with(')')) return std::nullopt;
    auto inner = trimmed(text.substr(kHead.size(), text.size() - kHead.size() - 1));
    if (inner.size() >= 2 && (inner.front() == '"' || inner.front() == '\'') && inner.front() == inner.back())
        inner = inner.substr(1, inner.size() - 2);
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-' || c == ':'; };
    if (inner.empty() || inner.size() > 200 || !std::ranges::all_of(inner, fits)) return std::nullopt;
    return std::string(inner);
}

class Reading {
public:
    Reading(Draft& draft, Mixins const& mixins, TypeBook& book) : draft_(draft), mistakes_(draft.mistakes), mixins_(mixins), book_(book) {}

    void read(yaml::Node const& section) {
        for (auto const& entry : section.members) {
            if (draft_.app.resources.size() == kMostResources)
                return mistakes_.at(entry.key, fmt::format("more than {} resources", kMostResources));
            read_one(entry);
        }
        check_named_views();
    }

private:
    void read_one(yaml::Member const& entry) {
        Map const map(entry.value, form("resource"), mistakes_);
        Resource resource;
        resource.name = entry.key.text;
        resource.place = place_of(entry.key);
        resource.entity = map.text("entity");
        read_paths(map, entry.key, resource);
        resource.dialect = map.text("dialect");
        if (auto const* dialect = map.node("dialect")) check_dialect(*dialect);
        resource.listed = map.boolean("listed", true);
        read_endpoints(map, resource);
        auto taken = mixins_.of(map.texts("mixins"));
        auto const* entity = entity_of(map, entry.key);
        if (entity == nullptr) {
            broken_homes_.insert(resource.entity);
            return;
        }
        if (!taken.complete) broken_homes_.insert(resource.entity);
        resource.label = map.text("label", entity->label);
        resource.label_plural = map.text("plural", map.node("label") != nullptr ? resource.label + "s" : entity->label_plural);
        resource.order = map.node("order") != nullptr ? read_order(draft_, map.items("order"), *entity) : entity->order;
        read_web(map, taken.maps, *entity, resource);
        read_rules(map, *entity, resource);
        read_hooks(map, resource);
        ResourceReading in{draft_, book_, *entity, resource, taken.maps, map, !taken.complete, named_views_};
        read_members(in);
        read_views(in);
        read_search(in);
        read_filters(in);
        read_sort(map, in.vague, resource);
        draft_.app.resources.push_back(std::move(resource));
    }

    Entity const* entity_of(Map const& map, yaml::Node const& key) {
        auto const* node = map.node("entity");
        if (node == nullptr) {
            if (map.self().is_map() || map.self().kind == yaml::Node::Kind::null) mistakes_.at(key, "a resource needs its entity");
            return nullptr;
        }
        return draft_.entity_at(*node);
    }

    void read_paths(Map const& map, yaml::Node const& key, Resource& resource) {
        auto const claim = [&](yaml::Node const& node, std::string const& path) {
            if (!is_path(path))
                return mistakes_.at(
                    node,
                    fmt::format("\"{}\" is no path such as network/routers, without a slash at its ends", path.substr(0, kLongestPath))
                );
            auto const [twin, fresh] = paths_.emplace(path, resource.name);
            if (!fresh) mistakes_.at(node, fmt::format("the resource {} has the path {}, too", twin->second, path));
        };
        resource.path = map.text("path", resource.name);
        claim(map.node("path") != nullptr ? *map.node("path") : key, resource.path);
        for (auto const& alias : map.texts("aliases")) {
            claim(alias, alias.text);
            resource.aliases.push_back(alias.text);
        }
    }

    void check_dialect(yaml::Node const& node) {
        auto const known = keys_of(draft_.app.dialects);
        if (!contains(known, node.text)) mistakes_.add(yaml::unknown_word(node, "dialect", known));
    }

    void read_endpoints(Map const& map, Resource& resource) {
        auto const add = [&](std::vector<Verb> const& verbs) {
            for (auto verb : verbs)
                if (!contains(resource.verbs, verb)) resource.verbs.push_back(verb);
        };
        for (auto const& node : map.texts("endpoints")) {
            auto const* word = find(endpoints(), node.text);
            if (word == nullptr) {
                mistakes_.add(yaml::unknown_word(node, "endpoint", names_of(endpoints())));
                continue;
            }
            add(word->value);
            resource.bulk = resource.bulk || word->name == "bulk";
        }
        if (map.node("endpoints") == nullptr) add(find(endpoints(), "read")->value);
        std::ranges::sort(resource.verbs);
    }

    void read_web(Map const& map, std::vector<Map> const& mixins, Entity const& entity, Resource& resource) {
        auto const* node = map.node("web");
        for (auto const& mixin : mixins)
            if (node == nullptr) node = mixin.node("web");
        if (node == nullptr || !is_text(*node, "a path such as /{plural}/{id}/", mistakes_)) return;
        resource.web = node->text;
        auto const fill = [&](std::string_view hole, std::string_view with) {
            for (auto at = resource.web.find(hole); at != std::string::npos; at = resource.web.find(hole, at + with.size()))
                resource.web.replace(at, hole.size(), with);
        };
        fill("{plural}", std::string_view(resource.path).substr(resource.path.rfind('/') + 1));
        fill("{path}", resource.path);
        read_template(draft_, *node, resource.web, entity);
    }

    void read_rules(Map const& map, Entity const& entity, Resource& resource) {
        static yaml::Node const kNothing;
        auto const* said = map.node("allow");
        Map const allow(said != nullptr ? *said : kNothing, form("allow"), mistakes_);
        for (auto const& right : rights()) {
            auto const* node = allow.node(right.name);
            for (auto verb : right.value)
                resource.rules[verb] =
                    node != nullptr ? read_rule(*node, mistakes_) : default_rule(verb, entity.type_word, draft_.app.login_required);
        }
    }

    void read_hooks(Map const& map, Resource& resource) {
        auto& hooks = resource.hooks;
        auto const read = [&](std::string_view when, std::string& create, std::string& update, std::string& remove) {
            auto const* node = map.node(when);
            if (node == nullptr) return;
            Map const said(*node, form("hooks"), mistakes_);
            for (auto const& [verb, into] : {std::pair("create", &create), std::pair("update", &update), std::pair("delete", &remove)})
                if (auto const* function = said.node(verb)) *into = function_at(draft_, *function);
        };
        read("before", hooks.before_create, hooks.before_update, hooks.before_delete);
        read("after", hooks.after_create, hooks.after_update, hooks.after_delete);
    }

    void read_sort(Map const& map, bool vague, Resource& resource) {
        resource.sort_all = map.node("sort") == nullptr;
        for (auto const& node : map.texts("sort")) {
            auto const* member = resource.member(node.text);
            if (member == nullptr && !vague) mistakes_.add(yaml::unknown_word(node, "member", names_of(resource.members, &Member::name)));
            if (member != nullptr && member->form != Member::Form::path && member->form != Member::Form::formula)
                mistakes_.at(node, "lists are ordered by fields and formulas only");
            resource.sort.push_back(node.text);
        }
    }

    void check_named_views() {
        for (auto const& [node, target] : named_views_) {
            if (target == nullptr || broken_homes_.contains(target->name)) continue;
            auto const* home = draft_.app.home_of(target->name);
            if (home == nullptr) {
                mistakes_.at(node, fmt::format("no resource shows {}, so that it has no views", target->name));
            } else if (home->view(node.text) == nullptr) {
                mistakes_.add(yaml::unknown_word(node, "view", names_of(home->views, &View::name)));
            }
        }
    }

    Draft& draft_;
    Collector& mistakes_;
    Mixins const& mixins_;
    TypeBook& book_;
    std::map<std::string, std::string> paths_;         ///< and whose they are
    std::set<std::string, std::less<>> broken_homes_;  ///< entities whose resources could not be read
    std::vector<NamedView> named_views_;
};

}  // namespace

Rule read_rule(yaml::Node const& node, Collector& mistakes) {
    if (auto const* who = find(callers(), node.text); who != nullptr && node.is_scalar()) return {who->value, {}};
    if (auto permission = permission_in(node.text)) return {Rule::Who::permission, std::move(*permission)};
    auto known = names_of(callers());
    known.emplace_back("permission('app.deed')");
    if (is_text(node, "who may", mistakes)) mistakes.add(yaml::unknown_word(node, "rule", known));
    return {Rule::Who::nobody, {}};
}

void read_resources(Draft& draft, yaml::Node const* section, Mixins const& mixins, TypeBook& book) {
    if (section != nullptr) Reading(draft, mixins, book).read(*section);
}

}  // namespace koine::description
