/// @file Decimal numbers as texts: read and compared as they are written, whatever their length.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace koine {

/// Views of the text it was read of.
struct Decimal {
    bool negative = false;
    std::string_view whole;     ///< digits before the point
    std::string_view fraction;  ///< digits behind it
    std::int32_t exponent = 0;  ///< the power of ten that they are times
};

/// A sign, digits with one point at most, an exponent of at most nine digits: `-12.50`, `.5`, `5.`, `+1e-3`. Nothing if it is none; no blanks.
std::optional<Decimal> parse_decimal(std::string_view text);

/// By value, exactly: 1.0 and 1.00 are equivalent, and -0 is 0.
std::weak_ordering compare(Decimal const& left, Decimal const& right);

}  // namespace koine
