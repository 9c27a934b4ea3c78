#include "description/sections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace koine::description {
namespace {

constexpr std::size_t kMostMembers = 1000;
constexpr std::size_t kLongestName = 100;
constexpr auto kWays = std::to_array<std::string_view>({"from", "text", "link", "count", "group", "expr", "const", "merge", "lua"});

using enum Reference::Kind;

/// A member and how it is said; `how` is null for a bare word.
struct Said {
    yaml::Node const* name;
    yaml::Node const* how;
};

value::Type simple(value::Kind kind, std::string_view name) {
    value::Type type;
    type.kind = kind;
    type.name = name;
    return type;
}

value::Type type_of(expression::Class type) {
    switch (type) {
        case expression::Class::boolean: return simple(value::Kind::boolean, "bool");
        case expression::Class::number: return simple(value::Kind::real, "float");
        case expression::Class::time: return simple(value::Kind::datetime, "datetime");
        case expression::Class::text: return simple(value::Kind::text, "text");
        case expression::Class::any: break;
    }
    return simple(value::Kind::json, "json");
}

value::Type type_of(yaml::Node const& constant) {
    if (!constant.is_scalar() || constant.text == "null") return simple(value::Kind::json, "json");
    auto const json = json_of(constant);
    if (json.starts_with('"')) return simple(value::Kind::text, "text");
    return json == "true" || json == "false" ? simple(value::Kind::boolean, "bool") : simple(value::Kind::real, "float");
}

bool is_secret(value::Type const& type) { return type.kind == value::Kind::password || type.kind == value::Kind::secret; }

/// The path to a secret that the formula's value tells; nothing if there is none, or if it is only compared.
std::optional<std::string> secret_in(App const& app, Entity const& entity, expression::Formula const& formula, int depth = 0);

/// The same of what stands at the path's end.
std::optional<std::string> secret_at(App const& app, Entity const& entity, std::string_view path, int depth = 0) {
    constexpr int kDeepest = 20;
    Stop stop;
    auto const end = walk(app, entity, path, stop);
    if (!end || end->field == nullptr || depth > kDeepest) return std::nullopt;
    if (end->field->is_secret()) return std::string(path);
    return end->field->computed ? secret_in(app, *end->entity, *end->field->computed, depth + 1) : std::nullopt;
}

std::optional<std::string> secret_in(App const& app, Entity const& entity, expression::Formula const& formula, int depth) {
    if (formula.kind == expression::Formula::Kind::path) return secret_at(app, entity, formula.path, depth);
    if (formula.type == expression::Class::boolean || !formula.relation.empty()) return std::nullopt;
    for (auto const& operand : formula.operands)
        if (auto found = secret_in(app, entity, operand, depth)) return found;
    return std::nullopt;
}

class Reading {
public:
    explicit Reading(ResourceReading& in) : in_(in), draft_(in.draft), mistakes_(in.draft.mistakes) {}

    /// Members of a list or a map; with `twice`, one name may come again, and the last stands in the place of the first.
    void list(yaml::Node const& node, std::vector<Said>& into, bool twice) {
        if (node.is_map()) {
            for (auto const& [key, value] : node.members) add({&key, &value}, into, twice);
        } else if (node.is_scalar()) {
            add({&node, nullptr}, into, twice);
        } else if (node.is_list()) {
            for (auto const& item : node.items) list(item, into, twice);
        } else {
            mistakes_.at(node, "expected members");
        }
    }

