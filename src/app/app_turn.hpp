/// @file How requests to an app are answered, once it is known who asks.
#pragma once

#include "app/turn.hpp"
#include "base/uuid.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace koine::app {

/// Whether the path is where an app's users log in or out.
bool names_account(Application const& application, MountedDialect const& mount, std::string_view path);
/// Logging in and out.
Awaitable<Result<void>> respond_account(Turn& turn);
/// Gives a token for a name and a password, if the endpoint is where that is done. @return false if it isn't.
Awaitable<Result<bool>> respond_provision(Turn& turn);

/// Resources, indexes, documents; whatever the routes found.
Awaitable<Result<void>> respond_app(Turn& turn);
/// Runs what is done at the endpoint's path, an operation of the app, and answers with what came of it.
Awaitable<Result<void>> operate(Turn& turn);
/// Whether only who is logged in may see anything.
bool login_required(Turn const& turn);
/// The whole number that the text is; nothing if it is something else, which is no row's key.
std::optional<std::int64_t> read_key(std::string_view text);
/// Sends a caller whose path lacks its slash to the one with it.
void write_redirect(Turn const& turn);
/// Whether who asks may see what is no resource: anyone, or anyone who is logged in. @return login_required.
Result<void> admit_reader(Turn const& turn);
/// What the describe axis has at the endpoint's path. @return false if it has nothing there.
Result<bool> respond_description(Turn const& turn);
/// What the endpoint takes, and of a resource which members it has, as far as the caller may write.
Result<void> write_metadata(Turn const& turn);

}  // namespace koine::app
