#include "dialect/filter/lookup.hpp"

#include "base/ascii.hpp"
#include "dialect/list.hpp"
#include "query/filters.hpp"
#include "query/literal.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace koine::dialect {
namespace {

using query::condition, query::escaped_like, query::grouped, query::never;
using query::Filter;
using query::Operator;
using ValueKind = LookupValue::Kind;

Reason fault_reason(LookupClass kind) {
    switch (kind) {
        case LookupClass::number: return Reason::filter_not_a_number;
        case LookupClass::datetime: return Reason::filter_not_a_datetime;
        case LookupClass::choice:
        case LookupClass::related: return Reason::filter_not_a_choice;
        case LookupClass::uuid: return Reason::filter_not_a_uuid;
        default: return Reason::filter_not_a_value;
    }
}

/// On which side a whole number lies beyond the column's; nothing for one that does not, and for a text that is none.
std::optional<ValueKind> beyond_of(std::int64_t most, std::string_view text) {
    bool const negative = text.starts_with('-');
    auto digits = text;
    if (negative || text.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || !std::ranges::all_of(digits, is_ascii_digit)) return std::nullopt;
    auto const number = to_integer(digits);
    if (number && *number <= most) return std::nullopt;
    return negative ? ValueKind::below : ValueKind::above;
}

/// What a lookup asks, without its negation.
Lookup positive(Lookup lookup) { return is_negated(lookup) ? static_cast<Lookup>(static_cast<std::uint8_t>(lookup) - 1) : lookup; }

/// One comparison with a number beyond what the column may hold.
Filter beyond(std::string const& column, Lookup lookup, ValueKind kind) {
    bool const less = lookup == Lookup::lt || lookup == Lookup::lte;
    bool const greater = lookup == Lookup::gt || lookup == Lookup::gte;
    bool const all = (less && kind == ValueKind::above) || (greater && kind == ValueKind::below);
    return all ? condition(column, Operator::is_not_null) : never(column);
}

Filter compared(std::string const& column, Lookup lookup, std::string const& text) {
    auto const pattern = [&](std::string_view before, std::string_view after) {
        return condition(column, Operator::ilike, {std::string(before) + escaped_like(text) + std::string(after)});
    };
    switch (lookup) {
        case Lookup::contains: return pattern("%", "%");
        case Lookup::starts: return pattern("", "%");
        case Lookup::ends: return pattern("%", "");
        case Lookup::iexact: return pattern("", "");
        case Lookup::lt: return condition(column, Operator::lt, {text});
        case Lookup::lte: return condition(column, Operator::lte, {text});
        case Lookup::gt: return condition(column, Operator::gt, {text});
        case Lookup::gte: return condition(column, Operator::gte, {text});
        default: return condition(column, Operator::eq, {text});
    }
}

/// Makes the condition of one filter.
class Maker {
public:
    Maker(Place place, resource::Filter const& filter) : place_(std::move(place)), filter_(filter) {}

    /// Of rows for which one of the values fits.
    Filter any(Lookup lookup, std::vector<LookupValue> const& values) const {
        std::vector<Filter> inside;
        std::vector<std::string> equal;
        bool null = false;
        for (auto const& value : values) {
            if (value.kind == ValueKind::null)
                null = true;
            else if (value.kind != ValueKind::literal)
                inside.push_back(beyond(place_.column, lookup, value.kind));
            else if (lookup == Lookup::exact)
                equal.push_back(value.text);
            else
                inside.push_back(compared(place_.column, lookup, value.text));
        }
        if (equal.size() == 1) inside.push_back(condition(place_.column, Operator::eq, std::move(equal)));
        if (equal.size() > 1) inside.push_back(condition(place_.column, Operator::in, std::move(equal)));
        std::vector<Filter> sides;
        if (!inside.empty()) sides.push_back(placed(grouped(Filter::Kind::any_of, std::move(inside))));
        if (null) sides.push_back(nothing());
        return grouped(Filter::Kind::any_of, std::move(sides));
    }

