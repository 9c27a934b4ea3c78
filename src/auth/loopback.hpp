/// @file Which hosts are this machine itself: those we may listen on without tokens, and those whose pages may write without one.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace koine::auth {

/// Whether listening there is reachable from this machine only: localhost, 127.0.0.0/8 in four numbers, ::1 (perhaps in brackets).
/// Other names are not looked up.
bool is_loopback_host(std::string_view host);

/// Whether a page of that origin came from this machine: the host is as above, or ends in `.localhost` (RFC 6761 §6.3). Not so "null", a
/// list of origins, or what is no origin. @param origin a value of the Origin header, not empty.
bool is_loopback_origin(std::string_view origin);

}  // namespace koine::auth
