#include "base/ascii.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::description {
namespace {

constexpr std::size_t kMostFilters = 1000;
constexpr std::size_t kLongestName = 100;
constexpr auto kWays = std::to_array<std::string_view>({"path", "range", "search", "expr"});

bool same_row(PathEnd const& a, PathEnd const& b) {
    auto const same = [](Step const& x, Step const& y) { return x.field == y.field && x.inverse == y.inverse && x.to == y.to; };
    return std::ranges::equal(a.steps, b.steps, same);
}

void refuse_secret(PathEnd const& end, yaml::Node const& node, Collector& mistakes) {
    if (end.field == nullptr || end.field->reference) return;
    auto const kind = end.field->type.kind;
    if (kind == value::Kind::password || kind == value::Kind::secret) mistakes.at(node, "a secret cannot be looked for");
}

class Reading {
public:
    explicit Reading(ResourceReading& in) : in_(in), draft_(in.draft), mistakes_(in.draft.mistakes) {}

    void list(std::vector<yaml::Node> const& items, bool own) {
        std::vector<std::string_view> seen;
        for (auto const& item : items) {
            if (item.is_map()) {
                for (auto const& [name, how] : item.members) add(name, &how, own, seen);
            } else if (is_text(item, "the name of a field, or a map of a parameter", mistakes_)) {
                add(item, nullptr, own, seen);
            }
        }
    }

private:
    void add(yaml::Node const& name, yaml::Node const* how, bool own, std::vector<std::string_view>& seen) {
        auto& filters = in_.resource.filters;
        if (name.text.empty() || name.text.size() > kLongestName)
            return mistakes_.at(name, fmt::format("a parameter's name has 1 to {} characters", kLongestName));
        if (own && contains(seen, name.text)) return mistakes_.at(name, fmt::format("the filter {} is written twice", name.text));
        if (filters.size() == kMostFilters) return mistakes_.at(name, fmt::format("more than {} filters", kMostFilters));
        seen.push_back(name.text);
        Filter filter;
        filter.name = name.text;
        filter.place = place_of(name);
        if (how == nullptr || how->is_scalar())
            path(how != nullptr ? *how : name, filter);
        else
            read(name, *how, filter);
        auto const twin = std::ranges::find(filters, filter.name, &Filter::name);
        twin == filters.end() ? filters.push_back(std::move(filter)) : void(*twin = std::move(filter));
    }

    std::optional<PathEnd> path(yaml::Node const& node, Filter& filter) {
        if (!is_text(node, "a path", mistakes_)) return std::nullopt;
        filter.path = node.text;
        auto end = draft_.path(node, in_.entity, node.text, Want::any);
        if (end) refuse_secret(*end, node, mistakes_);
        return end;
    }

    void read(yaml::Node const& name, yaml::Node const& how, Filter& filter) {
        Map const map(how, form("filter_map"), mistakes_);
        if (!how.is_map()) return;
        auto const ways = std::ranges::count_if(kWays, [&](std::string_view way) { return map.node(way) != nullptr; });
        if (ways > 1) return mistakes_.at(how, "a filter is one of path, range, search and expr");
        std::optional<PathEnd> end;
        if (auto const* formula = map.node("expr")) {
            filter.kind = Filter::Kind::formula;
            filter.formula = read_formula(draft_, *formula, in_.entity, expression::Class::boolean);
        } else if (auto const* search = map.node("search")) {
            filter.kind = Filter::Kind::search;
            if (!map.boolean("search", true)) mistakes_.at(*search, "search is true, or is not written");
            if (in_.resource.search.empty() && in_.map.node("search") == nullptr) mistakes_.at(*search, "the resource says no search");
        } else if (auto const* range = map.node("range")) {
            filter.kind = Filter::Kind::range;
            end = path(*range, filter);
            auto const kind = end && end->field != nullptr ? class_of(end->field->type) : expression::Class::number;
            if (kind != expression::Class::number && kind != expression::Class::time)
                mistakes_.at(*range, "a range is for numbers and times");
        } else {
            end = path(map.node("path") != nullptr ? *map.node("path") : name, filter);
        }
        read_rest(map, end, filter);
    }

