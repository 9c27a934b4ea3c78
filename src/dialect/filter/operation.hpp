/// @file The right side of a dotted condition: `not.`, the operator, its quantifier or configuration, its value or values.
#pragma once

#include "base/result.hpp"
#include "dialect/scan.hpp"
#include "query/intent.hpp"

#include <cstddef>

namespace koine::dialect {

/// Where the condition stands: alone its value is all the rest, verbatim; in a group it ends at "," or ")" and quotes quote.
enum class Place : std::uint8_t { alone, in_group };

/// Reads `[not.]operator.value` into a filter whose field is already named. In a group the cursor stops before what ends the value; alone
/// everything must be used up. @param max_list items that a list may have.
/// @return invalid_syntax, invalid_array_literal, feature_not_supported (a null in an array literal), limit_exceeded.
Result<void> scan_operation(Scanner& scanner, Place place, std::size_t max_list, query::Filter& filter);

/// The items of an array literal `{a,"b,c",\"}`. @return invalid_array_literal, feature_not_supported, limit_exceeded.
Result<std::vector<std::string>> parse_array_literal(std::string_view text, std::size_t max_list);

/// All operators that some type knows, as they are written, for documents: "eq, in.(a,b), is.null|true|false …".
std::string operator_words();

}  // namespace koine::dialect
