/// @file Session: one worker's reads and writes. Fast reads run here, under a lease on one snapshot; the others move to the slow lane, and
/// writes to the lane that writes.
#pragma once

#include "store/sqlite/connection.hpp"
#include "store/sqlite/slow_lane.hpp"
#include "store/sqlite/write_lane.hpp"
#include "store/store.hpp"

#include <chrono>
#include <memory>

namespace koine::store::sqlite {

struct SessionOptions {
    std::chrono::milliseconds worker_budget{15};
    std::chrono::milliseconds statement_limit{5000};
};

/// Makes a session on a connection that this worker owns from now on (opened with a busy time of 0). Without `write_lane` it only reads.
/// What outlives what: `worker` the session; the session waits in `settle` and in its destructor for its reads and writes on the lanes.
/// Coroutines left behind in a stopped `worker` hold their session: only after `settle` are they never touched again.
///
/// Invariants
///  1. The lease: the first read of a turn of the event loop begins a transaction and posts its end behind the handlers that are
///     ready by then. So ready requests share a snapshot, and another connection's commit shows in the next turn.
///  2. A lease that began before the writer's last commit is begun anew at the next read, so that who has read an answer sees its write.
///  3. No statement is left un-reset, and nothing of the lease is used after a suspension.
std::unique_ptr<Session> make_session(
    boost::asio::io_context& worker,
    std::unique_ptr<Connection> connection,
    std::shared_ptr<SlowLane> slow_lane,
    std::shared_ptr<WriteLane> write_lane,
    std::shared_ptr<model::Model const> model,
    SessionOptions options
);

}  // namespace koine::store::sqlite
