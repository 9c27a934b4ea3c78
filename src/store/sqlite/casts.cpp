#include "store/sqlite/casts.hpp"

#include "base/json_scan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace koine::store::sqlite {
namespace {

using model::Type;
using query::Cell;

std::string shown(Cell const& value) {
    switch (value.kind()) {
        case Cell::Kind::integer: return std::to_string(value.integer());
        case Cell::Kind::real: return real_text(value.real());
        case Cell::Kind::text: return std::string(value.view().substr(0, 200));
        default: return {};
    }
}

Problem refused(Reason reason, Type type, Cell const& value) {
    return Problem(reason).with("type", model::sql_name(type)).with("value", shown(value));
}

std::string_view trimmed(std::string_view text) {
    auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

template <class Number>
std::errc parse(std::string_view text, Number& number) {
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end != text.data() + text.size()) return std::errc::invalid_argument;
    if (error == std::errc::result_out_of_range && end != text.data() + text.size()) return std::errc::invalid_argument;
    return error;
}

std::int64_t maximum(Type type) {
    if (type == Type::smallint) return std::numeric_limits<std::int16_t>::max();
    if (type == Type::integer) return std::numeric_limits<std::int32_t>::max();
    return std::numeric_limits<std::int64_t>::max();
}

Result<Cell> ranged(std::int64_t number, Type type, Cell const& value) {
    if (number > maximum(type) || number < -maximum(type) - 1) return refused(Reason::literal_out_of_range, type, value);
    return Cell::of(number);
}

Result<Cell> to_integer(Cell const& value, Type type) {
    if (value.kind() == Cell::Kind::integer) return ranged(value.integer(), type, value);
    if (value.kind() == Cell::Kind::real) {
        double rounded = std::round(value.real());  // half away from zero, as SQL rounds decimal numbers
        if (!(rounded >= -0x1p63 && rounded < 0x1p63)) return refused(Reason::literal_out_of_range, type, value);
        return ranged(static_cast<std::int64_t>(rounded), type, value);
    }
    std::int64_t number = 0;
    auto error = parse(trimmed(value.view()), number);
    if (error == std::errc::result_out_of_range) return refused(Reason::literal_out_of_range, type, value);
    if (error != std::errc()) return refused(Reason::invalid_literal, type, value);
    return ranged(number, type, value);
}

Result<Cell> to_real(Cell const& value, Type type) {
    if (value.kind() == Cell::Kind::integer) return type == Type::numeric ? value : Cell::of(static_cast<double>(value.integer()));
    if (value.kind() == Cell::Kind::real) return value;
    auto text = trimmed(value.view());
    std::int64_t whole = 0;
    if (type == Type::numeric && parse(text, whole) == std::errc()) return Cell::of(whole);
    double number = 0;
    auto error = parse(text, number);
    if (error == std::errc::result_out_of_range) return refused(Reason::literal_out_of_range, type, value);
    if (error != std::errc()) return refused(Reason::invalid_literal, type, value);
    return Cell::of(number);
}

Result<Cell> to_boolean(Cell const& value) {
    if (value.kind() == Cell::Kind::integer) return Cell::of(std::int64_t{value.integer() != 0});
    if (value.kind() == Cell::Kind::real) return Cell::of(std::int64_t{value.real() != 0});
    constexpr std::array<std::string_view, 6> kTrue = {"t", "true", "y", "yes", "on", "1"};
    constexpr std::array<std::string_view, 6> kFalse = {"f", "false", "n", "no", "off", "0"};
    auto word = lower(trimmed(value.view()));
    if (std::ranges::find(kTrue, word) != kTrue.end()) return Cell::of(std::int64_t{1});
    if (std::ranges::find(kFalse, word) != kFalse.end()) return Cell::of(std::int64_t{0});
    return refused(Reason::invalid_literal, Type::boolean, value);
}

Result<Cell> to_text(Cell const& value, std::string& scratch) {
    if (value.kind() == Cell::Kind::text) return value;
    scratch = shown(value);
    return Cell::text(scratch);
}

/// True if the text has the picture: `0` a digit, everything else itself.
bool looks_like(std::string_view text, std::string_view picture) {
    if (text.size() < picture.size()) return false;
    return std::ranges::equal(text.substr(0, picture.size()), picture, [](char c, char wanted) {
        return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
    });
}

int two_digits(std::string_view text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

bool is_calendar_day(std::string_view text) {
    int year = two_digits(text, 0) * 100 + two_digits(text, 2);
    int month = two_digits(text, 5);
    int day = two_digits(text, 8);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    constexpr std::array<int, 13> kDays = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) return false;
    return day <= kDays[static_cast<std::size_t>(month)] + (month == 2 && leap ? 1 : 0);
}

bool is_clock(std::string_view text) {
    if (!looks_like(text, "00:00") || two_digits(text, 0) > 24 || two_digits(text, 3) > 59) return false;
    return text.size() < 8 || text[5] != ':' || (looks_like(text, "00:00:00") && two_digits(text, 6) <= 60);
}

Result<Cell> to_moment(Cell const& value, Type type, std::string& scratch) {
    if (value.kind() != Cell::Kind::text) return refused(Reason::invalid_datetime, type, value);
    auto text = trimmed(value.view());
    if (type == Type::time && looks_like(text, "00:00")) {
        if (!is_clock(text)) return refused(Reason::datetime_out_of_range, type, value);
        return Cell::text(text);
    }
    if (!looks_like(text, "0000-00-00")) return refused(Reason::invalid_datetime, type, value);
    bool has_clock = text.size() > 10;
    if (has_clock && text[10] != ' ' && text[10] != 'T') return refused(Reason::invalid_datetime, type, value);
    if (!is_calendar_day(text) || (has_clock && !is_clock(text.substr(11)))) return refused(Reason::datetime_out_of_range, type, value);
    if (type == Type::date) return Cell::text(text.substr(0, 10));
    if (type == Type::time) return has_clock ? Cell::text(text.substr(11)) : Cell::text("00:00:00");
    if (has_clock) return Cell::text(text);
    scratch = std::string(text) + " 00:00:00";
    return Cell::text(scratch);
}

Result<Cell> to_uuid(Cell const& value, std::string& scratch) {
    scratch = lower(trimmed(value.view()));
    constexpr std::string_view kPicture = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    bool valid = scratch.size() == kPicture.size() && std::ranges::equal(scratch, kPicture, [](char c, char wanted) {
                     return wanted == 'x' ? (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') : c == '-';
                 });
    if (!valid) return refused(Reason::invalid_literal, Type::uuid, value);
    return Cell::text(scratch);
}

Result<Cell> to_json(Cell const& value, std::string& scratch) {
    if (value.kind() == Cell::Kind::real && !std::isfinite(value.real())) return refused(Reason::invalid_literal, Type::json, value);
    if (value.kind() != Cell::Kind::text) return to_text(value, scratch);
    if (!is_json(value.view())) return Problem(Reason::invalid_json_literal).with("value", shown(value));
    return value;
}

}  // namespace

Result<Cell> cast(Cell const& value, Type type, std::string& scratch) {
    if (value.is_null() || type == Type::dynamic) return value;
    if (type == Type::blob) return value.kind() == Cell::Kind::text ? Cell::blob(value.view()) : value;
    if (value.kind() == Cell::Kind::blob) return refused(Reason::invalid_literal, type, value);
    if (model::is_integer(type)) return to_integer(value, type);
    switch (type) {
        case Type::real:
        case Type::numeric: return to_real(value, type);
        case Type::boolean: return to_boolean(value);
        case Type::date:
        case Type::time:
        case Type::timestamp: return to_moment(value, type, scratch);
        case Type::uuid: return value.kind() == Cell::Kind::text ? to_uuid(value, scratch) : refused(Reason::invalid_literal, type, value);
        case Type::json: return to_json(value, scratch);
        default: return to_text(value, scratch);
    }
}

Cell boolean_word(Cell const& value) {
    if (value.kind() != Cell::Kind::integer) return value;
    return Cell::text(value.integer() != 0 ? "true" : "false");
}

std::string real_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    std::array<char, 400> buffer;
    auto write = [&](std::chars_format format) {
        auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format).ptr;
        return std::string_view(buffer.data(), end);
    };
    auto text = write(std::chars_format::scientific);
    int exponent = 0;
    auto digits = text.substr(text.find('e') + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (exponent < -4 || exponent >= 15) return std::string(text);
    return std::string(write(std::chars_format::fixed));
}

}  // namespace koine::store::sqlite
