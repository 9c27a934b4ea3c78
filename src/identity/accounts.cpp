#include "base/utf8.hpp"
#include "identity/identity.hpp"
#include "identity/lookup.hpp"
#include "identity/passwords.hpp"
#include "identity/upkeep.hpp"
#include "identity/writes.hpp"
#include "query/planner.hpp"
#include "store/transaction.hpp"
#include "value/type.hpp"

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <chrono>
#include <unordered_map>

namespace koine::identity {
namespace {

namespace asio = boost::asio;
using query::Cell;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kMostKept = 1000;
constexpr auto kKeptFor = 1s;
constexpr auto kUseEvery = 60s;
constexpr std::size_t kKeyLength = 40;  ///< of random_key()

/// Of a session's secret the part that its row is found by; behind it stands the seal.
std::string_view key_of(std::string_view secret) { return secret.substr(0, kKeyLength); }

/// What only whoever knew the key while this was the stored password can have: a session ends with the password that began it.
Result<std::string> seal_of(std::string_view key, std::string_view stored) { return value::hashed_secret(std::string(key).append(stored)); }

/// In a time that does not tell where they differ: that of hashes tells nothing.
Result<bool> is_sealed(std::string_view secret, std::string_view stored) {
    auto const key = key_of(secret);
    KOINE_TRY(auto const seal, seal_of(key, stored));
    KOINE_TRY(auto const wanted, value::hashed_secret(seal));
    KOINE_TRY(auto const given, value::hashed_secret(secret.substr(key.size())));
    return given == wanted;
}

class AppAccounts final : public Accounts {
public:
    AppAccounts(OffLoop& off_loop, WallClock clock) : off_loop_(&off_loop), clock_(std::move(clock)) {}

    Result<void> prepare(description::App const& app, model::Model const& model) {
        auto const& identity = app.identity;
        auto const* user = app.entity(identity.user);
        auto const* password = user ? user->field(identity.user_password) : nullptr;
        if (password && password->type.longest != 0) longest_password_ = password->type.longest;
        KOINE_TRY(auto upkeep, Upkeep::make(app, model, clock_));
        upkeep_.emplace(std::move(upkeep));
        KOINE_TRY(add_lookup(by_name_, app, model, {.entity = identity.user, .by = identity.user_name}));
        if (!identity.token.empty()) {
            KOINE_TRY(add_lookup(
                by_token_,
                app,
                model,
                {.entity = identity.token,
                 .by = identity.token_key,
                 .user = identity.token_user,
                 .write = identity.token_write,
                 .expires = identity.token_expires,
                 .used = identity.token_used,
                 .networks = identity.token_networks,
                 .scopes = identity.token_scopes,
                 .claims = identity.token_claims}
            ));
            KOINE_TRY(
                token_making_, making_of(app, model, identity.token, identity.token_user, identity.token_key, identity.token_expires)
            );
        }
        if (!identity.session.empty()) {
            KOINE_TRY(add_lookup(
                by_session_,
                app,
                model,
                {.entity = identity.session, .by = identity.session_key, .user = identity.session_user, .expires = identity.session_expires}
            ));
            KOINE_TRY(
                session_making_,
                making_of(app, model, identity.session, identity.session_user, identity.session_key, identity.session_expires)
            );
            KOINE_TRY(auto ending, make_changing(model, query::Change::remove, identity.session, identity.session_key, {}));
            ending_session_ = std::make_unique<Changing>(std::move(ending));
        }
        return outcome::success();
    }

