#include "blob/delivery.hpp"

#include "base/ascii.hpp"
#include "base/file_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace koine::blob {
namespace {

/// Whose bytes a browser shows without running anything.
constexpr auto kHarmless = std::to_array<std::string_view>({
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "text/plain",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "video/mp4",
    "video/webm",
});

/// Digits, none: nothing; more than fit are the greatest number.
std::optional<std::uint64_t> number(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_ascii_digit)) return std::nullopt;
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t value = 0;
    for (char const c : text) {
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMost - digit) / 10) return kMost;
        value = value * 10 + digit;
    }
    return value;
}

struct Range {
    enum class Kind : std::uint8_t { all, part, none } kind = Kind::all;
    std::uint64_t first = 0, count = 0;
};

Range range_of(std::string_view text, std::uint64_t size) {
    auto const equals = text.find('=');
    if (equals == std::string_view::npos || !ascii_equal(trimmed(text.substr(0, equals)), "bytes")) return {};
    auto rest = trimmed(text.substr(equals + 1));
    auto const dash = rest.find('-');
    if (dash == std::string_view::npos || rest.contains(',')) return {};
    auto const head = rest.substr(0, dash), tail = rest.substr(dash + 1);
    auto const first = number(head), last = number(tail);
    if ((!head.empty() && !first) || (!tail.empty() && !last) || (!first && !last)) return {};
    if (first && last && *first > *last) return {};
    if (!first) {
        auto const count = std::min(*last, size);
        return count == 0 ? Range{Range::Kind::none} : Range{Range::Kind::part, size - count, count};
    }
    if (*first >= size) return {Range::Kind::none};
    auto const end = last ? std::min(*last, size - 1) : size - 1;
    return {Range::Kind::part, *first, end - *first + 1};
}

/// Whether the list names the tag, by the weak comparison.
bool names(std::string_view list, std::string_view tag) {
    while (!list.empty()) {
        auto one = trimmed(split_off(list, ','));
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == tag) return true;
    }
    return false;
}

}  // namespace

std::string disposition_of(std::string_view name, bool inlined) {
    std::string made = inlined ? "inline" : "attachment";
    auto const plain = plain_file_name(name);
    if (plain.empty()) return made;
    std::string ascii, encoded;
    for (char const c : plain) {
        bool const safe = static_cast<unsigned char>(c) < 0x7f && c != '"' && c != '\\' && c != '%';
        // Of a character of several bytes one sign is left.
        if (safe || (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ascii += safe ? c : '_';
        if (is_ascii_alphanumeric(c) || std::string_view("!#$&+-.^_`|~").contains(c))
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    made += fmt::format("; filename=\"{}\"", ascii);
    if (ascii != plain) made += fmt::format("; filename*=UTF-8''{}", encoded);
    return made;
}

Delivery deliver(Offer const& offer, Asked const& asked) {
    Delivery made;
    auto const add = [&](std::string name, std::string value) { made.headers.emplace_back(std::move(name), std::move(value)); };
    auto const tag = fmt::format("\"{}\"", offer.hash);
    add("ETag", tag);
    add("Cache-Control", "private, no-cache");
    if (names(asked.if_none_match, tag)) {
        made.status = 304;
        return made;
    }
    bool const whole = asked.head || asked.range.empty() || (!asked.if_range.empty() && trimmed(asked.if_range) != tag);
    auto const range = whole ? Range() : range_of(asked.range, offer.size);
    add("Accept-Ranges", "bytes");
    if (range.kind == Range::Kind::none) {
        made.status = 416;
        add("Content-Range", fmt::format("bytes */{}", offer.size));
        return made;
    }
    made.count = offer.size;
    if (range.kind == Range::Kind::part) {
        made.status = 206;
        made.offset = range.first;
        made.count = range.count;
        add("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, offer.size));
    }
    auto type = plain_media_type(offer.type);
    if (type.empty()) type = "application/octet-stream";
    bool const shown = offer.inlined && std::ranges::find(kHarmless, type) != kHarmless.end();
    add("Content-Type", type == "text/plain" ? "text/plain; charset=utf-8" : type);
    add("Content-Disposition", disposition_of(offer.name, shown));
    // Whatever a stranger has put there is no page of this site.
    add("X-Content-Type-Options", "nosniff");
    add("Content-Security-Policy", "sandbox");
    return made;
}

}  // namespace koine::blob