    std::vector<Member> build(std::vector<Said> const& said) {
        std::vector<Member> members;
        for (auto const& one : said) {
            if (auto member = build(one))
                members.push_back(std::move(*member));
            else
                in_.vague = true;
        }
        return members;
    }

private:
    void add(Said said, std::vector<Said>& into, bool twice) {
        auto const& name = said.name->text;
        if (name.empty() || name.size() > kLongestName ||
            std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
            return mistakes_.at(*said.name, fmt::format("a member's name has 1 to {} characters", kLongestName));
        auto const twin = std::ranges::find(into, name, [](Said const& one) -> std::string const& { return one.name->text; });
        if (twin == into.end()) {
            if (into.size() == kMostMembers) return mistakes_.at(*said.name, fmt::format("more than {} members", kMostMembers));
            return into.push_back(said);
        }
        if (!twice) return mistakes_.at(*said.name, fmt::format("the member {} is written twice: also in line {}", name, twin->name->line));
        *twin = said;
    }

    std::optional<Member> build(Said const& said) {
        Member member;
        member.name = said.name->text;
        member.label = spoken(member.name);
        member.place = place_of(*said.name);
        if (said.how == nullptr || said.how->is_scalar()) {
            auto const& from = said.how != nullptr ? *said.how : *said.name;
            path(member, from, from.text);
            check_secrecy(from, member);
            return member;
        }
        Map const map(*said.how, form("member_map"), mistakes_);
        if (!said.how->is_map()) return std::nullopt;
        std::vector<std::string_view> ways;
        for (auto way : kWays)
            if (map.node(way) != nullptr) ways.push_back(way);
        if (ways.size() > 1)
            return mistakes_.at(*said.how, fmt::format("a member is one of {}, not several", fmt::join(ways, ", "))), std::nullopt;
        auto const way = ways.empty() ? std::string_view("from") : ways.front();
        auto const& node = ways.empty() ? *said.name : *map.node(way);
        read_way(way, node, member);
        read_rest(map, way, member);
        if (way == "from") check_secrecy(node, member);
        return member;
    }

    void read_way(std::string_view way, yaml::Node const& node, Member& member) {
        if (way == "text") return texts(node, member);
        if (way == "count") return count(node, member);
        if (way == "merge") return merge(node, member);
        if (way == "lua") return script(node, member);
        if (way == "group") {
            member.form = Member::Form::group;
            std::vector<Said> said;
            list(node, said, false);
            member.members = build(said);
            return;
        }
        if (way == "const") {
            member.form = Member::Form::constant;
            member.constant = json_of(node);
            member.type = type_of(node);
            return;
        }
        if (way == "expr") {
            member.form = Member::Form::formula;
            member.formula = read_formula(draft_, node, in_.entity, expression::Class::any);
            if (!member.formula) return;
            member.type = type_of(member.formula->type);
            if (auto const secret = secret_in(draft_.app, in_.entity, *member.formula)) tells(node, *secret);
            return;
        }
        if (!is_text(node, way == "link" ? "self, web or a text with {holes}" : "a path", mistakes_)) return;
        way == "link" ? link(node, member) : path(member, node, node.text);
    }

    void path(Member& member, yaml::Node const& node, std::string_view text) {
        member.path = text;
        auto const end = draft_.path(node, in_.entity, text, Want::shown);
        if (!end || end->field == nullptr) return;
        if (end->part == PathEnd::Part::value) {
            member.label = end->field->label;
            member.help = end->field->help;
        }
        member.type = end->field->type;
    }

    /// What must not be shown is at most written.
    void check_secrecy(yaml::Node const& node, Member const& member) {
        Stop stop;
        auto const end = walk(draft_.app, in_.entity, member.path, stop);
        if (!end || end->field == nullptr || member.writes == Member::Writes::only) return;
        if (end->field->hidden || end->field->is_secret())
            mistakes_.at(node, fmt::format("{} is never shown: say write: only", member.path));
        else if (auto const secret = secret_at(draft_.app, in_.entity, member.path))
            tells(node, *secret);
    }

    void tells(yaml::Node const& node, std::string_view secret) {
        mistakes_.at(node, fmt::format("{} is a secret: what tells it is never shown; a formula may compare it", secret));
    }

    std::optional<TextTemplate> read_text(yaml::Node const& node, std::string_view text) {
        auto read = read_template(draft_, node, text, in_.entity);
        if (!read) return read;
        for (auto const& part : read->parts) {
            if (part.path.empty()) continue;
            if (auto const secret = secret_at(draft_.app, in_.entity, part.path)) tells(node, *secret);
        }
        return read;
    }

    void texts(yaml::Node const& node, Member& member) {
        member.form = Member::Form::text;
        member.type = simple(value::Kind::text, "text");
        auto const one = [&](yaml::Node const& item) {
            if (!is_text(item, "a text with {holes}", mistakes_)) return;
            if (auto text = read_text(item, item.text)) member.texts.push_back(std::move(*text));
        };
        if (!node.is_list()) return one(node);
        if (node.items.empty()) mistakes_.at(node, "expected at least one text");
        for (auto const& item : node.items) one(item);
    }

    void link(yaml::Node const& node, Member& member) {
        member.form = Member::Form::link;
        member.type = simple(value::Kind::url, "url");
        if (node.text == "self") return;
        auto text = node.text;
        if (text == "web") {
            text = in_.resource.web;
            if (text.empty()) return mistakes_.at(node, "the resource says no web, the path of its page for people");
        }
        if (auto read = read_text(node, text)) member.texts.push_back(std::move(*read));
    }

    void count(yaml::Node const& node, Member& member) {
        member.form = Member::Form::count;
        member.type = simple(value::Kind::integer, "int");
        member.type.least = 0;
        auto const one = [&](yaml::Node const& item) {
            if (!is_text(item, "a path to related rows", mistakes_)) return;
            draft_.path(item, in_.entity, item.text, Want::rows);
            member.paths.push_back(item.text);
        };
        if (!node.is_list()) {
            one(node);
            member.path = node.text;
            member.paths.clear();
        } else {
            if (node.items.empty()) mistakes_.at(node, "expected at least one path");
            for (auto const& item : node.items) one(item);
        }
    }

    void merge(yaml::Node const& node, Member& member) {
        merged_ = nullptr;
        member.form = Member::Form::merged;
        member.type = simple(value::Kind::json, "json");
        member.type.document = value::Type::Document::object;
        Map const map(node, form("merge"), mistakes_);
        member.path = map.text("rows");
        member.merge_path = map.text("path");
        member.merge_where = map.text("where");
        member.then_path = map.text("then");
        auto const* rows = map.node("rows");
        if (rows == nullptr || map.node("path") == nullptr) return mistakes_.at(node, "merge needs rows and path");
        if (auto const* then = map.node("then")) check_kind(*then, in_.entity, member.then_path, value::Kind::json, "json");
        auto const end = draft_.path(*rows, in_.entity, member.path, Want::rows);
        auto const* target = end ? rows_at(draft_.app, *end, member.path) : nullptr;
        if (target == nullptr) return;
        merged_ = target;
        check_kind(*map.node("path"), *target, member.merge_path, value::Kind::json, "json");
        if (auto const* where = map.node("where")) check_kind(*where, *target, member.merge_where, value::Kind::boolean, "a bool");
    }

    void script(yaml::Node const& node, Member& member) {
        member.form = Member::Form::script;
        member.type = simple(value::Kind::json, "json");
        member.call = function_at(draft_, node);
    }

    void check_kind(yaml::Node const& node, Entity const& from, std::string_view path, value::Kind kind, std::string_view called) {
        auto const end = draft_.path(node, from, path, Want::value);
        if (end && (end->field == nullptr || end->field->reference || end->field->type.kind != kind))
            mistakes_.at(node, fmt::format("\"{}\" is not {}", path, called));
    }

    /// What may stand beside the way.
    void read_rest(Map const& map, std::string_view way, Member& member) {
        Stop stop;
        auto const end = way == "from" ? walk(draft_.app, in_.entity, member.path, stop) : std::nullopt;
        bool const known = way != "from" || (end && !draft_.is_vague(*end));
        auto const* rows = end ? rows_at(draft_.app, *end, member.path) : nullptr;
        bool const refers = end && end->field != nullptr && end->field->reference && end->part == PathEnd::Part::value;
        auto const goes_with = [&](std::string_view key, bool fits, std::string_view what) {
            auto const* node = map.node(key);
            if (node != nullptr && known && !fits) mistakes_.at(*node, fmt::format("{} is for {}", key, what));
            return node != nullptr && fits;
        };
        if (goes_with("view", rows != nullptr || refers, "related rows")) {
            member.view = map.text("view");
            in_.named_views.push_back({*map.node("view"), rows});
        }
        bool const several = rows != nullptr && (end->field == nullptr || end->field->reference->kind != one);
        if (goes_with("order", several || way == "merge", "several related rows"))
            if (auto const* target = several ? rows : merged_) member.order = read_order(draft_, map.items("order"), *target);
        if (goes_with("as", rows != nullptr || refers, "related rows")) read_as(map, several, member);
        if (goes_with("type", way != "from" && way != "group", "what no field tells")) {
            read_type(*map.node("type"), in_.book, member.type, mistakes_);
            if (is_secret(member.type)) mistakes_.at(*map.node("type"), "no member shows a secret: take a text");
            if (member.type.kind == value::Kind::file) mistakes_.at(*map.node("type"), "a file is what operations take");
        }
        if (goes_with("needs", way == "lua", "a member of lua"))
            for (auto const& need : map.texts("needs")) read_need(need, member);
        if (goes_with("write", way == "from", "fields")) read_writes(*map.node("write"), end, known, member);
        member.label = map.text("label", member.label);
        member.help = map.text("help", member.help);
    }

    void read_need(yaml::Node const& need, Member& member) {
        draft_.path(need, in_.entity, need.text, Want::value);
        if (auto const secret = secret_at(draft_.app, in_.entity, need.text)) tells(need, *secret);
        member.needs.push_back(need.text);
    }

    void read_as(Map const& map, bool several, Member& member) {
        auto const& node = *map.node("as");
        auto const* word = find(forms_of_relations(), node.text);
        if (word == nullptr) return mistakes_.add(yaml::unknown_word(node, "form", names_of(forms_of_relations())));
        member.as = word->value;
        if (word->value != Member::As::objects && (word->value == Member::As::keys) != several)
            mistakes_.at(node, several ? "several rows are keys, not a key" : "one row is a key, not keys");
    }

    void read_writes(yaml::Node const& node, std::optional<PathEnd> const& end, bool known, Member& member) {
        auto const* word = find(writes(), node.text);
        if (word == nullptr) return mistakes_.add(yaml::unknown_word(node, "word", names_of(writes())));
        member.writes = word->value;
        if (word->value == Member::Writes::never || !known) return;
        bool const own = end && end->field != nullptr && end->steps.empty();
        if (!own) return mistakes_.at(node, "only a field of the entity itself can be written");
        if (end->field->readonly || end->field->computed) mistakes_.at(node, fmt::format("{} is readonly or computed", end->field->name));
    }

    ResourceReading& in_;
    Draft& draft_;
    Collector& mistakes_;
    Entity const* merged_ = nullptr;  ///< whose rows the member at hand merges
};

}  // namespace

void read_members(ResourceReading& in) {
    Reading reading(in);
    std::vector<Said> before, own, after;
    for (auto const& mixin : in.mixins) {
        if (auto const* node = mixin.node("before")) reading.list(*node, before, true);
        if (auto const* node = mixin.node("after")) reading.list(*node, after, true);
    }
    if (auto const* node = in.map.node("members")) reading.list(*node, own, false);
    auto const find_in = [](std::vector<Said> const& said, Said const& one) {
        auto const found =
            std::ranges::find(said, one.name->text, [](Said const& other) -> std::string const& { return other.name->text; });
        return found == said.end() ? nullptr : &*found;
    };
    // What a mixin gives its place, the resource says anew.
    std::vector<Said> all;
    auto const add = [&](Said const& one) {
        if (find_in(all, one) != nullptr) return;
        auto const* mine = find_in(own, one);
        all.push_back(mine != nullptr ? *mine : one);
    };
    for (auto const& one : before) add(one);
    for (auto const& one : own)
        if (find_in(after, one) == nullptr) add(one);
    for (auto const& one : after) add(one);
    if (all.empty() && !in.vague) in.draft.mistakes.at(in.map.self(), "a resource needs members");
    in.resource.members = reading.build(all);
}

}  // namespace koine::description