    Awaitable<Result<query::Principal>> identify(store::Session& session, Credentials const& credentials) override {
        query::Principal anonymous;
        anonymous.may_read = true;
        if (credentials.kind == Credentials::Kind::none) co_return anonymous;
        bool by_session = credentials.kind == Credentials::Kind::session;
        auto& asked = by_session ? by_session_ : by_token_;
        auto const client = credentials.client;
        auto const secret = credentials.secret;
        std::shared_ptr<Kept> kept;
        if (asked) {
            auto const key = by_session ? key_of(secret) : secret;
            KOINE_CO_TRY(auto hash, value::hashed_secret(key));
            KOINE_CO_TRY(kept, co_await find(session, *asked, std::move(hash)));
        }
        bool is_over = kept && !kept->found.expires.empty() && kept->found.expires <= stamp();
        if (by_session) {
            if (!kept || is_over || !kept->found.active) co_return anonymous;
            KOINE_CO_TRY(auto const sealed, is_sealed(secret, kept->found.password));
            if (!sealed) co_return anonymous;
            co_return principal_of(kept->found, true);
        }
        if (!kept) co_return Problem(Reason::unknown_token);
        if (is_over) co_return Problem(Reason::token_expired);
        if (!kept->found.active) co_return Problem(Reason::user_inactive);
        if (kept->found.restricted && !is_within(kept->found, client))
            co_return Problem(Reason::token_address_refused).with("address", client ? shown(*client) : "");
        if (std::exchange(kept->is_due, false)) {
            kept->used = stamp();
            upkeep_->note_use(session, co_await asio::this_coro::executor, kept->found.key, kept->used);
        }
        co_return principal_of(kept->found, false);
    }

    Awaitable<Result<std::string>> log_in(store::Session& session, std::string_view name, std::string_view password) override {
        if (!session_making_) co_return Problem(Reason::not_permitted);
        KOINE_CO_TRY(auto const made, co_await make_for(session, *session_making_, std::string(name), std::string(password)));
        upkeep_->sweep(session, co_await asio::this_coro::executor);
        KOINE_CO_TRY(auto const seal, seal_of(made.key, made.password));
        co_return made.key + seal;
    }

    Awaitable<Result<void>> log_out(store::Session& session, std::string_view secret) override {
        if (!ending_session_) co_return outcome::success();
        KOINE_CO_TRY(auto const hash, value::hashed_secret(key_of(secret)));
        store::Work work = [this, &hash](store::Transaction& transaction) { return carry_out(transaction, *ending_session_, hash, {}); };
        co_return co_await session.transact(work, nullptr);
    }

    Awaitable<Result<std::string>> provision(store::Session& session, std::string_view name, std::string_view password) override {
        if (!token_making_) co_return Problem(Reason::not_permitted);
        KOINE_CO_TRY(auto made, co_await make_for(session, *token_making_, std::string(name), std::string(password)));
        co_return std::move(made.key);
    }

private:
    /// A time from now, as stored.
    std::string stamp(std::chrono::microseconds from_now = {}) const { return timestamp(microseconds_now(clock_) + from_now.count()); }

    /// What a key's lookup brought, and as of when.
    struct Kept {
        Found found;
        std::uint64_t commits = 0;
        Clock::time_point at;
        std::string used;     ///< noted here, whether or not it could be stored
        bool is_due = false;  ///< to be noted at its next use
    };
    struct Asked {
        Lookup lookup;
        std::shared_ptr<store::Prepared> prepared;
        std::unordered_map<std::string, std::shared_ptr<Kept>> kept;  ///< by hash
    };

    static Result<void> add_lookup(
        std::unique_ptr<Asked>& into, description::App const& app, model::Model const& model, Start const& start
    ) {
        KOINE_TRY(auto lookup, Lookup::make(app, model, start));
        into = std::make_unique<Asked>(std::move(lookup), nullptr, std::unordered_map<std::string, std::shared_ptr<Kept>>());
        return outcome::success();
    }

    /// It expires only where it must.
    static Result<std::unique_ptr<Making>> making_of(
        description::App const& app,
        model::Model const& model,
        std::string const& entity,
        std::string const& user,
        std::string const& key,
        std::string const& expires
    ) {
        auto const* described = app.entity(entity);
        auto const* field = described ? described->field(expires) : nullptr;
        bool const must = field && !field->nullable;
        return make_making(app, model, entity, user, key, {{must ? std::string_view(expires) : "", Making::Gets::expires}});
    }

    static query::Principal principal_of(Found const& found, bool by_session) {
        query::Principal principal;
        principal.anonymous = false;
        principal.name = found.name;
        principal.may_read = true;
        principal.may_write = found.may_write;
        principal.user = found.user;
        principal.staff = found.staff;
        principal.superuser = found.superuser;
        principal.by_session = by_session;
        principal.rights = found.rights;
        return principal;
    }