    /// Of rows for which none of the values fits. A column without a value holds none of them.
    Filter none(Lookup lookup, std::vector<LookupValue> const& values) const {
        auto found = any(lookup, values);
        bool const null = std::ranges::any_of(values, [](auto const& value) { return value.kind == ValueKind::null; });
        if (found.kind == Filter::Kind::condition && found.condition.op == Operator::eq && !null) {
            found.condition.op = Operator::is_distinct;
            return found;
        }
        found.negated = !found.negated;
        if (null || !place_.path.empty() || filter_.fixed || !place_.nullable) return found;
        return grouped(Filter::Kind::any_of, {condition(place_.column, Operator::is_null), std::move(found)});
    }

    /// Of rows without a value.
    Filter nothing() const {
        if (place_.path.empty()) return condition(place_.column, Operator::is_null);
        auto filter = placed(condition(place_.column, Operator::is_not_null));
        filter.negated = true;
        return filter;
    }

private:
    /// The condition and what else must hold of the same row, there where it is.
    Filter placed(Filter filter) const {
        if (filter_.fixed) {
            auto const& [column, text] = *filter_.fixed;
            filter = grouped(Filter::Kind::all_of, {condition(column, Operator::eq, {text}), std::move(filter)});
        }
        return query::over(place_.path, std::move(filter));
    }

    Place place_;
    resource::Filter const& filter_;
};

}  // namespace

LookupClass class_of(resource::Filter const& filter) {
    auto const& target = filter.target;
    if (filter.said->must_exist || (target.is_key && filter.said->path != "id")) return LookupClass::related;
    switch (target.type.kind) {
        case value::Kind::boolean: return LookupClass::boolean;
        case value::Kind::integer:
        case value::Kind::real:
        case value::Kind::decimal:
        case value::Kind::duration: return LookupClass::number;
        case value::Kind::date:
        case value::Kind::time:
        case value::Kind::datetime: return LookupClass::datetime;
        case value::Kind::choice: return LookupClass::choice;
        case value::Kind::uuid: return LookupClass::uuid;
        case value::Kind::text:
        case value::Kind::slug:
        case value::Kind::email:
        case value::Kind::url:
        case value::Kind::ip:
        case value::Kind::mac: return LookupClass::text;
        default: return LookupClass::other;
    }
}

bool is_negated(Lookup lookup) {
    switch (lookup) {
        case Lookup::is_not:
        case Lookup::not_contains:
        case Lookup::not_starts:
        case Lookup::not_ends:
        case Lookup::not_iexact: return true;
        default: return false;
    }
}

Result<LookupValue> lookup_value(resource::Filter const& filter, model::Type column, std::string_view text) {
    auto const& type = filter.target.type;
    if (type.kind == value::Kind::integer) {
        if (auto const beyond = beyond_of(most_of(column), trimmed(text))) return LookupValue{*beyond, {}};
    }
    auto literal = value::literal(type, text);
    if (literal) return LookupValue{ValueKind::literal, std::move(literal).value()};
    auto const kind = class_of(filter);
    bool const texts = type.is_textual() || type.kind == value::Kind::ip || type.kind == value::Kind::mac;
    if (texts && (kind == LookupClass::text || kind == LookupClass::related)) return LookupValue{ValueKind::literal, std::string(text)};
    return Problem(fault_reason(kind)).with("value", query::shown(text)).with("type", type.name);
}

std::int64_t most_of(model::Type type) {
    switch (type) {
        case model::Type::smallint: return std::numeric_limits<std::int16_t>::max();
        case model::Type::integer: return std::numeric_limits<std::int32_t>::max();
        default: return std::numeric_limits<std::int64_t>::max();
    }
}

Filter lookup_filter(
    model::Model const& model,
    resource::Resource const& resource,
    resource::Filter const& filter,
    Lookup lookup,
    std::vector<LookupValue> const& values
) {
    Maker const maker(place_of(model, resource.entity, filter.target), filter);
    if (lookup == Lookup::empty) {
        auto nothing = maker.nothing();
        if (values.front().text != "true") nothing.negated = !nothing.negated;
        return nothing;
    }
    if (is_negated(lookup)) return maker.none(positive(lookup), values);
    if (!filter.said->combine_all) return maker.any(lookup, values);
    std::vector<Filter> all;
    for (auto const& value : values) all.push_back(maker.any(lookup, {value}));
    return grouped(Filter::Kind::all_of, std::move(all));
}

}  // namespace koine::dialect
