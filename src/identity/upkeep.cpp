#include "identity/upkeep.hpp"

#include "identity/writes.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace koine::identity {
namespace {

using query::Cell;
using Uses = std::map<std::int64_t, std::string>;  ///< of tokens, the time

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostUses = 1000;    ///< that wait
constexpr std::int64_t kMostSwept = 1000;  ///< at once
constexpr auto kSweepEvery = std::chrono::minutes(1);

/// A session that has ended is found by its end, those that ended first before others.
Result<Changing> make_sweeping(description::Identity const& identity, model::Model const& model) {
    KOINE_TRY(auto made, make_changing(model, query::Change::remove, identity.session, identity.session_expires, {}));
    auto& chosen = made.mutation.chosen;
    chosen.filters[0].value.condition.op = query::Operator::lte;
    query::OrderTerm end;
    end.field.name = identity.session_expires;
    query::OrderTerm key;
    key.field.name = "id";
    chosen.orders.push_back({{}, {end, key}});
    chosen.window.limit = kMostSwept;
    KOINE_TRY(made.plan, query::plan_write(model, made.mutation, {}, {}));
    return made;
}

}  // namespace

struct Upkeep::State {
    std::optional<Changing> using_token, sweeping;
    WallClock clock;
    Uses uses;  ///< that wait to be written
    bool swept = true;
    Clock::time_point next_sweep;
    bool working = false;
    bool over = false;  ///< the session may be gone

    Result<void> write(store::Transaction& transaction, Uses const& taken) const {
        for (auto const& [token, time] : taken) {
            KOINE_TRY(carry_out(transaction, *using_token, std::to_string(token), {Cell::text(time)}));
        }
        return outcome::success();
    }
};

Result<Upkeep> Upkeep::make(description::App const& app, model::Model const& model, WallClock clock) {
    auto const& identity = app.identity;
    auto state = std::make_shared<State>();
    state->clock = std::move(clock);
    if (!identity.token.empty() && !identity.token_used.empty()) {
        KOINE_TRY(state->using_token, make_changing(model, query::Change::update, identity.token, "id", {identity.token_used}));
    }
    if (!identity.session.empty() && !identity.session_expires.empty()) {
        KOINE_TRY(state->sweeping, make_sweeping(identity, model));
    }
    return Upkeep(std::move(state));
}

Upkeep::~Upkeep() {
    if (state_) state_->over = true;
}

void Upkeep::note_use(store::Session& session, Executor const& worker, std::int64_t token, std::string_view now) {
    if (!state_->using_token || state_->uses.size() >= kMostUses) return;
    state_->uses.insert_or_assign(token, std::string(now));
    begin(session, worker);
}

void Upkeep::sweep(store::Session& session, Executor const& worker) {
    if (!state_->sweeping || Clock::now() < state_->next_sweep) return;
    state_->next_sweep = Clock::now() + kSweepEvery;
    state_->swept = false;
    begin(session, worker);
}

void Upkeep::begin(store::Session& session, Executor const& worker) {
    if (std::exchange(state_->working, true)) return;
    auto life = work(state_, &session);
    // What may end it early is lack of memory: then the next one begins anew.
    boost::asio::co_spawn(worker, std::move(life), [](std::exception_ptr const&) {});
}

/// Uses nothing but its own state once it has been suspended, unless the session is still there.
Awaitable<> Upkeep::work(std::shared_ptr<State> state, store::Session* session) {
    struct Ending {
        State& state;
        ~Ending() { state.working = false; }
    } const ending{*state};
    while (!state->over && !(state->uses.empty() && state->swept)) {
        // Apart: what keeps one from being written shall not keep the other.
        auto const uses = std::exchange(state->uses, {});
        if (uses.empty()) state->swept = true;
        store::Work const note = [&state, &uses](store::Transaction& transaction) { return state->write(transaction, uses); };
        store::Work const sweep = [&state](store::Transaction& transaction) {
            return carry_out(transaction, *state->sweeping, timestamp(microseconds_now(state->clock)), {});
        };
        static_cast<void>(co_await session->transact(uses.empty() ? sweep : note, nullptr));
    }
}

}  // namespace koine::identity