    static bool is_within(Found const& found, std::optional<Address> const& client) {
        if (!client) return false;
        for (auto const& network : found.networks)
            if (network.contains(*client)) return true;
        return false;
    }

    static std::string shown(Address address) {
        address.length.reset();
        return address.text();
    }

    Awaitable<Result<std::optional<Found>>> ask(store::Session& session, Asked& asked, std::string value) {
        if (!asked.prepared) {
            KOINE_CO_TRY(asked.prepared, session.prepare(asked.lookup.plan()));
        }
        auto const query = asked.lookup.asking(value);
        Arena arena;
        std::vector<query::Argument> arguments;
        store::RunLimits const limits;
        KOINE_CO_TRY(query::bind(*asked.lookup.plan(), query, limits.max_rows, arena, arguments));
        query::Rows rows;
        KOINE_CO_TRY(co_await session.run(asked.prepared, arguments, limits, nullptr, rows));
        co_return asked.lookup.read(rows);
    }

    /// Null if there is no such key.
    Awaitable<Result<std::shared_ptr<Kept>>> find(store::Session& session, Asked& asked, std::string hash) {
        auto const commits = session.commits();
        auto const now = Clock::now();
        auto present = asked.kept.find(hash);
        std::shared_ptr<Kept> before = present != asked.kept.end() ? present->second : nullptr;
        if (before && before->commits == commits && now - before->at < kKeptFor) co_return before;
        KOINE_CO_TRY(auto found, co_await ask(session, asked, hash));
        if (!found) {
            asked.kept.erase(hash);
            co_return std::shared_ptr<Kept>();
        }
        auto kept = std::make_shared<Kept>();
        kept->found = *std::move(found);
        kept->commits = commits;
        kept->at = now;
        kept->used = before ? std::max(before->used, kept->found.used) : kept->found.used;
        kept->is_due = kept->used <= stamp(-kUseEvery);
        if (asked.kept.size() >= kMostKept) asked.kept.clear();
        asked.kept[std::move(hash)] = kept;
        co_return kept;
    }

    struct Made {
        std::string key;       ///< of the row, as only the client has it
        std::string password;  ///< of the user, as stored
    };

    /// Makes a row with a key for the user whose password it is.
    Awaitable<Result<Made>> make_for(store::Session& session, Making const& making, std::string name, std::string password) {
        // No stored one is so long: nobody is told more, and nothing is hashed.
        if (count_characters(password) > longest_password_) co_return Problem(Reason::not_permitted);
        KOINE_CO_TRY(auto found, co_await ask(session, *by_name_, std::move(name)));
        KOINE_CO_TRY(auto right, co_await check_password(*off_loop_, found ? found->password : std::string(), std::move(password)));
        if (!right || !found || !found->active) co_return Problem(Reason::not_permitted);
        NewRow row;
        row.user = found->user;
        row.now = stamp();
        row.expires = stamp(kSessionLength);
        KOINE_CO_TRY(auto key, co_await make_row(session, making, std::move(row)));
        Made made{std::move(key), std::move(found->password)};
        co_return std::move(made);
    }

    std::size_t longest_password_ = value::kLongestPassword;
    std::unique_ptr<Asked> by_name_, by_token_, by_session_;
    std::unique_ptr<Making> token_making_, session_making_;
    std::unique_ptr<Changing> ending_session_;
    std::optional<Upkeep> upkeep_;
    OffLoop* off_loop_;  ///< outlives this
    WallClock clock_;
};

}  // namespace

Result<std::unique_ptr<Accounts>> Accounts::make(
    description::App const& app, model::Model const& model, OffLoop& off_loop, WallClock clock
) {
    if (app.identity.user.empty()) return std::unique_ptr<Accounts>();
    auto made = std::make_unique<AppAccounts>(off_loop, std::move(clock));
    KOINE_TRY(made->prepare(app, model));
    return std::unique_ptr<Accounts>(std::move(made));
}

}  // namespace koine::identity
