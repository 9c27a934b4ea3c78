#include "base/ascii.hpp"
#include "dialect/filter/lookup.hpp"
#include "dialect/list.hpp"
#include "query/filters.hpp"

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using How = description::SearchField::How;
using query::condition, query::escaped_like, query::grouped, query::never;
using query::Filter;
using query::Operator;

bool is_pattern_type(model::Type type) { return type == model::Type::text || type == model::Type::dynamic; }

/// Integers whose decimal digits begin so: the number itself, and for each further digit a range.
Filter begins_with(std::string const& column, std::int64_t most, std::string_view digits) {
    bool const plain = !digits.empty() && std::ranges::all_of(digits, is_ascii_digit) && (digits.front() != '0' || digits.size() == 1);
    auto const number = plain ? to_integer(digits) : std::nullopt;
    if (!number || *number > most) return never(column);
    std::vector<Filter> ranges;
    ranges.push_back(condition(column, Operator::eq, {std::string(digits)}));
    auto first = *number;
    auto last = *number;
    while (first > 0 && first <= most / 10) {
        first *= 10;
        last = last > (most - 9) / 10 ? most : last * 10 + 9;
        ranges.push_back(grouped(
            Filter::Kind::all_of,
            {condition(column, Operator::gte, {std::to_string(first)}), condition(column, Operator::lte, {std::to_string(last)})}
        ));
    }
    return grouped(Filter::Kind::any_of, std::move(ranges));
}

/// Values that are the text. An address without a length is that of any network.
Filter equals(std::string const& column, value::Type const& type, std::string_view text) {
    auto literal = value::literal(type, text);
    if (!literal) return never(column);
    auto& stored = literal.value();
    bool const any_length = type.kind == value::Kind::ip && stored.find('/') == std::string::npos;
    auto pattern = escaped_like(stored) + "/%";
    auto filter = condition(column, Operator::eq, {std::move(stored)});
    if (!any_length || type.address == value::Type::Address::host) return filter;
    return grouped(Filter::Kind::any_of, {std::move(filter), condition(column, Operator::like, {std::move(pattern)})});
}

Filter found_in(Place const& place, value::Type const& type, How how, std::string_view text) {
    if (how == How::equals) return equals(place.column, type, text);
    if (how == How::prefix && model::is_integer(place.type)) return begins_with(place.column, most_of(place.type), text);
    if (!is_pattern_type(place.type)) return equals(place.column, type, text);
    auto pattern = escaped_like(text) + "%";
    if (how == How::contains) pattern.insert(0, "%");
    return condition(place.column, Operator::ilike, {std::move(pattern)});
}

bool is_never(Filter const& filter) {
    return filter.kind == Filter::Kind::condition && filter.condition.op == Operator::in && filter.condition.values.empty();
}

}  // namespace

Filter search_filter(model::Model const& model, resource::Resource const& resource, resource::Filter const& filter, std::string_view text) {
    std::vector<Filter> found;
    for (auto const& [target, how] : filter.search) {
        auto const place = place_of(model, resource.entity, target);
        auto one = found_in(place, target.type, how, text);
        if (!is_never(one)) found.push_back(query::over(place.path, std::move(one)));
    }
    if (found.empty()) return never(model[resource.entity].columns.front().name);
    return grouped(Filter::Kind::any_of, std::move(found));
}

}  // namespace koine::dialect
