/// @file The contract of a store: it knows the model, and runs plans. Everything above the stores is synchronous and pure.
#pragma once

#include "base/awaitable.hpp"
#include "base/cancellation.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/plan.hpp"
#include "query/rows.hpp"
#include "query/write_plan.hpp"
#include "store/text.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace koine::store {

/// Caps of one run. A root step that reaches one is cut (Rows::cut); so is a child step at max_rows per parent. A child step that
/// passes max_bytes fails with limit_exceeded, since its parents are already promised.
struct RunLimits {
    std::uint32_t max_rows = 10'000;
    std::size_t max_bytes = 64 * 1024 * 1024;
};

/// One write, with its values. Everything it points to must live until the write ends.
struct WriteRequest {
    std::span<query::Argument const> chosen;     ///< one entry per WritePlan::slots
    std::span<query::Argument const> returning;  ///< one entry per slot of WritePlan::returning
    query::WriteValues const* values = nullptr;  ///< insert, update
    RunLimits limits;                            ///< of what is read back: more is limit_exceeded, and nothing is written
    std::optional<std::int64_t> max_affected;    ///< more is max_affected_exceeded, and nothing is written
    bool exactly_one = false;                    ///< another number of rows is not_singular, and nothing is written
    bool rollback = false;                       ///< everything is done, read back, and undone
    Cancellation const* cancellation = nullptr;  ///< heeded until the write begins
};

class Transaction;  // store/transaction.hpp

/// A plan's or a text's statements on one session. Made by Session::prepare, used only there, destroyed before the session.
class Prepared {
public:
    virtual ~Prepared() = default;
};

/// One worker's way to the database: a connection with its statements. Not thread-safe; lives on its worker.
class Session {
public:
    virtual ~Session() = default;

    /// Renders the plan to statements; they are compiled at their first run. The plan is kept alive by what is returned.
    /// @return internal if the store cannot carry the plan (a defect of the planner).
    virtual Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<query::Plan const> plan) = 0;

    /// Runs all steps in one snapshot and fills `rows` (cleared first). `arguments` has one entry per Plan::slots; it and what its
    /// texts point into must live until the run ends. Usually completes without suspending; a run that exceeds the worker's budget is
    /// begun again on the slow lane and the coroutine suspends until it ends there.
    /// @return statement_timeout, cancelled, overloaded, database_busy, database_unavailable, database_corrupt, limit_exceeded, invalid_literal
    ///         (a cast of a stored value), integer_overflow, internal.
    virtual Awaitable<Result<void>> run(
        std::shared_ptr<Prepared> prepared,
        std::span<query::Argument const> arguments,
        RunLimits limits,
        Cancellation const* cancellation,
        query::Rows& rows
    ) = 0;

    /// Compiles a text. What writes, or looks at more than the tables of the database, is refused here too.
    /// @return configuration: as TextCheck::check, without a file, where the database has other tables; otherwise as `run`.
    virtual Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<Text const> text) = 0;

    /// Runs it as `run` runs a plan. Parameters without a value are null. The values and what they point into must live until the run ends.
    /// @return as `run`; limit_exceeded: more rows or bytes than `limits`, as nothing is cut; operation_failed: the statement fails on what it reads, or
    ///         a column holds bytes; internal: a name that no parameter has.
    virtual Awaitable<Result<void>> run(
        std::shared_ptr<Prepared> prepared,
        std::span<Named const> values,
        RunLimits limits,
        Cancellation const* cancellation,
        TextRows& rows
    ) = 0;

    /// The same of a write. @return internal; feature_not_supported: rows without a key are to be read back, or only some of them written.
    virtual Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<query::WritePlan const> plan) = 0;

    /// Writes all or nothing and fills `written`. The coroutine goes on when it is durable, and what this session reads from then on
    /// shows it. A failing write leaves nothing behind and harms no other.
    /// @return unique_violation, foreign_key_missing, foreign_key_referenced, not_null_violation, check_violation, invalid_literal (a
    ///         strict table's), raised (by a trigger), affected_twice, max_affected_exceeded, not_singular, limit_exceeded, read_only,
    ///         database_full, database_busy, database_unavailable, statement_timeout, cancelled, overloaded, schema_changed,
    ///         database_corrupt, feature_not_supported (a row to read back whose key is not known), internal.
    virtual Awaitable<Result<void>> write(std::shared_ptr<Prepared> prepared, WriteRequest const& request, query::Written& written) = 0;

    /// Does the work in a transaction of its own and goes on when it is durable; otherwise as `write`. `work` must live until then.
    /// @return what the work returns, and as `write`.
    virtual Awaitable<Result<void>> transact(std::function<Result<void>(Transaction&)> const& work, Cancellation const* cancellation) = 0;

    /// Moves with every commit that this process makes, before its answers leave: what was read at the same number is still so, as far as others do not
    /// write the file. Cheap.
    virtual std::uint64_t commits() const = 0;

    /// The worker's loop has stopped: interrupts the reads that are under way on other threads and waits for the writes that are. After this
    /// they touch neither the loop nor what waits in it. Nothing may be run afterwards. Any thread, while the loop does not run.
    virtual void settle() = 0;
};

/// A database, opened. Immutable and thread-safe; a changed schema or a replaced file is a new Store.
class Store {
public:
    virtual ~Store() = default;

    virtual model::Model const& model() const = 0;
    /// A session for the worker whose context this is; the store outlives it.
    /// @return configuration, as open_sqlite.
    virtual Result<std::unique_ptr<Session>> session(boost::asio::io_context& worker) = 0;
    /// False once what the store was opened on has changed: its schema, or the file itself. Cheap enough to ask once a second; thread-safe.
    virtual bool is_current() = 0;
    /// Whether sessions may write at all.
    virtual bool writable() const = 0;
    /// What the database is, for banners: "SQLite 3.40.1, WAL, 8.1 MB".
    virtual std::string description() const = 0;
};

/// What an acknowledged write has survived: `full`, a loss of power; `normal`, the end of this process (a loss of power may undo the last
/// writes, but never damages the file).
enum class Durability : std::uint8_t { full, normal };

struct SqliteOptions {
    std::string file;
    bool write = false;  ///< makes it a WAL database, if it is none
    Durability durability = Durability::full;
    std::chrono::milliseconds busy_limit{2000};   ///< how long writes wait for another program that holds the file
    std::chrono::milliseconds worker_budget{15};  ///< past it a read moves to the slow lane
    std::chrono::milliseconds statement_limit{5000};
    unsigned slow_threads = 2;
    /// Adds to the model what the catalogue cannot say (names of relationships, ones without a foreign key), after every reading of it.
    std::function<Result<void>(model::Model&)> extend = {};
    bool memory_map = false;  ///< faster only for cold pages; a file that somebody truncates then ends the process with SIGBUS
};

/// Opens a SQLite file, read-only unless told otherwise, and reads its model.
/// @return configuration: the file, and in one sentence what is wrong with it and what to do (missing, unreadable, not a database,
///         damaged, locked, a WAL file in a folder that cannot be written; to be written, but cannot …).
Result<std::shared_ptr<Store>> open_sqlite(SqliteOptions options);

}  // namespace koine::store
