/// @file Identity: who asks, by the accounts that an app keeps in its own tables.
#pragma once

#include "base/address.hpp"
#include "base/awaitable.hpp"
#include "base/clock.hpp"
#include "base/off_loop.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/principal.hpp"
#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace koine::identity {

/// How long a session lasts.
inline constexpr std::chrono::seconds kSessionLength = std::chrono::hours(24 * 14);

/// What a request carries. Views of the request. Not for logs.
struct Credentials {
    enum class Kind : std::uint8_t { none, token, session };
    Kind kind = Kind::none;
    std::string_view secret;
    std::optional<Address> client;  ///< where it comes from
};

/// The accounts of one application on one worker: plans of the lookups, and what they found lately. Not thread-safe; goes away before the session
/// that it was used with, always the same one, and before the worker's loop; its own writes may be under way then (Session::settle). What was found counts until anything is committed
/// (Session::commits moves), at most for a second. Views given to its coroutines must live until they end.
class Accounts {
public:
    /// @param off_loop where passwords are checked: one for all workers, which outlives this. @param clock tells what is over.
    /// @return null if the app has no users. @return configuration.
    static Result<std::unique_ptr<Accounts>> make(
        description::App const& app, model::Model const& model, OffLoop& off_loop, WallClock clock = {}
    );
    virtual ~Accounts() = default;

    /// May suspend for a read. A token's last use is noted once a minute, which nobody waits for.
    /// @return unknown_token, token_expired, user_inactive, token_address_refused; what the store says. Without credentials, and with a session
    ///         that is unknown, over, of an inactive user or of one whose stored password is another than when it began: an anonymous principal.
    virtual Awaitable<Result<query::Principal>> identify(store::Session& session, Credentials const& credentials) = 0;

    /// Checks a name and a password (beside the worker's loop) and begins a session. @return its secret; not_permitted;
    /// overloaded (too many passwords are being checked); what the store says.
    virtual Awaitable<Result<std::string>> log_in(store::Session& session, std::string_view name, std::string_view password) = 0;
    virtual Awaitable<Result<void>> log_out(store::Session& session, std::string_view secret) = 0;
    /// Makes a token for a user who gives his password. @return its secret; not_permitted.
    virtual Awaitable<Result<std::string>> provision(store::Session& session, std::string_view name, std::string_view password) = 0;
};

/// Whether the rule lets this principal. Whether a token may write at all (Principal::may_write) is asked by whoever knows that it is a write.
/// @return login_required (anonymous, and someone who is logged in might), not_permitted.
Result<void> admit(query::Principal const& principal, description::Rule const& rule, bool login_required);

}  // namespace koine::identity
