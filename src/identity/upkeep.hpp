/// @file Upkeep: writes of accounts that no request waits for: when tokens were used, and the removal of sessions that are over.
#pragma once

#include "base/awaitable.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace koine::identity {

/// Of one worker, and not thread-safe. One transaction at a time: what gathers meanwhile goes into the next. Nobody learns whether one has failed.
/// Goes away before the session, always the same one, which waits for the transaction under way; what has not begun by then is forgotten.
class Upkeep {
public:
    /// @return configuration: the app and the tables do not belong together.
    static Result<Upkeep> make(description::App const& app, model::Model const& model, WallClock clock);
    Upkeep(Upkeep&&) = default;
    Upkeep& operator=(Upkeep&&) = delete;
    ~Upkeep();

    /// @param now as stored. Without a field for it, and while very many wait, it does nothing.
    void note_use(store::Session& session, Executor const& worker, std::int64_t token, std::string_view now);
    /// Removes sessions that are over, a bounded number at most once a minute; those that have no end never are.
    void sweep(store::Session& session, Executor const& worker);

private:
    struct State;
    explicit Upkeep(std::shared_ptr<State> state) : state_(std::move(state)) {}
    static Awaitable<> work(std::shared_ptr<State> state, store::Session* session);
    void begin(store::Session& session, Executor const& worker);

    std::shared_ptr<State> state_;  ///< shared with the work under way
};

}  // namespace koine::identity
