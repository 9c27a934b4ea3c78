/// @file Account: what the pages and answers of logging in, of logging out and of tokens share.
#pragma once

#include "app/turn.hpp"
#include "identity/identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace koine::app {

inline constexpr int kSessionSeconds = static_cast<int>(identity::kSessionLength.count());

/// What a form gives under that name; empty if nothing, or no text.
std::string_view given(query::Body const& body, std::string_view name);
/// A path of this server, so that a link cannot lead a browser elsewhere; of anything else the root.
std::string_view own_path(std::string_view asked);

/// Whether the CSRF secret of this write by a session can only stand in a form's field: then the body is read before that is checked (dialect::check_csrf).
bool csrf_in_form(Turn const& turn);

enum class Readable : std::uint8_t { by_scripts, by_nobody };
/// A cookie of the whole site, as `Set-Cookie` has it. @param seconds 0: it ends now.
std::string account_cookie(Turn const& turn, std::string_view name, std::string_view value, int seconds, Readable readable);

/// The page on which who is logged in sees to his own tokens. @return login_required (of whoever asks for no page), csrf_failed; what the store says.
Awaitable<Result<void>> respond_tokens(Turn& turn);

}  // namespace koine::app
