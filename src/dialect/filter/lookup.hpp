/// @file Lookups: what the filters of an app's resource compare, value by value, and the conditions that come of it.
#pragma once

#include "base/result.hpp"
#include "dialect/place.hpp"
#include "query/intent.hpp"
#include "resource/resource.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// How a filter's values are spoken of: decides its suffixes and its faults.
enum class LookupClass : std::uint8_t { number, datetime, text, choice, related, boolean, uuid, other };
LookupClass class_of(resource::Filter const& filter);

/// What is asked of the values. The negated ones stand behind those that they negate.
enum class Lookup : std::uint8_t {
    exact,
    is_not,
    contains,
    not_contains,
    starts,
    not_starts,
    ends,
    not_ends,
    iexact,
    not_iexact,
    lt,
    lte,
    gt,
    gte,
    empty
};
bool is_negated(Lookup lookup);

/// One value as a column takes it.
struct LookupValue {
    enum class Kind : std::uint8_t {
        literal,
        null,
        below,  ///< a number less than any that the column may hold
        above   ///< likewise greater
    };
    Kind kind = Kind::literal;
    std::string text;
};
/// A literal of the filter's type. Texts need not be right to be compared, and whole numbers not as small as the column's. @param column what holds it.
/// @return the filter_ reasons.
Result<LookupValue> lookup_value(resource::Filter const& filter, model::Type column, std::string_view text);

/// The largest integer that such a column takes in comparisons.
std::int64_t most_of(model::Type type);

/// The condition of one filter and lookup over all its values (not of `empty`: one that tells whether there is nothing, by the text "true" or "false").
query::Filter lookup_filter(
    model::Model const& model,
    resource::Resource const& resource,
    resource::Filter const& filter,
    Lookup lookup,
    std::vector<LookupValue> const& values
);

/// Rows in which the text is found in one of the filter's fields.
query::Filter search_filter(
    model::Model const& model, resource::Resource const& resource, resource::Filter const& filter, std::string_view text
);

}  // namespace koine::dialect
