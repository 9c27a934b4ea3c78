/// @file WriteLane: the one thread that writes. It takes all that has queued up while it was waiting for the disk, and commits it at once.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "store/sqlite/file_identity.hpp"
#include "store/sqlite/log_files.hpp"
#include "store/sqlite/pending.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace koine::store::sqlite {

/// A session's end of the way back: its worker's executor, and its count of what is under way.
struct Door {
    Executor executor;
    std::shared_ptr<Pending> pending;
};

/// One write or work on its way. Lives in the coroutine that waits for it, as does what it points to.
struct WriteJob {
    std::shared_ptr<RenderedWrite const> write;  ///< null: a work
    WriteRequest const* request = nullptr;       ///< of the write
    query::Written* written = nullptr;           ///< of the write
    Work const* work = nullptr;
    Cancellation const* cancellation = nullptr;  ///< heeded until it begins
    std::chrono::steady_clock::time_point asked;
    Result<void> outcome = outcome::success();

    /// What it would have done, for a refusal.
    std::string_view statement() const;
    /// Everything is to be undone though it was done.
    bool is_rehearsal() const { return request && request->rollback; }
};

/// A job, and how its coroutine goes on.
struct Ticket {
    WriteJob* job = nullptr;
    std::shared_ptr<Door> door;
    std::move_only_function<void()> resume;  ///< runs on the door's worker
};

struct WriteLaneOptions {
    std::string file;
    FileIdentity identity;
    std::shared_ptr<LogFiles> log_files = {};  ///< may be null
    Durability durability = Durability::full;
    std::chrono::milliseconds busy_limit{2000};
    std::chrono::milliseconds statement_limit{5000};
    std::size_t queue = 4096;                   ///< writes that may wait
    std::size_t group = 256;                    ///< writes committed at once, at most
    std::chrono::milliseconds group_time{10};   ///< no further one is begun in a group after this
    std::chrono::milliseconds idle_time{1000};  ///< without writes, before the log is emptied
};

/// Invariants
///  1. An answer leaves only after the COMMIT that holds its write, and after `commits` has moved.
///  2. A request stands in a savepoint, so that its failure is its own. What ends a whole transaction from within (ON CONFLICT ROLLBACK,
///     RAISE(ROLLBACK), a time limit, a failing COMMIT) undoes the group; each request of it is then run alone and answered by that.
///  3. No write goes to a file that is not the one that the model was read from, nor at another schema version.
///
/// Thread-safe. The thread starts with the first write.
class WriteLane {
public:
    WriteLane(WriteLaneOptions options, std::shared_ptr<model::Model const> model)
        : options_(std::move(options)),
          model_(std::move(model)) {}
    /// Finishes what is queued, then joins.
    ~WriteLane();
    WriteLane(WriteLane const&) = delete;
    WriteLane& operator=(WriteLane const&) = delete;

    /// Takes the ticket unless the queue is full: then it stays with the caller.
    /// @return true if taken.
    bool submit(Ticket& ticket);

    /// Moves with every commit, before its answers leave.
    std::atomic<std::uint64_t> const& commits() const { return commits_; }

private:
    using Clock = std::chrono::steady_clock;

    void work();
    void serve(std::span<Ticket> tickets);
    /// @return how many of them it has answered.
    std::size_t serve_group(std::span<Ticket> tickets);
    void serve_alone(std::span<Ticket> tickets);
    /// Connection, file and schema are as they should, and the lock is ours. @return why not.
    Result<void> begin();
    Result<void> ready();
    Result<void> attempt(WriteJob& job);
    Result<void> commit();
    void refuse(std::span<Ticket> tickets, Problem const& problem);
    void refuse_waiting(Problem const& problem);
    void deliver(std::span<Ticket> tickets);
    void check_log(bool idle);
    void empty_log();
    bool is_queue_empty();

    WriteLaneOptions options_;
    std::shared_ptr<model::Model const> model_;
    std::atomic<std::uint64_t> commits_ = 0;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Ticket> waiting_;  // under mutex_
    bool asleep_ = false;          // under mutex_
    bool stopping_ = false;        // under mutex_
    std::jthread thread_;          // under mutex_ until the destructor

    std::unique_ptr<WriteConnection> connection_;  // the thread's own, as all below
    int checked_pages_ = 0;                        ///< of the log when it was last copied into the file
};

}  // namespace koine::store::sqlite