    void read_rest(Map const& map, std::optional<PathEnd> const& end, Filter& filter) {
        bool const compares = filter.kind == Filter::Kind::path;
        for (std::string_view key : {"where", "combine", "lookups", "widen", "must_exist"})
            if (auto const* node = map.node(key); node != nullptr && !compares) mistakes_.at(*node, fmt::format("{} is for a path", key));
        if (!compares) filter.lookups = false;
        if (auto const* where = map.node("where"); where != nullptr && compares) read_where(*where, end, filter);
        if (auto const* combine = map.node("combine")) {
            filter.combine_all = combine->text == "all";
            if (combine->text != "all" && combine->text != "any") mistakes_.add(yaml::unknown_word(*combine, "word", words_of("combine")));
        }
        filter.lookups = map.boolean("lookups", filter.lookups);
        filter.single = map.boolean("single", false);
        filter.must_exist = map.boolean("must_exist", false);
        bool const related = end && (!end->steps.empty() || (end->field != nullptr && end->field->reference));
        if (filter.must_exist && end && !related) mistakes_.at(*map.node("must_exist"), "must_exist is for paths to related rows");
        for (auto const& [value, stands_for] : map.entries("widen")) widen(value, stands_for, end, filter);
    }

    void widen(yaml::Node const& value, yaml::Node const& stands_for, std::optional<PathEnd> const& end, Filter& filter) {
        if (!stands_for.is_list()) return mistakes_.at(stands_for, fmt::format("expected a list of values, not {}", shown(stands_for)));
        bool const choices = end && end->field != nullptr && !end->field->reference && end->field->type.kind == value::Kind::choice;
        for (auto const& one : stands_for.items) {
            if (!is_text(one, "a value", mistakes_)) continue;
            if (choices && !contains(end->field->type.choices, one.text, &value::Choice::value))
                mistakes_.add(yaml::unknown_word(one, "choice", names_of(end->field->type.choices, &value::Choice::value)));
            filter.widened[value.text].push_back(one.text);
        }
    }

    /// changes.action == 'create'
    void read_where(yaml::Node const& node, std::optional<PathEnd> const& end, Filter& filter) {
        std::string_view rest = node.text;
        auto const equals = rest.find("==");
        auto const path = trimmed(rest.substr(0, equals));
        auto const value = equals == std::string_view::npos ? std::string_view() : trimmed(rest.substr(equals + 2));
        bool const is_quoted =
            value.size() >= 2 && value.front() == '\'' && value.back() == '\'' && value.find('\'', 1) == value.size() - 1;
        if (!node.is_scalar() || !is_quoted || path.empty())
            return mistakes_.at(node, "expected a path and a value, as in changes.action == 'create'");
        filter.where_path = path;
        filter.where_value = value.substr(1, value.size() - 2);
        auto const other = draft_.path(node, in_.entity, path, Want::any);
        if (!other || !end) return;
        if (end->steps.empty() || !same_row(*end, *other) || other->field == nullptr || other->field->reference)
            return mistakes_.at(node, fmt::format("\"{}\" is no field of the same related row as \"{}\"", path, filter.path));
        auto const& type = other->field->type;
        if (type.kind == value::Kind::choice && !contains(type.choices, filter.where_value, &value::Choice::value))
            mistakes_.add(yaml::unknown_word(node, "choice", filter.where_value, names_of(type.choices, &value::Choice::value)));
    }

    ResourceReading& in_;
    Draft& draft_;
    Collector& mistakes_;
};

}  // namespace

void read_filters(ResourceReading& in) {
    Reading reading(in);
    for (auto const& mixin : in.mixins) reading.list(mixin.items("filters"), false);
    reading.list(in.map.items("filters"), true);
}

void read_search(ResourceReading& in) {
    auto& mistakes = in.draft.mistakes;
    auto const add = [&](yaml::Node const& path, SearchField::How how) {
        if (!is_text(path, "a path", mistakes)) return;
        auto const end = in.draft.path(path, in.entity, path.text, Want::any);
        if (end) refuse_secret(*end, path, mistakes);
        if (end && (end->field == nullptr || end->field->reference) && end->part != PathEnd::Part::type) {
            if (how == SearchField::How::contains) mistakes.at(path, "a key does not contain a text: {path: equals} or prefix");
        }
        in.resource.search.push_back({path.text, how});
    };
    auto const list = [&](Map const& map) {
        for (auto const& item : map.items("search")) {
            if (!item.is_map()) {
                add(item, SearchField::How::contains);
                continue;
            }
            for (auto const& [path, how] : item.members) {
                auto const* word = find(comparisons(), how.text);
                if (word == nullptr) mistakes.add(yaml::unknown_word(how, "comparison", names_of(comparisons())));
                add(path, word != nullptr ? word->value : SearchField::How::contains);
            }
        }
    };
    for (auto const& mixin : in.mixins) list(mixin);
    list(in.map);
}

}  // namespace koine::description
