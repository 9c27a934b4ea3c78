#include "auth/loopback.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace koine::auth {
namespace {

constexpr std::string_view kName = "localhost";
constexpr std::string_view kBelow = ".localhost";

/// Four decimal numbers below 256 without leading zeros, the first of them 127: how browsers write every address of that net.
bool is_127(std::string_view host) {
    if (!host.starts_with("127.") || std::ranges::count(host, '.') != 3) return false;
    for (int i = 0; i < 4; ++i) {
        auto const number = split_off(host, '.');
        bool const plain = !number.empty() && number.size() <= 3 && std::ranges::all_of(number, is_ascii_digit) &&
                           (number.size() == 1 || number.front() != '0');
        if (!plain || (number.size() == 3 && number > "255")) return false;
    }
    return true;
}

bool is_name_below_localhost(std::string_view host) {
    if (host.size() <= kBelow.size() || host.front() == '.') return false;
    return ascii_equal(host.substr(host.size() - kBelow.size()), kBelow) &&
           std::ranges::all_of(host, [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

/// ":3000" or nothing.
bool is_port(std::string_view text) {
    if (text.empty()) return true;
    text.remove_prefix(1);
    return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_ascii_digit);
}

}  // namespace

bool is_loopback_host(std::string_view host) { return ascii_equal(host, kName) || host == "::1" || host == "[::1]" || is_127(host); }

bool is_loopback_origin(std::string_view origin) {
    constexpr std::string_view mark = "://";
    auto const scheme = origin.find(mark);
    if (scheme == std::string_view::npos || scheme == 0) return false;
    auto const authority = origin.substr(scheme + mark.size());
    auto const end = authority.starts_with('[') ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
    auto const host = authority.substr(0, end);
    auto const rest = authority.substr(end);
    if (!rest.empty() && rest.front() != ':') return false;
    return is_port(rest) && (is_loopback_host(host) || is_name_below_localhost(host));
}

}  // namespace koine::auth
