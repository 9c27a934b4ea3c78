#include "query/literal.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

namespace koine::query {
namespace {

using model::Type;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// At most so many bytes of the text, but never a part of a character.
std::string_view cut(std::string_view text, std::size_t longest) {
    if (text.size() <= longest) return text;
    while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0) == 0x80) --longest;
    return text.substr(0, longest);
}

Problem refused(Reason reason, Type type, std::string_view text) {
    return Problem(reason).with("type", sql_name(type)).with("value", shown(text));
}

Result<Cell> parse_integer(std::string_view text, Type type) {
    auto digits = trimmed(text);
    if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (end != digits.data() + digits.size() || error == std::errc::invalid_argument) return refused(Reason::invalid_literal, type, text);
    if (error == std::errc::result_out_of_range) return refused(Reason::literal_out_of_range, type, text);
    return Cell::of(value);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<double> special_number(std::string_view text) {
    bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (negative || text.front() == '+')) text.remove_prefix(1);
    if (equals_ignoring_case(text, "infinity") || equals_ignoring_case(text, "inf")) {
        auto infinity = std::numeric_limits<double>::infinity();
        return negative ? -infinity : infinity;
    }
    if (equals_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

/// A decimal number: integers stay integers where they fit, so that large keys compare exactly.
std::optional<Cell> plain_number(std::string_view text, bool& out_of_range) {
    auto unsigned_part = text;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) unsigned_part.remove_prefix(1);
    if (unsigned_part.empty() || !(is_digit(unsigned_part.front()) || unsigned_part.front() == '.')) return std::nullopt;
    if (text.front() == '+') text = unsigned_part;
    char const* last = text.data() + text.size();
    std::int64_t integer = 0;
    auto whole = std::from_chars(text.data(), last, integer);
    if (whole.ptr == last && whole.ec == std::errc()) return Cell::of(integer);
    double real = 0;
    auto parsed = std::from_chars(text.data(), last, real);
    if (parsed.ptr != last || parsed.ec == std::errc::invalid_argument) return std::nullopt;
    out_of_range = parsed.ec == std::errc::result_out_of_range;
    return Cell::of(real);
}

Result<Cell> parse_number(std::string_view text, Type type) {
    auto body = trimmed(text);
    if (auto special = special_number(body)) return Cell::of(*special);
    bool out_of_range = false;
    auto number = plain_number(body, out_of_range);
    if (!number) return refused(Reason::invalid_literal, type, text);
    if (out_of_range) return refused(Reason::literal_out_of_range, type, text);
    return *number;
}

/// A word or a prefix of it that no other word shares, as SQL has it.
Result<Cell> parse_boolean(std::string_view text) {
    struct Word {
        std::string_view word;
        std::size_t least;
        bool value;
    };
    static constexpr std::array<Word, 8> kWords = {
        {{"true", 1, true},
         {"false", 1, false},
         {"yes", 1, true},
         {"no", 1, false},
         {"on", 2, true},
         {"off", 2, false},
         {"1", 1, true},
         {"0", 1, false}}
    };
    auto body = trimmed(text);
    for (auto const& [word, least, value] : kWords)
        if (body.size() >= least && body.size() <= word.size() && equals_ignoring_case(body, word.substr(0, body.size())))
            return Cell::of(static_cast<std::int64_t>(value));
    return refused(Reason::invalid_literal, Type::boolean, text);
}

/// Reads up to `most` digits (at least `least`) as a number and moves on.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < text.size() && is_digit(text[count])) value = value * 10 + (text[count++] - '0');
    if (count < least) return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

int days_in(int year, int month) {
    static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

enum class Found { yes, no, out_of_range };

/// What was read of a date or time so far: the rest of the text, and the canonical form of what is behind.
struct Reading {
    explicit Reading(std::string_view text) : rest(text) {}
    std::string_view rest;
    fmt::basic_memory_buffer<char, 64> canonical;
};

/// `1972-01-01`, `1972-1-1`, `19720101`: read as `1972-01-01`.
Found take_date(Reading& reading) {
    auto& rest = reading.rest;
    bool compact = rest.size() >= 8 && std::ranges::all_of(rest.substr(0, 8), is_digit);
    auto year = take_digits(rest, 4, compact ? 4 : 5);
    if (!year || (!compact && !take(rest, '-'))) return Found::no;
    auto month = take_digits(rest, compact ? 2 : 1, 2);
    if (!month || (!compact && !take(rest, '-'))) return Found::no;
    auto day = take_digits(rest, compact ? 2 : 1, 2);
    if (!day) return Found::no;
    if (*year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > days_in(*year, *month)) return Found::out_of_range;
    fmt::format_to(std::back_inserter(reading.canonical), "{:04}-{:02}-{:02}", *year, *month, *day);
    return Found::yes;
}

/// `Z`, `+02`, `+0200`, `+02:00` or nothing, up to the end.
bool is_zone(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || equals_ignoring_case(text, "z") || equals_ignoring_case(text, "utc")) return true;
    if (!take(text, '+') && !take(text, '-')) return false;
    if (!take_digits(text, 2, 2)) return false;
    take(text, ':');
    return text.empty() || (take_digits(text, 2, 2) && text.empty());
}

/// `12:30`, `12:30:00`, `12:30:00.25`, with or without a zone, up to the end. Only the hour is rewritten (`9:30` is `09:30`): how the
/// stored texts are spelled is not known.
Found take_time(Reading& reading) {
    auto& rest = reading.rest;
    auto hour = take_digits(rest, 1, 2);
    auto from_minute = rest;
    if (!hour || !take(rest, ':')) return Found::no;
    auto minute = take_digits(rest, 2, 2);
    if (!minute) return Found::no;
    std::optional<int> second = 0;
    if (take(rest, ':')) {
        second = take_digits(rest, 2, 2);
        if (!second || (take(rest, '.') && !take_digits(rest, 1, 9))) return Found::no;
    }
    if (!is_zone(rest)) return Found::no;
    if (*hour > 24 || *minute > 59 || *second > 60 || (*hour == 24 && *minute + *second > 0)) return Found::out_of_range;
    fmt::format_to(std::back_inserter(reading.canonical), "{:02}{}", *hour, from_minute);
    return Found::yes;
}

/// The canonical form, without a copy where the text has it already.
Result<Cell> finished(Found found, Reading const& reading, Type type, std::string_view text, Arena& arena) {
    if (found == Found::out_of_range) return refused(Reason::datetime_out_of_range, type, text);
    if (found == Found::no) return refused(Reason::invalid_datetime, type, text);
    auto body = trimmed(text);
    std::string_view canonical(reading.canonical.data(), reading.canonical.size());
    return Cell::text(body == canonical ? body : arena.copy(canonical));
}

bool take_separator(std::string_view& text) { return take(text, 'T') || take(text, 't') || take(text, ' '); }

/// A time behind the date is checked and dropped, as SQL does: clients send whole timestamps.
Result<Cell> parse_date(std::string_view text, Arena& arena) {
    Reading reading(trimmed(text));
    auto found = take_date(reading);
    if (found == Found::yes && !reading.rest.empty()) {
        Reading time(reading.rest);
        found = take_separator(time.rest) ? take_time(time) : Found::no;
    }
    return finished(found, reading, Type::date, text, arena);
}

Result<Cell> parse_time(std::string_view text, Arena& arena) {
    Reading reading(trimmed(text));
    auto found = take_time(reading);
    return finished(found, reading, Type::time, text, arena);
}

Result<Cell> parse_timestamp(std::string_view text, char separator, Arena& arena) {
    Reading reading(trimmed(text));
    if (reading.rest.size() >= 9 && std::ranges::all_of(reading.rest, is_digit)) return parse_integer(text, Type::timestamp);
    auto found = take_date(reading);
    if (found == Found::yes && !reading.rest.empty()) {
        reading.canonical.push_back(separator);
        found = take_separator(reading.rest) ? take_time(reading) : Found::no;
    }
    return finished(found, reading, Type::timestamp, text, arena);
}

Result<Cell> parse_uuid(std::string_view text, Arena& arena) {
    auto body = trimmed(text);
    if (body.size() > 2 && body.front() == '{' && body.back() == '}') body = body.substr(1, body.size() - 2);
    fmt::basic_memory_buffer<char, 40> canonical;
    for (char c : body) {
        if (c == '-') continue;
        if (!is_digit(c) && !(lower(c) >= 'a' && lower(c) <= 'f')) return refused(Reason::invalid_literal, Type::uuid, text);
        if (canonical.size() == 36) return refused(Reason::invalid_literal, Type::uuid, text);
        if (canonical.size() == 8 || canonical.size() == 13 || canonical.size() == 18 || canonical.size() == 23) canonical.push_back('-');
        canonical.push_back(lower(c));
    }
    if (canonical.size() != 36) return refused(Reason::invalid_literal, Type::uuid, text);
    return Cell::text(arena.copy({canonical.data(), canonical.size()}));
}

/// Checks a document without building it.
struct NullHandler {
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    using Error = boost::json::error_code;
    using Text = boost::json::string_view;
    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_array_begin(Error&) { return true; }
    bool on_array_end(std::size_t, Error&) { return true; }
    bool on_object_begin(Error&) { return true; }
    bool on_object_end(std::size_t, Error&) { return true; }
    bool on_string_part(Text, std::size_t, Error&) { return true; }
    bool on_string(Text, std::size_t, Error&) { return true; }
    bool on_key_part(Text, std::size_t, Error&) { return true; }
    bool on_key(Text, std::size_t, Error&) { return true; }
    bool on_number_part(Text, Error&) { return true; }
    bool on_int64(std::int64_t, Text, Error&) { return true; }
    bool on_uint64(std::uint64_t, Text, Error&) { return true; }
    bool on_double(double, Text, Error&) { return true; }
    bool on_bool(bool, Error&) { return true; }
    bool on_null(Error&) { return true; }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }
};

