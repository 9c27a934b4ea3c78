/// @file For tests and fuzz targets: an intent printed in the dotted grammar, such that reading it again gives the same intent.
#pragma once

#include "dialect/axes.hpp"
#include "query/intent.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect::testing {

inline std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

inline bool is_plain(std::string_view text) {
    constexpr std::array reserved = {"and", "or", "not", "order", "limit", "offset", "count", "left", "inner"};
    auto const plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && std::ranges::all_of(text, plain) && std::ranges::find(reserved, text) == reserved.end();
}

inline std::string name(std::string_view text) { return is_plain(text) ? std::string(text) : in_quotes(text); }

inline std::string print(query::FieldRef const& field) {
    auto out = name(field.name);
    for (std::size_t i = 0; i < field.path.size(); ++i) {
        auto const& step = field.path[i];
        bool const digits = !step.key.empty() && step.key[0] >= '0' && step.key[0] <= '9';
        out += field.as_text && i + 1 == field.path.size() ? "->>" : "->";
        out += step.index ? std::to_string(*step.index) : digits ? in_quotes(step.key) : name(step.key);
    }
    return out;
}

inline std::string joined(std::vector<std::string> const& parts, std::string_view between) {
    std::string out;
    for (auto const& part : parts) out += (out.empty() ? std::string() : std::string(between)) + part;
    return out;
}

inline std::string list_in_quotes(std::vector<std::string> const& texts) {
    std::vector<std::string> parts;
    for (auto const& text : texts) parts.push_back(in_quotes(text));
    return joined(parts, ",");
}

inline constexpr std::array kOperatorWords = {"eq",          "neq",     "gt",       "gte",        "lt",         "lte",
                                              "like",        "ilike",   "match",    "imatch",     "in",         "is.null",
                                              "is.not_null", "is.true", "is.false", "is.unknown", "isdistinct", "cs",
                                              "cd",          "ov",      "sl",       "sr",         "nxr",        "nxl",
                                              "adj",         "fts",     "plfts",    "phfts",      "wfts"};

/// `[not.]operator.value`, in a group with the value quoted.
inline std::string print_operation(query::Filter const& filter, bool in_group) {
    auto const& condition = filter.condition;
    std::string out = filter.negated ? "not." : "";
    out += kOperatorWords[static_cast<std::size_t>(condition.op)];
    if (condition.op >= query::Operator::is_null && condition.op <= query::Operator::is_unknown) return out;
    if (condition.op == query::Operator::in) return out + ".(" + list_in_quotes(condition.values) + ")";
    if (!condition.config.empty()) out += "(" + condition.config + ")";
    if (condition.quantifier != query::Quantifier::none) {
        out += condition.quantifier == query::Quantifier::any ? "(any)." : "(all).";
        auto const array = "{" + list_in_quotes(condition.values) + "}";
        return out + (in_group ? in_quotes(array) : array);
    }
    auto const value = condition.values.empty() ? std::string() : condition.values[0];
    return out + "." + (in_group ? in_quotes(value) : value);
}

inline std::string print_group(query::Filter const& filter) {
    std::vector<std::string> parts;
    for (auto const& child : filter.children) {
        if (child.kind == query::Filter::Kind::condition)
            parts.push_back(print(child.condition.field) + "." + print_operation(child, true));
        else
            parts.push_back(
                (child.negated ? "not." : "") + std::string(child.kind == query::Filter::Kind::all_of ? "and" : "or") + print_group(child)
            );
    }
    return "(" + joined(parts, ",") + ")";
}

/// The parameter that says a filter.
inline Parameter print(query::Placed<query::Filter> const& placed) {
    auto const& filter = placed.value;
    std::string path;
    for (auto const& part : placed.path) path += name(part) + ".";
    if (filter.kind == query::Filter::Kind::condition) return {path + print(filter.condition.field), print_operation(filter, false), true};
    auto const word = std::string(filter.negated ? "not." : "") + (filter.kind == query::Filter::Kind::all_of ? "and" : "or");
    return {path + word, print_group(filter), true};
}

inline std::string print(query::OrderTerm const& term) {
    auto out = term.relation.empty() ? print(term.field) : name(term.relation) + "(" + print(term.field) + ")";
    out += term.direction == query::Direction::ascending ? ".asc" : ".desc";
    return out + (term.nulls == query::Nulls::first ? ".nullsfirst" : ".nullslast");
}

inline std::string print(std::vector<query::OrderTerm> const& terms) {
    std::vector<std::string> parts;
    for (auto const& term : terms) parts.push_back(print(term));
    return joined(parts, ",");
}

inline std::string print(std::vector<query::SelectItem> const& items);

inline std::string print(query::SelectItem const& item) {
    using Kind = query::SelectItem::Kind;
    constexpr std::array aggregates = {"", "count()", "sum()", "avg()", "min()", "max()"};
    if (item.kind == Kind::all) return "*";
    auto out = item.alias.empty() ? std::string() : name(item.alias) + ":";
    if (item.kind == Kind::embed || item.kind == Kind::spread) {
        if (item.kind == Kind::spread) out = "...";
        out += name(item.target);
        if (!item.hint.empty()) out += "!" + name(item.hint);
        if (item.inner) out += "!inner";
        return out + "(" + print(item.items) + ")";
    }
    bool const rows = item.aggregate == query::Aggregate::count && item.field == query::FieldRef{} && item.cast.empty();
    if (!rows) out += print(item.field);
    if (!item.cast.empty()) out += "::" + item.cast;
    if (item.aggregate != query::Aggregate::none)
        out += (rows ? "" : ".") + std::string(aggregates[static_cast<std::size_t>(item.aggregate)]);
    if (!item.aggregate_cast.empty()) out += "::" + item.aggregate_cast;
    return out;
}

inline std::string print(std::vector<query::SelectItem> const& items) {
    std::vector<std::string> parts;
    for (auto const& item : items) parts.push_back(print(item));
    return joined(parts, ",");
}

/// A problem as "reason what:column unexpected X expecting Y", or "reason argument".
inline std::string print(Problem const& problem) {
    std::string out(to_string(problem.reason()));
    if (problem.reason() == Reason::invalid_syntax) {
        out.append(" ").append(*problem.argument("what")).append(":").append(*problem.argument("column"));
        return out.append(" ").append(*problem.argument("unexpected")).append(" / ").append(*problem.argument("expected"));
    }
    for (auto const* argument : {"limit", "maximum", "type", "value", "expected", "offset", "total", "feature"})
        if (auto const value = problem.argument(argument)) out.append(" ").append(*value);
    return out;
}

/// The strategy that options in YAML make.
template <class Strategy>
std::unique_ptr<Strategy const> compiled(Compile<Strategy> compile, std::string_view options = "") {
    auto const node = yaml::parse(options, "options.yaml");
    auto strategy = compile(node ? node.value() : yaml::Node{});
    return strategy ? std::move(strategy).value() : nullptr;
}

}  // namespace koine::dialect::testing
