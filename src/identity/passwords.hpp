/// @file Passwords: checked beside the workers' loops, since each check takes tens of milliseconds.
#pragma once

#include "base/awaitable.hpp"
#include "base/off_loop.hpp"
#include "base/result.hpp"

#include <string>

namespace koine::identity {

/// Whether it is the password of the stored text. An empty one (there is no such user) is no password's, but takes as long.
/// Suspends until the check has run there. @return overloaded.
Awaitable<Result<bool>> check_password(OffLoop& off_loop, std::string stored, std::string password);

}  // namespace koine::identity
