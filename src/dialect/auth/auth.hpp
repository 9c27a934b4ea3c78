/// @file The auth axis: where a request carries its credentials. Whether they are any good is not a dialect's to say.
#pragma once

#include "dialect/axes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace koine::dialect {

/// What a request carries. Views of the request. Not for logs.
struct Credentials {
    enum class Kind : std::uint8_t { none, token, session };
    Kind kind = Kind::none;
    std::string_view secret;
};

/// How browsers that logged in are known.
struct SessionNames {
    std::string cookie;       ///< of the session's secret
    std::string csrf_cookie;  ///< of the secret that unsafe requests must repeat
    std::string csrf_header;  ///< in which they do
    std::string csrf_field;   ///< or this field of a form
    std::string login;        ///< the path, from the server's root, that takes a name and a password; empty: there is none
    std::string logout;       ///< the path that ends a session
    std::string tokens = {};  ///< the path of the page on which users see to their own tokens; "none": there is none. See `tokens_path`
    bool operator==(SessionNames const&) const = default;
};

/// Where users see to their own tokens: as said, else `/tokens/` where there is a login. Empty: nowhere.
std::string_view tokens_path(SessionNames const& names);

/// A strategy of the axis. Stateless, shared between threads.
class Auth {
public:
    virtual ~Auth() = default;
    /// The secret of a token, as the request carries it: never empty, a view of the request. Nothing if it has none: it is anonymous.
    /// Not for logs.
    virtual std::optional<std::string_view> secret(Exchange const& exchange) const = 0;
    /// What an app looks up: a token if one is given, since no other site can make a browser send that, else a session.
    /// @return credentials_empty, credentials_with_spaces (a scheme of ours without a secret, or with several).
    virtual Result<Credentials> credentials(Exchange const& exchange) const = 0;
    /// The names of cookies and headers of sessions; null if there are none.
    virtual SessionNames const* session() const = 0;
    /// The path below the dialect's prefix that gives a token for a name and a password; empty if there is none.
    virtual std::string_view provision() const = 0;
    /// Where a caller may put it.
    virtual void describe(Description& description) const = 0;
};

/// Whether an unsafe request that comes by a session comes from a page of this server: its origin is, where it names one (over TLS it must), and it repeats
/// the secret of the cookie. Safe methods always pass. @param given the repeated secret, where it stands elsewhere than in the header: a form's field.
/// @return csrf_failed. Source: OWASP, CSRF prevention, double-submit cookie.
Result<void> check_csrf(Exchange const& exchange, SessionNames const& names, std::string_view given = {});

/// The same of a GET that writes all the same: other sites can make a browser send that with its cookies, by a link or a picture. So it comes from a page of this
/// server or from nobody's (Sec-Fetch-Site, Origin, Referer), or repeats the secret in the header. @return csrf_failed.
Result<void> check_own_page(Exchange const& exchange, SessionNames const& names);

/// `token`: a secret by itself. Options: `bearer` (true): in `Authorization: Bearer SECRET`, whatever the case of `Bearer`; `words` (none): the same
/// behind other words than `Bearer`; `headers` (none): the value of a header, in the order named. They are looked at in this order; a place that is
/// absent, empty or of another scheme is passed over, but one of `words` without exactly one secret is a fault of `credentials`.
/// `provision` (none): the path below the prefix that gives a token for `username` and `password`.
/// `session` (none): `{cookie: sessionid, csrf_cookie: csrftoken, csrf_header: X-CSRFToken, csrf_field: csrfmiddlewaretoken, login: none, logout: none, tokens: /tokens/}`. Source: RFC 6750 §2.1.
Result<std::unique_ptr<Auth const>> compile_auth_token(yaml::Node const& options);

}  // namespace koine::dialect
