#include "http/target.hpp"

#include <algorithm>
#include <array>

namespace koine::http {
namespace {

using CharacterSet = std::array<bool, 256>;

consteval CharacterSet letters_and(std::string_view others) {
    CharacterSet set = {};
    for (char c = 'a'; c <= 'z'; ++c) set[static_cast<unsigned char>(c)] = set[static_cast<unsigned char>(c - 'a' + 'A')] = true;
    for (char c = '0'; c <= '9'; ++c) set[static_cast<unsigned char>(c)] = true;
    for (char const c : others) set[static_cast<unsigned char>(c)] = true;
    return set;
}

constexpr CharacterSet kTokens = letters_and("!#$%&'*+-.^_`|~");
constexpr CharacterSet kHosts = letters_and("-._~%!$&'()*+;=:[]");
constexpr CharacterSet kIds = letters_and("._-");

bool all_in(std::string_view text, CharacterSet const& set) {
    return std::ranges::all_of(text, [&](char c) { return set[static_cast<unsigned char>(c)]; });
}

/// The length of "http://" or "https://" in front, in any case; 0 if neither.
std::size_t scheme_length(std::string_view raw) {
    auto const begins_with = [raw](std::string_view scheme) {
        return raw.size() >= scheme.size() && std::ranges::equal(raw.substr(0, scheme.size()), scheme, [](char a, char b) {
                   return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b;
               });
    };
    for (std::string_view const scheme : {"http://", "https://"})
        if (begins_with(scheme)) return scheme.size();
    return 0;
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && all_in(text, kTokens); }

bool is_host(std::string_view text) { return all_in(text, kHosts); }

bool is_request_id(std::string_view text) { return !text.empty() && text.size() <= 128 && all_in(text, kIds); }

bool reduce_target(std::string_view raw, Method method, std::string& spare, Target& target) {
    if (raw.starts_with('/')) {
        target = {.origin = raw, .host = {}, .absolute = false};
        return true;
    }
    if (raw == "*" && method == Method::options) {
        target = {.origin = raw, .host = {}, .absolute = false};
        return true;
    }
    auto const scheme = scheme_length(raw);
    if (scheme == 0) return false;
    raw.remove_prefix(scheme);
    auto const host = raw.substr(0, raw.find_first_of("/?#"));
    if (host.empty() || !is_host(host)) return false;
    raw.remove_prefix(host.size());
    if (raw.starts_with('/')) {
        target = {.origin = raw, .host = host, .absolute = true};
        return true;
    }
    if (raw.empty() && method == Method::options) {
        target = {.origin = "*", .host = host, .absolute = true};  // RFC 9112 §3.2.4
        return true;
    }
    if (raw.empty()) {
        target = {.origin = "/", .host = host, .absolute = true};
        return true;
    }
    spare.assign("/").append(raw);
    target = {.origin = spare, .host = host, .absolute = true};
    return true;
}

}  // namespace koine::http
