#include "base/ascii.hpp"
#include "script/machine.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace koine::script {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

/// Reads what is due, from the front of the text.
struct Reading {
    std::string_view rest;
    bool good = true;

    int digits(std::size_t count) {
        int number = 0;
        if (rest.size() < count) return good = false, 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_ascii_digit(rest[i])) return good = false, 0;
            number = number * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(count);
        return number;
    }
    bool take(std::string_view any) {
        if (rest.empty() || any.find(rest.front()) == std::string_view::npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    void need(std::string_view any) { good = take(any) && good; }
};

std::int64_t fraction(Reading& reading) {
    std::int64_t micros = 0;
    std::int64_t unit = kSecond / 10;
    if (reading.rest.empty() || !is_ascii_digit(reading.rest.front())) reading.good = false;
    for (; !reading.rest.empty() && is_ascii_digit(reading.rest.front()); reading.rest.remove_prefix(1), unit /= 10)
        micros += unit * (reading.rest.front() - '0');
    return micros;
}

/// Microseconds of what ISO 8601 writes as a date, or a date and a time; without a zone it is UTC.
bool parse(std::string_view text, std::int64_t& micros) {
    Reading reading{text};
    int const year = reading.digits(4);
    reading.need("-");
    auto const month = static_cast<unsigned>(reading.digits(2));
    reading.need("-");
    auto const day = static_cast<unsigned>(reading.digits(2));
    std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!reading.good || !date.ok()) return false;
    micros = std::chrono::sys_days(date).time_since_epoch().count() * kDay;
    if (reading.rest.empty()) return true;
    reading.need("Tt ");
    int const hour = reading.digits(2);
    reading.need(":");
    int const minute = reading.digits(2);
    int second = 0;
    if (reading.take(":")) {
        second = reading.digits(2);
        if (reading.take(".,")) micros += fraction(reading);
    }
    micros += ((hour * 60 + minute) * std::int64_t{60} + second) * kSecond;
    if (!reading.rest.empty() && !reading.take("Zz")) {
        bool const west = reading.rest.front() == '-';
        reading.need("+-");
        int const hours = reading.digits(2);
        reading.take(":");
        int const minutes = reading.rest.empty() ? 0 : reading.digits(2);
        auto const offset = (hours * 60 + minutes) * 60 * kSecond;
        micros += west ? offset : -offset;
        if (hours > 23 || minutes > 59) return false;
    }
    return reading.good && reading.rest.empty() && hour < 24 && minute < 60 && second <= 60;
}

int push_time(lua_State* lua, std::int64_t micros) {
    if (micros % kSecond == 0)
        lua_pushinteger(lua, micros / kSecond);
    else
        lua_pushnumber(lua, static_cast<double>(micros) / kSecond);
    return 1;
}

int now(lua_State* lua) {
    lua_pushnumber(lua, static_cast<double>(Machine::of(lua).now()) / kSecond);
    return 1;
}

int parse_time(lua_State* lua) {
    std::int64_t micros = 0;
    if (!parse(check_text(lua, 1), micros)) {
        lua_pushnil(lua);
        return 1;
    }
    return push_time(lua, micros);
}

int format_time(lua_State* lua) {
    auto const seconds = luaL_checknumber(lua, 1);
    auto const form = option_text(lua, 2, "datetime");
    constexpr double kFirst = -62'135'596'800;  // the years 1 to 9999
    constexpr double kLast = 253'402'300'799;
    luaL_argcheck(lua, seconds >= kFirst && seconds <= kLast, 1, "beyond the years 1 to 9999");
    auto const micros =
        lua_isinteger(lua, 1) ? lua_tointeger(lua, 1) * kSecond : static_cast<std::int64_t>(std::llround(seconds * kSecond));
    auto const days = micros / kDay - (micros % kDay < 0 ? 1 : 0);
    auto const rest = micros - days * kDay;
    std::chrono::year_month_day const date{std::chrono::sys_days(std::chrono::days(days))};
    auto text = fmt::format(
        "{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())
    );
    auto const second = rest / kSecond;
    auto clock = fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if (rest % kSecond != 0) {
        auto digits = fmt::format(".{:06}", rest % kSecond);
        clock += digits.ends_with("000") ? digits.substr(0, 4) : digits;
    }
    if (form == "time")
        text = clock;
    else if (form == "datetime")
        text += "T" + clock + "Z";
    else if (form != "date")
        complain(lua, "no such form: use datetime, date or time");
    push_text(lua, text);
    return 1;
}

}  // namespace

void push_time(lua_State* lua) {
    static constexpr Entry entries[] = {{"now", now}, {"parse", parse_time}, {"format", format_time}};
    lua_newtable(lua);
    add(lua, entries);
}

}  // namespace koine::script
