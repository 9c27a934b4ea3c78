#include "base/address.hpp"
#include "base/ascii.hpp"
#include "value/kinds.hpp"

#include <algorithm>
#include <array>

namespace koine::value {
namespace {

constexpr std::size_t kLongestEmail = 320;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::size_t kLongestDomain = 253;
constexpr std::size_t kLongestLabel = 63;

bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Letters of any script, digits and inner hyphens.
bool is_label(std::string_view label) {
    if (label.empty() || label.size() > kLongestLabel || label.front() == '-' || label.back() == '-') return false;
    return std::ranges::all_of(label, [](char c) { return is_ascii_alphanumeric(c) || c == '-' || is_foreign(c); });
}

/// At least two labels, the last of them no number; or `localhost`.
bool is_domain(std::string_view domain) {
    if (ascii_equal(domain, "localhost")) return true;
    if (domain.size() > kLongestDomain || domain.find('.') == std::string_view::npos) return false;
    std::string_view last;
    while (!domain.empty()) {
        bool const more = domain.find('.') != std::string_view::npos;
        last = split_off(domain, '.');
        if (!is_label(last) || (more && domain.empty())) return false;
    }
    return last.size() >= 2 && !std::ranges::all_of(last, is_ascii_digit);
}

/// Words of the characters that RFC 5322 has in atoms, joined by points.
bool is_dotted_atom(std::string_view text) {
    if (text.empty() || text.starts_with('.') || text.ends_with('.') || text.find("..") != std::string_view::npos) return false;
    return std::ranges::all_of(text, [](char c) {
        return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+/=?^_`{}|~-.").find(c) != std::string_view::npos;
    });
}

bool is_quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    auto const inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        bool const escaped = inner[i] == '\\';
        if (escaped && ++i == inner.size()) return false;
        if (inner[i] < ' ' || inner[i] == '\x7F' || (inner[i] == '"' && !escaped)) return false;
    }
    return true;
}

bool is_bracketed_ipv6(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']') || text.size() < 3) return false;
    auto const address = parse_address(text.substr(1, text.size() - 2));
    return address && address->family == 6 && !address->length;
}

bool is_ipv4(std::string_view text) {
    auto const address = parse_address(text);
    return address && address->family == 4 && !address->length;
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, is_ascii_digit) &&
           (text.size() < 5 || text <= std::string_view("65535"));
}

bool is_host_and_port(std::string_view text) {
    auto const bracket = text.rfind(']');
    auto const colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        if (!is_port(text.substr(colon + 1))) return false;
        text = text.substr(0, colon);
    }
    auto const domain = text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
    return is_bracketed_ipv6(text) || is_ipv4(text) || is_domain(domain);
}

}  // namespace

bool is_email(std::string_view text) {
    auto const at = text.rfind('@');
    if (at == std::string_view::npos || text.size() > kLongestEmail) return false;
    auto const user = text.substr(0, at);
    auto const domain = text.substr(at + 1);
    if (!is_dotted_atom(user) && !is_quoted(user)) return false;
    bool const literal =
        domain.starts_with('[') && domain.ends_with(']') && domain.size() > 2 && is_ipv4(domain.substr(1, domain.size() - 2));
    return literal || is_bracketed_ipv6(domain) || is_domain(domain);
}

bool is_url(std::string_view text) {
    static constexpr std::array<std::string_view, 4> kSchemes = {"http", "https", "ftp", "ftps"};
    if (text.size() > kLongestUrl) return false;
    if (std::ranges::any_of(text, [](char c) { return (c >= '\0' && c <= ' ') || c == '\x7F'; })) return false;
    auto const colon = text.find("://");
    if (colon == std::string_view::npos) return false;
    auto const scheme = text.substr(0, colon);
    if (std::ranges::none_of(kSchemes, [&](std::string_view known) { return ascii_equal(known, scheme); })) return false;
    auto authority = text.substr(colon + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    auto const at = authority.rfind('@');
    if (at != std::string_view::npos) {
        auto const user = authority.substr(0, at);
        if (user.empty() || user.find_first_of("@[]") != std::string_view::npos) return false;
        authority.remove_prefix(at + 1);
    }
    return is_host_and_port(authority);
}

}  // namespace koine::value