/// The word around a place, for a message: cut to a length, but never inside a character.
std::string_view token_at(std::string_view text, std::size_t place) {
    auto ends = [](char c) { return is_space(c) || std::string_view("{}[],:\"").find(c) != std::string_view::npos; };
    auto from = std::min(place, text.size());
    while (from > 0 && !ends(text[from - 1])) --from;
    auto to = from;
    while (to < text.size() && !ends(text[to])) ++to;
    if (to == from && to < text.size()) ++to;
    return cut(text.substr(from, to - from), 40);
}

Result<Cell> parse_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = 32;
    boost::json::basic_parser<NullHandler> parser(options);
    boost::json::error_code error;
    auto used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && parser.done() && trimmed(text.substr(used)).empty()) return Cell::text(text);
    auto problem = Problem(Reason::invalid_json_literal).with("value", shown(text));
    auto token = token_at(text, used);
    return token.empty() ? problem : std::move(problem).with("token", token);
}

Result<Cell> parse_blob(std::string_view text, Arena& arena) {
    if (!text.starts_with("\\x")) return Cell::blob(text);
    auto hex = text.substr(2);
    if (hex.size() % 2 != 0) return refused(Reason::invalid_literal, Type::blob, text);
    auto* bytes = static_cast<char*>(arena.allocate(hex.size() / 2 + 1));
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned value = 0;
        auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        if (error != std::errc() || end != hex.data() + i + 2) return refused(Reason::invalid_literal, Type::blob, text);
        bytes[i / 2] = static_cast<char>(value);
    }
    return Cell::blob({bytes, hex.size() / 2});
}

