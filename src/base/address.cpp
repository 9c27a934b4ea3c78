#include "base/address.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <iterator>
#include <span>
#include <utility>

namespace koine {
namespace {

constexpr std::size_t kGroups = 8;  ///< of 16 bits, in IPv6

/// The mask of the byte at `index` under a network of `length` bits.
std::uint8_t mask_of(std::size_t index, std::uint8_t length) {
    auto const before = index * 8;
    if (length >= before + 8) return 0xFF;
    if (length <= before) return 0;
    return static_cast<std::uint8_t>(0xFF << (8 - (length - before)));
}

bool all_behind(Address const& address, bool ones) {
    if (!address.length || *address.length + 2 > address.bits()) return false;
    for (std::size_t i = 0; i < address.bits() / 8U; ++i) {
        auto const behind = static_cast<std::uint8_t>(~mask_of(i, *address.length));
        if ((address.bytes[i] & behind) != (ones ? behind : 0)) return false;
    }
    return true;
}

/// The first `size` bits.
std::strong_ordering compare_bits(Address const& left, Address const& right, std::uint8_t size) {
    for (std::size_t i = 0; i * 8 < size; ++i) {
        auto const mask = mask_of(i, size);
        if (auto const order = (left.bytes[i] & mask) <=> (right.bytes[i] & mask); order != 0) return order;
    }
    return std::strong_ordering::equal;
}

std::optional<std::uint8_t> parse_length(std::string_view digits, std::uint8_t most) {
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    unsigned length = 0;
    for (char c : digits) {
        if (!is_ascii_digit(c)) return std::nullopt;
        length = length * 10 + static_cast<unsigned>(c - '0');
    }
    if (length > most) return std::nullopt;
    return static_cast<std::uint8_t>(length);
}

unsigned group(Address const& address, std::size_t index) {
    return (static_cast<unsigned>(address.bytes[2 * index]) << 8) | address.bytes[2 * index + 1];
}

/// The longest run of at least two zero groups, the first of equals: from and behind.
std::pair<std::size_t, std::size_t> longest_zeros(Address const& address, std::size_t groups) {
    std::pair<std::size_t, std::size_t> best{groups, groups};
    for (std::size_t from = 0; from < groups; ++from) {
        auto to = from;
        while (to < groups && group(address, to) == 0) ++to;
        if (to - from >= 2 && to - from > best.second - best.first) best = {from, to};
        from = to;
    }
    return best;
}

template <class Out>
Out dotted(Out out, std::uint8_t const* bytes) {
    return fmt::format_to(out, "{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

void append_ipv6(Address const& address, fmt::memory_buffer& out) {
    auto into = std::back_inserter(out);
    static constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    bool const mapped = std::ranges::equal(kMapped, std::span(address.bytes).first(kMapped.size()));
    auto const groups = mapped ? kGroups - 2 : kGroups;
    auto const [from, to] = longest_zeros(address, groups);
    for (std::size_t i = 0; i < groups; ++i) {
        if (i == from) {
            out.append(std::string_view("::"));
            i = to - 1;
            continue;
        }
        if (i > 0 && i != to) out.push_back(':');
        fmt::format_to(into, "{:x}", group(address, i));
    }
    if (!mapped) return;
    out.push_back(':');
    dotted(into, address.bytes.data() + kMapped.size());
}

}  // namespace

Address Address::network() const {
    Address result = *this;
    if (!length) return result;
    for (std::size_t i = 0; i < bits() / 8U; ++i) result.bytes[i] &= mask_of(i, *length);
    return result;
}

bool Address::is_network() const { return all_behind(*this, false); }
bool Address::is_broadcast() const { return all_behind(*this, true); }

bool Address::contains(Address const& other) const {
    return family == other.family && compare_bits(*this, other, length.value_or(bits())) == 0;
}

std::string Address::text() const {
    fmt::memory_buffer out;
    if (family == 4) {
        dotted(std::back_inserter(out), bytes.data());
    } else {
        append_ipv6(*this, out);
    }
    if (length) fmt::format_to(std::back_inserter(out), "/{}", *length);
    return fmt::to_string(out);
}

std::optional<Address> parse_address(std::string_view text) {
    auto const slash = text.find('/');
    auto const host = text.substr(0, slash);
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (host.empty() || host.size() >= terminated.size() || host.find('\0') != std::string_view::npos) return std::nullopt;
    std::ranges::copy(host, terminated.begin());
    Address result;
    result.family = host.find(':') == std::string_view::npos ? 4 : 6;
    if (inet_pton(result.family == 4 ? AF_INET : AF_INET6, terminated.data(), result.bytes.data()) != 1) return std::nullopt;
    if (slash == std::string_view::npos) return result;
    result.length = parse_length(text.substr(slash + 1), result.bits());
    if (!result.length) return std::nullopt;
    return result;
}

std::weak_ordering compare(Address const& left, Address const& right) {
    if (left.family != right.family) return left.family <=> right.family;
    auto const one = left.length.value_or(left.bits());
    auto const other = right.length.value_or(right.bits());
    if (auto const order = compare_bits(left, right, std::min(one, other)); order != 0) return order;
    if (one != other) return one <=> other;
    return left.bytes <=> right.bytes;
}

}  // namespace koine
