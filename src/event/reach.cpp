#include "event/reach.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace koine::event {
namespace {

// Source: IANA's registries of special-purpose addresses for IPv4 and IPv6.
constexpr auto kNotPublic4 = std::to_array<std::string_view>({
    "0.0.0.0/8",        // this network
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // shared by a provider's customers
    "127.0.0.0/8",      // loopback
    "169.254.0.0/16",   // link-local, and where clouds tell secrets
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocols
    "192.0.2.0/24",     // documentation
    "192.88.99.0/24",   // relays of 6to4
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, broadcast
});
/// Of 2000::/3, outside of which nothing is of the internet.
constexpr auto kNotPublic6 = std::to_array<std::string_view>({
    "2001::/23",      // protocols, Teredo
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
});

std::vector<Address> networks_of(std::span<std::string_view const> texts) {
    std::vector<Address> networks;
    for (auto const text : texts) networks.push_back(parse_address(text).value());
    return networks;
}

bool is_in(std::vector<Address> const& networks, Address const& address) {
    return std::ranges::any_of(networks, [&](Address const& network) { return network.contains(address); });
}

/// The IPv4 address that is reached by it: of ::ffff:1.2.3.4 and of 64:ff9b::1.2.3.4.
std::optional<Address> inner(Address const& address) {
    static auto const ways = networks_of(std::to_array<std::string_view>({"::ffff:0:0/96", "64:ff9b::/96"}));
    if (address.family != 6 || !is_in(ways, address)) return std::nullopt;
    Address made;
    std::ranges::copy(std::span(address.bytes).last(4), made.bytes.begin());
    return made;
}

}  // namespace

bool is_public(Address const& address) {
    static auto const not_public4 = networks_of(kNotPublic4);
    static auto const not_public6 = networks_of(kNotPublic6);
    static auto const global6 = parse_address("2000::/3").value();
    if (auto const real = inner(address)) return is_public(*real);
    if (address.family == 4) return !is_in(not_public4, address);
    return global6.contains(address) && !is_in(not_public6, address);
}

bool Reach::allows(Address const& address) const {
    if (anywhere || is_public(address) || is_in(networks, address)) return true;
    auto const real = inner(address);
    return real && is_in(networks, *real);
}

}  // namespace koine::event
