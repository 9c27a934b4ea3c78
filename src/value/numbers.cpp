#include "base/ascii.hpp"
#include "base/decimal.hpp"
#include "value/kinds.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace koine::value {
namespace {

constexpr std::size_t kLongestNumber = 1000;  ///< bytes: what is longer is no number that anyone means

struct Word {
    std::string_view word;
    bool value;
};
constexpr std::array<Word, 12> kWords = {
    {{"true", true},
     {"false", false},
     {"1", true},
     {"0", false},
     {"yes", true},
     {"no", false},
     {"on", true},
     {"off", false},
     {"y", true},
     {"n", false},
     {"t", true},
     {"f", false}}
};

/// What was read of an integer: the value, or in which direction it is beyond 64 bits.
struct Integer {
    std::int64_t value = 0;
    int beyond = 0;
};

/// 100, +100, 100.0; as a JSON number also 1e2.
std::optional<Integer> read_integer(std::string_view text, bool exponents) {
    if (text.size() > kLongestNumber) return std::nullopt;
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    if (text.empty() || !is_ascii_digit(text.starts_with('-') && text.size() > 1 ? text[1] : text[0])) return std::nullopt;
    int const direction = text.front() == '-' ? -1 : 1;
    if (exponents && text.find_first_of("eE") != std::string_view::npos) {
        double real = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), real);
        if (read.ec == std::errc::result_out_of_range || std::abs(real) >= 0x1p63) return Integer{.beyond = direction};
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || std::trunc(real) != real) return std::nullopt;
        return Integer{.value = static_cast<std::int64_t>(real)};
    }
    auto const point = text.find('.');
    if (point != std::string_view::npos) {
        if (text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
        text = text.substr(0, point);
    }
    Integer result;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), result.value);
    if (read.ptr != text.data() + text.size()) return std::nullopt;
    if (read.ec == std::errc::result_out_of_range) result.beyond = direction;
    return result;
}

/// A decimal number as its digits, without leading zeros, and the power of ten of the last one.
struct Digits {
    bool negative = false;
    std::string digits;
    int exponent = 0;
};

constexpr int kLargestExponent = 1000;

std::optional<Digits> read_digits(std::string_view text) {
    if (text.size() > kLongestNumber) return std::nullopt;
    auto const read = parse_decimal(text);
    if (!read || read->exponent > kLargestExponent || read->exponent < -kLargestExponent) return std::nullopt;
    Digits result{.negative = read->negative, .digits = std::string(read->whole)};
    result.digits += read->fraction;
    result.digits.erase(0, result.digits.find_first_not_of('0'));
    result.exponent = read->exponent - static_cast<int>(read->fraction.size());
    return result;
}

/// With `scale` digits behind the point; there are no more than that.
std::string canonical(Digits number, std::size_t scale) {
    auto& digits = number.digits;
    bool const zero = digits.empty();
    if (zero) number.exponent = 0;
    digits.append(static_cast<std::size_t>(static_cast<int>(scale) + number.exponent), '0');
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    if (number.negative && !zero) digits.insert(0, 1, '-');
    return std::move(digits);
}

}  // namespace

Result<Cell> accept_boolean(Type const& type, Given const& given, Arena&) {
    if (given.kind == Given::Kind::boolean) return Cell::of(std::int64_t{given.text == "true"});
    if (!is_scalar(given)) return refused(Reason::not_a_boolean, type, given.text);
    if (given.kind == Given::Kind::number) {
        auto const number = read_integer(given.text, true);
        if (number && number->beyond == 0 && (number->value == 0 || number->value == 1)) return Cell::of(number->value);
        return refused(Reason::not_a_boolean, type, given.text);
    }
    auto const text = without_blanks(given.text);
    for (auto const& [word, value] : kWords)
        if (ascii_equal(text, word)) return Cell::of(std::int64_t{value});
    return refused(Reason::not_a_boolean, type, given.text);
}

Result<Cell> accept_integer(Type const& type, Given const& given, Arena&) {
    if (!is_scalar(given)) return refused(Reason::not_an_integer, type, given.text);
    auto const number = read_integer(without_blanks(given.text), given.kind == Given::Kind::number);
    if (!number) return refused(Reason::not_an_integer, type, given.text);
    auto const [least, most] = range_of(type);
    if (number->beyond < 0 || (number->beyond == 0 && number->value < least))
        return refused(Reason::number_too_small, type, given.text).with("minimum", least);
    if (number->beyond > 0 || number->value > most) return refused(Reason::number_too_large, type, given.text).with("maximum", most);
    return Cell::of(number->value);
}

Result<std::string> literal_integer(Type const& type, std::string_view text) {
    auto const number = read_integer(without_blanks(text), false);
    if (!number || number->beyond != 0) return refused(Reason::not_an_integer, type, text);
    return std::to_string(number->value);
}

Result<Cell> accept_real(Type const& type, Given const& given, Arena&) {
    if (!is_scalar(given)) return refused(Reason::not_a_number, type, given.text);
    auto text = without_blanks(given.text);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    double value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() > kLongestNumber || read.ec != std::errc() || read.ptr != text.data() + text.size() || !std::isfinite(value))
        return refused(Reason::not_a_number, type, given.text);
    return Cell::of(value);
}

Result<Cell> accept_decimal(Type const& type, Given const& given, Arena& arena) {
    if (!is_scalar(given)) return refused(Reason::not_a_number, type, given.text);
    auto number = read_digits(without_blanks(given.text));
    if (!number) return refused(Reason::not_a_number, type, given.text);
    auto const size = static_cast<int>(number->digits.size());
    auto const decimals = std::max(0, -number->exponent);
    auto const whole = number->digits.empty() ? 0 : std::max(0, size + number->exponent);
    auto const most = static_cast<int>(type.longest);
    auto const scale = static_cast<int>(type.scale);
    if (most > 0 && whole + decimals > most) return refused(Reason::too_many_digits, type, given.text).with("maximum", std::int64_t{most});
    if (decimals > scale) return refused(Reason::too_many_decimals, type, given.text).with("maximum", std::int64_t{scale});
    if (most > 0 && whole > most - scale)
        return refused(Reason::too_many_digits, type, given.text).with("maximum", std::int64_t{most - scale});
    return Cell::text(arena.copy(canonical(*std::move(number), type.scale)));
}

Result<std::string> literal_decimal(Type const& type, std::string_view text) {
    auto number = read_digits(without_blanks(text));
    if (!number) return refused(Reason::not_a_number, type, text);
    auto const scale = static_cast<int>(type.scale);
    while (-number->exponent > scale && number->digits.ends_with('0')) {
        number->digits.pop_back();
        ++number->exponent;
    }
    auto const decimals = number->digits.empty() ? 0 : -number->exponent;
    return canonical(*std::move(number), static_cast<std::size_t>(std::max(scale, decimals)));
}

}  // namespace koine::value
