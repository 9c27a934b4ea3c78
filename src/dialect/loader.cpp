#include "dialect/builtin.hpp"
#include "dialect/dialect.hpp"
#include "dialect/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::dialect {
namespace {

constexpr std::string_view kBase = "base";
/// What the dialects of apps begin with, in the file of the base.
constexpr std::string_view kApp = "app";
constexpr int kMaxAncestors = 16;

/// Replaced whole by the one that extends: templates, and lists of alternatives are no maps anyway.
constexpr std::array<std::string_view, 4> kTemplates = {"body", "list", "item", "many"};
/// An axis that names one strategy: another one does not inherit its options.
constexpr std::array<std::string_view, 7> kStrategies = {"auth", "filter", "select", "sort", "page", "relations", "write"};

/// The strategies that keep to what an app's resources say: others read the tables' columns, hidden ones too.
struct AxisOfApps {
    std::string_view axis;
    std::string_view strategy;
};
constexpr std::array<AxisOfApps, 4> kOfApps = {{{"filter", "lookups"}, {"select", "views"}, {"sort", "signs"}, {"write", "documents"}}};

bool contains(auto const& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

bool same_strategy(yaml::Node const& a, yaml::Node const& b) {
    return a.is_map() && b.is_map() && a.members.size() == 1 && b.members.size() == 1 && a.members[0].key.text == b.members[0].key.text;
}

yaml::Node merged(yaml::Node const& child, yaml::Node const& parent, std::string_view key) {
    if (!child.is_map() || !parent.is_map() || contains(kTemplates, key)) return child;
    if (contains(kStrategies, key) && !same_strategy(child, parent)) return child;
    yaml::Node node = child;
    for (auto& [name, value] : node.members)
        if (auto const* inherited = parent.find(name.text)) value = merged(value, *inherited, name.text);
    for (auto const& member : parent.members)
        if (child.find(member.key.text) == nullptr) node.members.push_back(member);
    return node;
}

/// Where names of dialects are looked up: the file at hand, then the built-in ones.
class Source {
public:
    static Result<Source> of(Result<yaml::Node> root) {
        KOINE_TRY(auto const node, std::move(root));
        yaml::Options options(node);
        auto const* dialects = options.node("dialects");
        KOINE_TRY(options.done());
        if (dialects == nullptr) return node.problem("expected a section dialects with at least one dialect");
        return of_section(*dialects);
    }

    static Result<Source> of_section(yaml::Node const& dialects) {
        if (!dialects.is_map() || dialects.members.empty())
            return dialects.problem("expected a section dialects with at least one dialect");
        Source source;
        source.dialects_ = dialects;
        return source;
    }

    std::vector<yaml::Member> const& dialects() const { return dialects_.members; }
    yaml::Node const* find(std::string_view name) const { return dialects_.find(name); }

private:
    yaml::Node dialects_;
};

Result<Source> builtin_source(BuiltinFile const& file) {
    return Source::of(yaml::parse(file.text, fmt::format("dialects/{}.yaml", file.name)));
}

BuiltinFile const* builtin_file(std::string_view name) {
    auto const found = std::ranges::find(builtin_files(), name, &BuiltinFile::name);
    return found != builtin_files().end() ? &*found : nullptr;
}

Result<yaml::Node> base_of(std::string_view root) {
    KOINE_TRY(auto const base, builtin_source(*builtin_file(kBase)));
    auto const& own = *base.find(kBase);
    return root == kBase ? own : extended(*base.find(root), own);
}

/// The dialect with all that it extends, down to the root: one of the base's file.
Result<yaml::Node> resolved(Source const& source, yaml::Node const& name, yaml::Node const& dialect, std::string_view root, int depth) {
    if (depth > kMaxAncestors) return name.problem("this dialect extends itself");
    yaml::Node own = dialect;
    yaml::Node parent_name;
    if (auto const* extends = dialect.find("extends")) {
        if (!extends->is_scalar()) return extends->problem("expected the name of one dialect");
        parent_name = *extends;
        std::erase_if(own.members, [](yaml::Member const& member) { return member.key.text == "extends"; });
    } else {
        if (name.text == kBase) return own;
        KOINE_TRY(auto parent, base_of(root));
        return extended(own, parent);
    }
    if (auto const* sibling = source.find(parent_name.text); sibling != nullptr && sibling != &dialect) {
        KOINE_TRY(auto parent, resolved(source, parent_name, *sibling, root, depth + 1));
        return extended(own, parent);
    }
    auto const* file = builtin_file(parent_name.text);
    if (file == nullptr) return yaml::unknown_word(parent_name, "dialect", builtin_dialects());
    KOINE_TRY(auto const builtin, builtin_source(*file));
    auto const* found = builtin.find(parent_name.text);
    if (found == nullptr) return parent_name.problem("the built-in file holds no dialect of this name");
    KOINE_TRY(auto parent, resolved(builtin, parent_name, *found, kBase, depth + 1));
    return extended(own, parent);
}

/// Whether each axis is read by a strategy that knows apps.
Result<void> check_for_apps(yaml::Node const& dialect) {
    for (auto const& [axis, strategy] : kOfApps) {
        auto const* node = dialect.find(axis);
        if (node == nullptr) continue;
        auto const& word = strategy_word(*node);
        if (word.text == strategy) continue;
        return word.problem(fmt::format("{} \"{}\" is for bare databases; apps take {}", axis, word.text, strategy));
    }
    return outcome::success();
}

Result<Dialect> load_from(Source const& source, std::string_view wanted, std::string_view root = kBase, AppFacts const& app = {}) {
    auto const& all = source.dialects();
    auto const is_wanted = [&](yaml::Member const& member) {
        return wanted.empty() ? all.size() == 1 || member.key.text == "main" : member.key.text == wanted;
    };
    auto const found = std::ranges::find_if(all, is_wanted);
    if (found == all.end()) {
        std::vector<std::string_view> names;
        for (auto const& member : all) names.emplace_back(member.key.text);
        if (wanted.empty()) return all.front().key.problem("several dialects and none called main: name one after a #");
        return yaml::unknown_word(all.front().key, "dialect", wanted, names);
    }
    if (!found->value.is_map()) return found->value.problem("expected the axes of a dialect");
    KOINE_TRY(auto node, resolved(source, found->key, found->value, root, 0));
    if (root == kApp) {
        KOINE_TRY(check_for_apps(node));
    }
    return compile_dialect(node, found->key.text, app);
}

}  // namespace

yaml::Node extended(yaml::Node const& child, yaml::Node const& parent) { return merged(child, parent, ""); }

std::vector<std::string_view> builtin_dialects() {
    std::vector<std::string_view> names;
    for (auto const& file : builtin_files()) names.push_back(file.name);
    return names;
}

Result<Dialect> load_dialect_text(std::string_view text, std::string_view file, std::string_view name) {
    KOINE_TRY(auto const source, Source::of(yaml::parse(text, file)));
    return load_from(source, name);
}

Result<Dialect> load_dialect_section(yaml::Node const& dialects, std::string_view name, AppFacts const& app) {
    if (dialects.kind == yaml::Node::Kind::null) {
        if (auto const* file = builtin_file(name)) {
            KOINE_TRY(auto const builtin, builtin_source(*file));
            return load_from(builtin, name, kApp, app);
        }
        KOINE_TRY(auto node, base_of(kApp));
        return compile_dialect(node, name, app);
    }
    KOINE_TRY(auto const source, Source::of_section(dialects));
    return load_from(source, name, kApp, app);
}

Result<Dialect> load_dialect(std::string_view name_or_path) {
    auto const hash = name_or_path.find('#');
    auto const path = name_or_path.substr(0, hash);
    auto const name = hash == std::string_view::npos ? std::string_view() : name_or_path.substr(hash + 1);
    if (path.find('/') == std::string_view::npos && !path.ends_with(".yaml") && !path.ends_with(".yml")) {
        auto const* file = builtin_file(path);
        if (file == nullptr) {
            yaml::Node place;
            return yaml::unknown_word(place, "dialect", path, builtin_dialects());
        }
        KOINE_TRY(auto const source, builtin_source(*file));
        return load_from(source, path);
    }
    KOINE_TRY(auto const source, Source::of(yaml::load(std::string(path))));
    return load_from(source, name);
}

}  // namespace koine::dialect
