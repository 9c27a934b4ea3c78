#include "base/decimal.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace koine {
namespace {

constexpr std::size_t kLongestExponent = 9;  ///< digits

std::string_view take_digits(std::string_view& rest) {
    auto const digits = rest.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(rest, is_ascii_digit) - rest.begin()));
    rest.remove_prefix(digits.size());
    return digits;
}

/// A sign that there may be. @return whether it is a minus.
bool take_sign(std::string_view& rest) {
    bool const negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    return negative;
}

void drop_leading_zeros(std::string_view& digits) { digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size())); }
void drop_trailing_zeros(std::string_view& digits) { digits.remove_suffix(digits.size() - (digits.find_last_not_of('0') + 1)); }

/// 0.DIGITS times a power of ten; the first digit is not zero, nor is the last. Zero has no digits.
struct Magnitude {
    std::string_view first, second;  ///< the digits
    std::int64_t power = 0;

    explicit Magnitude(Decimal const& number) : first(number.whole), second(number.fraction), power(number.exponent) {
        drop_leading_zeros(first);
        drop_trailing_zeros(second);
        power += static_cast<std::int64_t>(first.size());
        if (second.empty()) drop_trailing_zeros(first);
        if (!first.empty()) return;
        auto const all = second.size();
        drop_leading_zeros(second);
        power -= static_cast<std::int64_t>(all - second.size());
    }
    std::size_t size() const { return first.size() + second.size(); }
    char at(std::size_t i) const { return i < first.size() ? first[i] : second[i - first.size()]; }
};

std::strong_ordering compare(Magnitude const& left, Magnitude const& right) {
    if (left.size() == 0 || right.size() == 0) return (left.size() != 0) <=> (right.size() != 0);
    if (left.power != right.power) return left.power <=> right.power;
    auto const shared = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < shared; ++i)
        if (left.at(i) != right.at(i)) return left.at(i) <=> right.at(i);
    return left.size() <=> right.size();
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    Decimal number;
    number.negative = take_sign(text);
    number.whole = take_digits(text);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        number.fraction = take_digits(text);
    }
    if (number.whole.empty() && number.fraction.empty()) return std::nullopt;
    if (text.empty()) return number;
    if (ascii_lower(text.front()) != 'e') return std::nullopt;
    text.remove_prefix(1);
    bool const is_small = take_sign(text);
    auto const digits = take_digits(text);
    if (digits.empty() || digits.size() > kLongestExponent || !text.empty()) return std::nullopt;
    std::from_chars(digits.data(), digits.data() + digits.size(), number.exponent);
    if (is_small) number.exponent = -number.exponent;
    return number;
}

std::weak_ordering compare(Decimal const& left, Decimal const& right) {
    Magnitude const one(left);
    Magnitude const other(right);
    bool const below = left.negative && one.size() > 0;
    bool const other_below = right.negative && other.size() > 0;
    if (below != other_below) return other_below <=> below;
    return below ? compare(other, one) : compare(one, other);
}

}  // namespace koine
