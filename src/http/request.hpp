/// @file What http hands to its handler: one request, as views into the connection's buffer.
#pragma once

#include "base/cancellation.hpp"
#include "base/message.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace koine::http {

using koine::Header;
using koine::Method;

/// The method of that token. Methods are case-sensitive: "get" is `other`. Source: RFC 9110 §9.1.
Method method_named(std::string_view token);

/// One request whose head was valid and whose body is complete. Every view lives until its answer is written
/// (that is: until `Handler::handle` has returned and `Handler::access` too), also across suspensions.
struct Request {
    Method method = Method::other;
    std::string_view method_text;
    /// Origin-form, "/path?query": never empty, starts with '/', or is "*" (OPTIONS only). Undecoded; without control bytes and blanks,
    /// perhaps with bytes above 127. An absolute-form target is reduced to this form. Empty in a `problem` raised before it was read.
    std::string_view target;
    /// Host and port, from the absolute-form target or else the Host header; empty only in HTTP/1.0. Unchecked beyond its character set.
    std::string_view host;
    /// All fields in the order they came, at most `ServerOptions::max_headers`.
    std::span<Header const> headers;
    /// The whole body, decoded from chunks; empty if there was none.
    std::string_view body;
    /// The client's X-Request-ID if it is 1 to 128 of [A-Za-z0-9._-], else one made here (16 hexadecimal digits). Never empty.
    std::string_view request_id;
    /// The client's address as text, without its port.
    std::string_view peer;
    /// Whether the connection is TLS.
    bool secure = false;
    /// Set when the client went away while the request ran (noticed within about two seconds; a client that half-closed and waits
    /// longer than that counts as gone). Null only in a `problem`.
    Cancellation* cancellation = nullptr;

    /// The target up to its first '?', raw.
    std::string_view path() const;
    /// The target after its first '?', raw; empty if there is none.
    std::string_view query() const;
    /// The value of the first field of that name, written in lower case; empty if there is none.
    std::string_view header(std::string_view lower_case_name) const;
};

}  // namespace koine::http
