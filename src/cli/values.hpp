/// @file How the values of settings are written: whole numbers, sizes, durations, mounts.
#pragma once

#include "app/service.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace koine::cli {

/// Decimal digits only.
std::optional<std::uint64_t> parse_whole(std::string_view text);
/// Bytes: digits, then perhaps K, M or G (1024 each step; KB, KiB and small letters mean the same). Nothing if more than 2^63.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// Digits and ms, s, m or h; digits alone count in `unit`. Nothing if longer than a year.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text, std::chrono::milliseconds unit);
/// How long something counts: a whole number and s, m, h, d or w, up to a hundred years. Nothing for 0, or without a unit.
std::optional<std::chrono::seconds> parse_lifetime(std::string_view text);
/// What parse_lifetime takes, for messages.
inline constexpr std::string_view kLifetimeForm = "a time such as 90d, 12h or 2w, up to 36500d";

/// true, yes, on, 1 and their opposites.
std::optional<bool> parse_switch(std::string_view text);

/// NAME, FILE, NAME@/prefix or FILE@/prefix. "@/" is no prefix, a slash at the end is dropped. Nothing if the name is empty, or the
/// prefix has no slash in front, an empty segment, a segment beginning with "-" or "." or other than unreserved characters.
std::optional<app::Mount> parse_mount(std::string_view text);
/// What parse_mount takes, for messages.
inline constexpr std::string_view kMountForm = "NAME or FILE.yaml, with @/prefix (letters, digits, - . _ ~) for a place of its own";

/// 64 MiB as "64M": the shortest way to write a size that parse_size reads back.
std::string show_size(std::uint64_t bytes);

}  // namespace koine::cli
