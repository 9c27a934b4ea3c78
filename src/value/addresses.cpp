#include "base/address.hpp"
#include "base/ascii.hpp"
#include "value/kinds.hpp"

#include <array>

namespace koine::value {
namespace {

constexpr std::size_t kLongestMac = 17;  ///< 79:0e:00:91:9c:97

/// The address as the type wants it, its length as written.
Result<Address> read_address(Type const& type, std::string_view text) {
    auto address = parse_address(without_blanks(text));
    if (!address) return refused(Reason::invalid_address, type, text);
    if (type.family != 0 && address->family != type.family)
        return refused(Reason::invalid_address, type, text).with("family", std::int64_t{type.family});
    if (type.address == Type::Address::host) address->length.reset();
    if (type.address == Type::Address::network && address->network() != *address) return refused(Reason::invalid_address, type, text);
    return *address;
}

int hex_value(char c) {
    if (is_ascii_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Hex digits between separators: `groups` of them, each with at least `least` and at most `most` digits.
struct MacForm {
    char separator;
    std::size_t groups;
    std::size_t least;
    std::size_t most;
};

MacForm form_of(std::string_view text) {
    if (text.find(':') != std::string_view::npos) return {.separator = ':', .groups = 6, .least = 1, .most = 2};
    if (text.find('-') != std::string_view::npos) return {.separator = '-', .groups = 6, .least = 1, .most = 2};
    if (text.find('.') != std::string_view::npos) return {.separator = '.', .groups = 3, .least = 4, .most = 4};
    return {.separator = '\0', .groups = 1, .least = 12, .most = 12};
}

std::optional<std::uint64_t> read_mac(std::string_view text) {
    if (text.size() > kLongestMac) return std::nullopt;
    auto const form = form_of(text);
    std::uint64_t bits = 0;
    for (std::size_t group = 0; group < form.groups; ++group) {
        auto const end = group + 1 == form.groups ? text.size() : text.find(form.separator);
        if (end == std::string_view::npos || end < form.least || end > form.most) return std::nullopt;
        std::uint64_t value = 0;
        for (char c : text.substr(0, end)) {
            if (hex_value(c) < 0) return std::nullopt;
            value = value * 16 + static_cast<std::uint64_t>(hex_value(c));
        }
        bits = (bits << (48 / form.groups)) | value;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return bits;
}

}  // namespace

Result<Cell> accept_address(Type const& type, Given const& given, Arena& arena) {
    if (given.kind != Given::Kind::text) return refused(Reason::invalid_address, type, given.text);
    KOINE_TRY(auto address, read_address(type, given.text));
    if (type.address != Type::Address::host && !address.length) address.length = address.bits();
    return Cell::text(arena.copy(address.text()));
}

Result<std::string> literal_address(Type const& type, std::string_view text) {
    KOINE_TRY(auto address, read_address(type, text));
    return address.text();
}

Result<Cell> accept_mac(Type const& type, Given const& given, Arena& arena) {
    if (!is_scalar(given)) return refused(Reason::invalid_mac, type, given.text);
    auto const bits = read_mac(without_blanks(given.text));
    if (!bits) return refused(Reason::invalid_mac, type, given.text);
    std::array<char, kLongestMac> text{};
    for (std::size_t i = 0; i < 12; ++i) {
        text[i / 2 * 3 + i % 2] = "0123456789abcdef"[(*bits >> (44 - 4 * i)) & 0xF];
        if (i % 2 == 0 && i > 0) text[i / 2 * 3 - 1] = ':';
    }
    return Cell::text(arena.copy({text.data(), text.size()}));
}

}  // namespace koine::value
