#include "cli/values.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace koine::cli {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 62U;
constexpr std::uint64_t kMostMilliseconds = 366ULL * 24 * 3600 * 1000;

constexpr std::array kSizes = {Unit{"", 1}, Unit{"b", 1}, Unit{"k", 1ULL << 10U}, Unit{"m", 1ULL << 20U}, Unit{"g", 1ULL << 30U}};
constexpr std::uint64_t kMostSeconds = 36'500ULL * 24 * 3600;

constexpr std::array kLifetimes = {Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}, Unit{"d", 86'400}, Unit{"w", 604'800}};
constexpr std::array kDurations = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}};

/// Digits in front, the rest behind.
std::pair<std::string_view, std::string_view> split_number(std::string_view text) {
    auto const end = std::min(text.find_first_not_of("0123456789"), text.size());
    return {text.substr(0, end), text.substr(end)};
}

std::optional<std::uint64_t> times(std::uint64_t number, std::uint64_t factor, std::uint64_t most) {
    if (number > most / factor) return std::nullopt;
    return number * factor;
}

template <class Units>
std::optional<std::uint64_t> factor_of(Units const& units, std::string_view name) {
    auto const* found = std::ranges::find_if(units, [&](Unit const& unit) { return ascii_equal(unit.name, name); });
    if (found == units.end()) return std::nullopt;
    return found->factor;
}

bool is_segment_character(char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

/// "/a/b" whose segments stand as they are in a target; "/-" belongs to the server itself.
bool is_prefix(std::string_view text) {
    while (!text.empty()) {
        if (text.front() != '/') return false;
        auto const end = std::min(text.find('/', 1), text.size());
        auto const segment = text.substr(1, end - 1);
        if (segment.empty() || segment.front() == '-' || segment.front() == '.') return false;
        if (!std::ranges::all_of(segment, is_segment_character)) return false;
        text.remove_prefix(end);
    }
    return true;
}

}  // namespace

std::optional<std::uint64_t> parse_whole(std::string_view text) {
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    auto const [digits, rest] = split_number(text);
    auto const tail = rest.substr(std::min<std::size_t>(rest.size(), 1));
    bool const in_full = (ascii_equal(tail, "b") || ascii_equal(tail, "ib")) && ascii_lower(rest.front()) != 'b';
    auto const unit = in_full ? rest.substr(0, 1) : rest;
    auto const number = parse_whole(digits);
    auto const factor = factor_of(kSizes, unit);
    if (!number || !factor) return std::nullopt;
    return times(*number, *factor, kMostBytes);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text, std::chrono::milliseconds unit) {
    auto const [digits, rest] = split_number(text);
    auto const number = parse_whole(digits);
    auto const factor = rest.empty() ? std::optional(static_cast<std::uint64_t>(unit.count())) : factor_of(kDurations, rest);
    if (!number || !factor) return std::nullopt;
    auto const product = times(*number, *factor, kMostMilliseconds);
    if (!product) return std::nullopt;
    return std::chrono::milliseconds(*product);
}

std::optional<std::chrono::seconds> parse_lifetime(std::string_view text) {
    auto const [digits, unit] = split_number(text);
    auto const number = parse_whole(digits);
    auto const factor = factor_of(kLifetimes, unit);
    if (!number || *number == 0 || !factor) return std::nullopt;
    auto const product = times(*number, *factor, kMostSeconds);
    if (!product) return std::nullopt;
    return std::chrono::seconds(*product);
}

std::optional<bool> parse_switch(std::string_view text) {
    for (std::string_view yes : {"true", "yes", "on", "1"}) {
        if (ascii_equal(text, yes)) return true;
    }
    for (std::string_view no : {"false", "no", "off", "0"}) {
        if (ascii_equal(text, no)) return false;
    }
    return std::nullopt;
}

std::optional<app::Mount> parse_mount(std::string_view text) {
    auto const at = text.rfind('@');
    app::Mount mount;
    mount.dialect = text.substr(0, at);
    if (at != std::string_view::npos) {
        auto prefix = text.substr(at + 1);
        if (!prefix.starts_with('/')) return std::nullopt;
        if (prefix.ends_with('/')) prefix.remove_suffix(1);
        if (!is_prefix(prefix)) return std::nullopt;
        mount.prefix = prefix;
    }
    if (mount.dialect.empty()) return std::nullopt;
    return mount;
}

std::string show_size(std::uint64_t bytes) {
    for (auto const& [letter, factor] : {std::pair{'G', 1ULL << 30U}, std::pair{'M', 1ULL << 20U}, std::pair{'K', 1ULL << 10U}}) {
        if (bytes >= factor && bytes % factor == 0) return fmt::format("{}{}", bytes / factor, letter);
    }
    return fmt::format("{}", bytes);
}

}  // namespace koine::cli
