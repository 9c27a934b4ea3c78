/// @file IP addresses: as text and as bits.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace koine {

/// An address, perhaps with the length of its network.
struct Address {
    std::array<std::uint8_t, 16> bytes{};  ///< of IPv4 the first four
    std::uint8_t family = 4;               ///< 4 or 6
    std::optional<std::uint8_t> length;

    std::uint8_t bits() const { return family == 4 ? 32 : 128; }
    /// The same with all bits behind its length cleared.
    Address network() const;
    /// Whether the bits behind the length are all zero (all one), in a network that has room for more than two hosts.
    bool is_network() const;
    bool is_broadcast() const;
    /// Whether the other address lies in this one's network.
    bool contains(Address const& other) const;
    /// "192.0.2.3/24", IPv6 compressed and in lower case (RFC 5952); the length only if there is one.
    std::string text() const;
    bool operator==(Address const&) const = default;
};

/// @return nothing if it is none: no zone, no leading zeros, a length only in digits and within the family's bits.
std::optional<Address> parse_address(std::string_view text);

/// IPv4 first, then by network, by its length, by the bits behind it. Without a length it is the longest one. Source: PostgreSQL's inet.
std::weak_ordering compare(Address const& left, Address const& right);

}  // namespace koine
