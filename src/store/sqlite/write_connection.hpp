/// @file WriteConnection: the one connection of a store that writes, with its transactions, statements and checkpoints.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/runner.hpp"
#include "store/sqlite/statement_cache.hpp"
#include "store/sqlite/text.hpp"
#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace koine::store::sqlite {

/// One write plan's compiled statements, each compiled at first use.
struct WriteStatements {
    /// Those of one set of given columns.
    struct Insert {
        Rendered text;
        Rendered probe_text;
        StatementHandle statement;
        StatementHandle probe;
    };
    std::shared_ptr<RenderedWrite const> write;  ///< keeps the plan, which is the key, alive
    StatementHandle choose;
    StatementHandle change;
    std::map<std::string, Insert, std::less<>> inserts;  ///< by the set's bytes
    Compiled returning;

    std::size_t count() const { return 2 + 2 * inserts.size() + returning.steps.size(); }
    void shrink() { inserts.clear(); }
};

/// A plan that works read by.
struct ReadStatements {
    std::shared_ptr<RenderedPlan const> plan;  ///< likewise
    Compiled statements;

    std::size_t count() const { return plan->steps.size() + plan->total.size(); }
    void shrink() {}
};

/// One thread at a time: the writer's.
class WriteConnection {
public:
    /// Makes the file a WAL database if it is none.
    /// @return as Connection::open; database_unavailable if it cannot be one.
    static Result<std::unique_ptr<WriteConnection>> open(std::string const& file, Durability durability, std::chrono::milliseconds busy);

    Connection& base() { return *base_; }
    sqlite3* handle() const { return base_->handle(); }
    StatementCache<query::WritePlan, WriteStatements>& statements() { return statements_; }
    /// The write's own, made if they are new. Good until the next look into the cache.
    WriteStatements& statements_of(std::shared_ptr<RenderedWrite const> const& write);
    StatementCache<query::Plan, ReadStatements>& reads() { return reads_; }
    StatementCache<Text, CompiledText>& texts() { return texts_; }

    /// Takes the lock of the file at once: a transaction that had read first would be refused later without being waited for.
    /// @return database_busy after the busy time; read_only, database_unavailable …
    Result<void> begin();
    Result<void> commit();
    /// Ends whatever is open; nothing stays of it.
    void roll_back();
    /// False also when a failure has ended it from within: then all that was done in it is gone.
    bool in_transaction() const { return base_->in_transaction(); }

    /// They nest: what follows speaks of the innermost.
    Result<void> savepoint();
    Result<void> release();
    /// Undoes what was done since the savepoint, which stays. @return false if it can't be undone, as by an error of the disk.
    bool back_to_savepoint();
    /// The same, and leaves it. Ends the whole transaction if it can't be undone: half a write is never committed with the others.
    void abandon_savepoint();

    Result<std::int64_t> schema_version();
    /// Foreign keys that would fail at COMMIT.
    bool has_unmet_keys() const;
    /// Puts foreign keys off to the end of the request; or no longer, which forgets what is not met by then: ask before.
    void defer_keys(bool deferred);

    /// Pages in the log after the last commit of this connection.
    int log_pages() const { return log_pages_; }
    /// Copies the log into the file as far as readers allow, without waiting for them. `truncate` also empties it if it can.
    void checkpoint(bool truncate);
    /// The same, waiting a little for readers to leave, so that the log begins anew.
    void restart_log();

private:
    WriteConnection() = default;
    Result<void> run(sqlite3_stmt* statement);
    int checkpoint(int mode, std::chrono::milliseconds busy);

    std::unique_ptr<Connection> base_;
    std::chrono::milliseconds busy_{};
    int log_pages_ = 0;
    StatementHandle begin_;
    StatementHandle commit_;
    StatementHandle savepoint_;
    StatementHandle release_;
    StatementHandle back_;
    StatementHandle schema_version_;
    StatementCache<query::WritePlan, WriteStatements> statements_;
    StatementCache<query::Plan, ReadStatements> reads_;
    StatementCache<Text, CompiledText> texts_;
};

}  // namespace koine::store::sqlite
