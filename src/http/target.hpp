/// @file The small grammars of a request's head that Beast leaves open: tokens, hosts, request ids and the forms of a target.
#pragma once

#include "http/request.hpp"

#include <string>
#include <string_view>

namespace koine::http {

/// Whether the text is a non-empty token (method, field name). Source: RFC 9110 §5.6.2.
bool is_token(std::string_view text);

/// Whether the text may stand in a Host field: empty, or a name or address with perhaps a port; looked at by characters only.
bool is_host(std::string_view text);

/// Whether a client's request id may be repeated in logs and headers: 1 to 128 of [A-Za-z0-9._-].
bool is_request_id(std::string_view text);

/// A target reduced to origin-form.
struct Target {
    std::string_view origin;  ///< "/path?query" or "*"
    std::string_view host;    ///< of an absolute-form target; else empty
    bool absolute = false;
};

/// Reduces a request target. Views point into `raw`, into static text, or into `spare` (written only for "http://host?query").
/// @return false if it is none of origin-form, absolute-form (http, https) and, for OPTIONS, "*". Source: RFC 9112 §3.2.
bool reduce_target(std::string_view raw, Method method, std::string& spare, Target& target);

}  // namespace koine::http
