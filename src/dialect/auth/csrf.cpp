#include "base/ascii.hpp"
#include "dialect/auth/auth.hpp"

#include <fmt/format.h>

namespace koine::dialect {
namespace {

Problem failed(std::string_view detail) { return Problem(Reason::csrf_failed).with("detail", detail); }

/// scheme://authority of an address.
std::string_view origin_of(std::string_view address) {
    auto const scheme = address.find("://");
    if (scheme == std::string_view::npos) return {};
    return address.substr(0, address.find_first_of("/?#", scheme + 3));
}

/// Where the request comes from, as far as it says so. @param must it has to.
Result<void> check_origin(Exchange const& exchange, bool must) {
    auto const own = origin_of(exchange.base_url);
    if (auto const origin = exchange.header("Origin"); !origin.empty()) {
        if (ascii_equal(origin, own)) return outcome::success();
        return failed(fmt::format("Origin checking failed - {} does not match any trusted origins.", origin));
    }
    auto const referer = exchange.header("Referer");
    if (referer.empty()) {
        if (must) return failed("Referer checking failed - no Referer.");
        return outcome::success();
    }
    if (ascii_equal(origin_of(referer), own)) return outcome::success();
    return failed(fmt::format("Referer checking failed - {} does not match any trusted origins.", referer));
}

/// X-CSRFToken as it is told: X-Csrftoken.
std::string capitalised(std::string_view name) {
    std::string out;
    for (char const c : name) out += out.empty() || out.back() == '-' ? c : ascii_lower(c);
    return out;
}

}  // namespace

std::string_view tokens_path(SessionNames const& names) {
    if (names.tokens == "none" || names.login.empty()) return {};
    return names.tokens.empty() ? std::string_view("/tokens/") : std::string_view(names.tokens);
}

Result<void> check_csrf(Exchange const& exchange, SessionNames const& names, std::string_view given) {
    if (!is_write(exchange.method)) return outcome::success();
    KOINE_TRY(check_origin(exchange, origin_of(exchange.base_url).starts_with("https://")));
    auto const cookie = exchange.cookie(names.csrf_cookie);
    auto const repeated = given.empty() ? exchange.header(names.csrf_header) : given;
    if (repeated.empty()) return failed("CSRF token missing.");
    if (cookie.empty()) return failed("CSRF cookie not set.");
    if (cookie != repeated && given.empty())
        return failed(fmt::format("CSRF token from the '{}' HTTP header incorrect.", capitalised(names.csrf_header)));
    if (cookie != repeated) return failed("CSRF token from POST incorrect.");
    return outcome::success();
}

Result<void> check_own_page(Exchange const& exchange, SessionNames const& names) {
    auto const cookie = exchange.cookie(names.csrf_cookie);
    if (!cookie.empty() && exchange.header(names.csrf_header) == cookie) return outcome::success();
    auto const site = exchange.header("Sec-Fetch-Site");
    if (site == "same-origin" || site == "none") return outcome::success();
    if (!site.empty()) return failed(fmt::format("Sec-Fetch-Site is {}.", site));
    return check_origin(exchange, true);
}

}  // namespace koine::dialect