Problem pattern_too_long() {
    return Problem(Reason::limit_exceeded).with("limit", "bytes of a pattern").with("maximum", static_cast<std::int64_t>(kMaxPatternBytes));
}

}  // namespace

Result<Cell> parse_literal(std::string_view text, Type type, char separator, Arena& arena) {
    switch (type) {
        case Type::smallint:
        case Type::integer:
        case Type::bigint: return parse_integer(text, type);
        case Type::real:
        case Type::numeric: return parse_number(text, type);
        case Type::boolean: return parse_boolean(text);
        case Type::date: return parse_date(text, arena);
        case Type::time: return parse_time(text, arena);
        case Type::timestamp: return parse_timestamp(text, separator, arena);
        case Type::uuid: return parse_uuid(text, arena);
        case Type::json: return parse_json(text);
        case Type::blob: return parse_blob(text, arena);
        case Type::text:
        case Type::dynamic: break;
    }
    return Cell::text(text);
}

std::string_view shown(std::string_view value) { return cut(value, 200); }

Cell number_or_null(std::string_view text) {
    bool out_of_range = false;
    auto number = plain_number(trimmed(text), out_of_range);
    return number && !out_of_range ? *number : Cell();
}

Result<std::string_view> checked_like(std::string_view pattern) {
    if (pattern.size() > kMaxPatternBytes) return pattern_too_long();
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '\\' && ++i == pattern.size()) return Problem(Reason::trailing_escape);
    return pattern;
}

Result<std::string_view> glob_of_like(std::string_view pattern, Arena& arena) {
    if (pattern.size() > kMaxPatternBytes) return pattern_too_long();
    std::string glob;
    glob.reserve(pattern.size() + 8);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        char c = pattern[i];
        if (c == '%') {
            glob += '*';
        } else if (c == '_') {
            glob += '?';
        } else {
            if (c == '\\') {
                if (++i == pattern.size()) return Problem(Reason::trailing_escape);
                c = pattern[i];
            }
            bool special = c == '*' || c == '?' || c == '[';
            if (special) glob += '[';
            glob += c;
            if (special) glob += ']';
        }
    }
    if (glob.size() > kMaxPatternBytes) return pattern_too_long();
    return arena.copy(glob);
}

}  // namespace koine::query
