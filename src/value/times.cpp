#include "base/ascii.hpp"
#include "value/kinds.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>

namespace koine::value {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;
using Moment = std::chrono::sys_time<microseconds>;

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kMostDays = 1'000'000'000;  ///< of a duration

/// What is left of a text, read from the left.
struct Scan {
    std::string_view rest;

    bool at_end() const { return rest.empty(); }
    bool take(char c) {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    bool take_any(std::string_view set) {
        if (rest.empty() || set.find(rest.front()) == std::string_view::npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    /// As many digits as there are, up to `most` (at most 18); nothing if fewer than `least`.
    std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        std::int64_t value = 0;
        while (count < most && count < rest.size() && is_ascii_digit(rest[count])) value = value * 10 + (rest[count++] - '0');
        if (count < least) return std::nullopt;
        rest.remove_prefix(count);
        return value;
    }
    /// The digits of a fraction as millionths; further ones are cut off.
    std::optional<std::int64_t> millionths() {
        std::int64_t value = 0;
        std::size_t count = 0;
        for (; count < rest.size() && is_ascii_digit(rest[count]); ++count)
            if (count < 6) value = value * 10 + (rest[count] - '0');
        if (count == 0) return std::nullopt;
        rest.remove_prefix(count);
        for (; count < 6; ++count) value *= 10;
        return value;
    }
};

std::optional<sys_days> take_date(Scan& scan) {
    auto const year = scan.number(4, 4);
    if (!year || !scan.take('-')) return std::nullopt;
    auto const month = scan.number(1, 2);
    if (!month || !scan.take('-')) return std::nullopt;
    auto const day = scan.number(1, 2);
    if (!day) return std::nullopt;
    std::chrono::year_month_day const date(
        std::chrono::year(static_cast<int>(*year)),
        std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok() || *year < 1) return std::nullopt;
    return sys_days(date);
}

/// 14:03, 14:03:00, 14:03:00.562426
std::optional<microseconds> take_time(Scan& scan) {
    auto const hour = scan.number(1, 2);
    if (!hour || !scan.take(':')) return std::nullopt;
    auto const minute = scan.number(2, 2);
    if (!minute) return std::nullopt;
    std::int64_t second = 0;
    std::int64_t fraction = 0;
    if (scan.take(':')) {
        auto const seconds = scan.number(2, 2);
        if (!seconds) return std::nullopt;
        second = *seconds;
        if (scan.take_any(".,")) {
            auto const read = scan.millionths();
            if (!read) return std::nullopt;
            fraction = *read;
        }
    }
    if (*hour > 23 || *minute > 59 || second > 59) return std::nullopt;
    return microseconds(((*hour * 60 + *minute) * 60 + second) * kMicros + fraction);
}

/// Z, +01, +0100, +01:00 or nothing, up to the end.
std::optional<microseconds> take_offset(Scan& scan) {
    while (scan.take(' ')) {
    }
    if (scan.at_end() || (scan.take_any("Zz") && scan.at_end())) return microseconds(0);
    bool const negative = scan.take('-');
    if (!negative && !scan.take('+')) return std::nullopt;
    auto const hours = scan.number(2, 2);
    if (!hours || *hours > 23) return std::nullopt;
    std::optional<std::int64_t> minutes = 0;
    scan.take(':');
    if (!scan.at_end()) minutes = scan.number(2, 2);
    if (!minutes || *minutes > 59 || !scan.at_end()) return std::nullopt;
    auto const offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return negative ? -offset : offset;
}

std::optional<Moment> read_datetime(std::string_view text) {
    Scan scan{text};
    auto const date = take_date(scan);
    if (!date) return std::nullopt;
    if (scan.at_end()) return Moment(*date);
    if (!scan.take_any("Tt ")) return std::nullopt;
    auto const time = take_time(scan);
    if (!time) return std::nullopt;
    auto const offset = take_offset(scan);
    if (!offset) return std::nullopt;
    Moment const moment = *date + *time - *offset;
    auto const year = std::chrono::year_month_day(std::chrono::floor<days>(moment)).year();
    if (year < std::chrono::year(1) || year > std::chrono::year(9999)) return std::nullopt;
    return moment;
}

void write_date(char* to, sys_days day) {
    std::chrono::year_month_day const date(day);
    write_digits(to, 4, static_cast<int>(date.year()));
    to[4] = to[7] = '-';
    write_digits(to + 5, 2, static_cast<unsigned>(date.month()));
    write_digits(to + 8, 2, static_cast<unsigned>(date.day()));
}

void write_time(char* to, microseconds since_midnight) {
    auto const micros = since_midnight.count();
    auto const seconds = micros / kMicros;
    write_digits(to, 2, seconds / 3600);
    write_digits(to + 3, 2, seconds / 60 % 60);
    write_digits(to + 6, 2, seconds % 60);
    write_digits(to + 9, 6, micros % kMicros);
    to[2] = to[5] = ':';
    to[8] = '.';
}

/// A span of time, exactly.
std::optional<microseconds> span_of(std::int64_t day, std::int64_t hour, std::int64_t minute, std::int64_t second, std::int64_t fraction) {
    if (day > kMostDays || hour > kMostDays || minute > kMostDays || second > kMostDays) return std::nullopt;
    return microseconds((((day * 24 + hour) * 60 + minute) * 60 + second) * kMicros + fraction);
}

/// P3DT4H5M6.5S
std::optional<microseconds> read_iso_duration(std::string_view text) {
    Scan scan{text};
    bool const negative = scan.take('-');
    if (!scan.take('P')) return std::nullopt;
    std::int64_t parts[5] = {};  // weeks, days, hours, minutes, seconds
    std::int64_t fraction = 0;
    std::size_t next = 0;
    bool any = false;
    for (bool timed = false; !scan.at_end();) {
        if (!timed && scan.take('T')) {
            timed = true;
            next = 2;
        }
        auto const number = scan.number(1, 12);
        if (!number) return std::nullopt;
        bool const fractional = timed && scan.take_any(".,");
        if (fractional) {
            auto const read = scan.millionths();
            if (!read) return std::nullopt;
            fraction = *read;
        }
        auto const letter = scan.at_end() ? std::string_view::npos : std::string_view(timed ? "..HMS" : "WD").find(scan.rest.front());
        if (letter == std::string_view::npos || letter < next || (fractional && letter != 4)) return std::nullopt;
        scan.rest.remove_prefix(1);
        parts[letter] = *number;
        next = letter + 1;
        any = true;
    }
    if (!any || parts[0] > kMostDays / 7) return std::nullopt;
    auto const span = span_of(parts[0] * 7 + parts[1], parts[2], parts[3], parts[4], fraction);
    return span && negative ? std::optional(-*span) : span;
}

/// [-][DAYS [days, ]][[HOURS:]MINUTES:]SECONDS[.FRACTION]
std::optional<microseconds> read_duration(std::string_view text) {
    Scan scan{text};
    bool const negative = scan.take('-');
    std::int64_t day = 0;
    auto number = scan.number(1, 12);
    if (number && scan.take(' ')) {
        day = *number;
        for (std::string_view word : {"days, ", "day, "})
            if (scan.rest.starts_with(word)) scan.rest.remove_prefix(word.size());
        number = scan.number(1, 12);
    }
    if (!number) return std::nullopt;
    std::int64_t parts[3] = {0, 0, *number};  // hours, minutes, seconds
    for (int i = 0; i < 2 && scan.take(':'); ++i) {
        number = scan.number(1, 12);
        if (!number) return std::nullopt;
        parts[0] = parts[1];
        parts[1] = parts[2];
        parts[2] = *number;
    }
    std::int64_t fraction = 0;
    if (scan.take_any(".,")) {
        auto const read = scan.millionths();
        if (!read) return std::nullopt;
        fraction = *read;
    }
    if (!scan.at_end()) return std::nullopt;
    auto const span = span_of(day, parts[0], parts[1], parts[2], fraction);
    return span && negative ? std::optional(-*span) : span;
}

bool is_text(Given const& given) { return given.kind == Given::Kind::text; }

}  // namespace

void write_digits(char* to, int count, std::int64_t value) {
    for (int i = count - 1; i >= 0; --i, value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

Result<Cell> accept_date(Type const& type, Given const& given, Arena& arena) {
    Scan scan{without_blanks(given.text)};
    auto const date = is_text(given) ? take_date(scan) : std::nullopt;
    if (!date || !scan.at_end()) return refused(Reason::not_a_date, type, given.text);
    char text[10];
    write_date(text, *date);
    return Cell::text(arena.copy({text, sizeof(text)}));
}

Result<Cell> accept_time(Type const& type, Given const& given, Arena& arena) {
    Scan scan{without_blanks(given.text)};
    auto const time = is_text(given) ? take_time(scan) : std::nullopt;
    if (!time || !scan.at_end()) return refused(Reason::not_a_time, type, given.text);
    char text[15];
    write_time(text, *time);
    return Cell::text(arena.copy({text, sizeof(text)}));
}

Result<Cell> accept_datetime(Type const& type, Given const& given, Arena& arena) {
    auto const moment = is_text(given) ? read_datetime(without_blanks(given.text)) : std::nullopt;
    if (!moment) return refused(Reason::not_a_datetime, type, given.text);
    auto const day = std::chrono::floor<days>(*moment);
    char text[27];
    write_date(text, day);
    text[10] = 'T';
    write_time(text + 11, *moment - day);
    text[26] = 'Z';
    return Cell::text(arena.copy({text, sizeof(text)}));
}

Result<Cell> accept_duration(Type const& type, Given const& given, Arena&) {
    auto text = without_blanks(given.text);
    if (!is_scalar(given) || text.size() > 100) return refused(Reason::not_a_duration, type, given.text);
    auto span = text.find('P') == std::string_view::npos ? read_duration(text) : read_iso_duration(text);
    if (!span && given.kind == Given::Kind::number) {
        double seconds = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), seconds);
        if (read.ec == std::errc() && std::abs(seconds) < static_cast<double>(kMostDays))
            span = microseconds(std::llround(seconds * static_cast<double>(kMicros)));
    }
    if (!span) return refused(Reason::not_a_duration, type, given.text);
    if (span->count() % kMicros == 0) return Cell::of(span->count() / kMicros);
    return Cell::of(static_cast<double>(span->count()) / static_cast<double>(kMicros));
}

}  // namespace koine::value
