/// @file Connection and Statement: SQLite's handles, owned.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/functions.hpp"

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace koine::store::sqlite {

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Resets on leaving the scope: a statement left running keeps its snapshot for ever.
class ResetGuard {
public:
    explicit ResetGuard(sqlite3_stmt* statement) : statement_(statement) {}
    ~ResetGuard() { sqlite3_reset(statement_); }
    ResetGuard(ResetGuard const&) = delete;
    ResetGuard& operator=(ResetGuard const&) = delete;

private:
    sqlite3_stmt* statement_;
};

/// What a connection may do with the file. Only the writer's may write.
enum class Access : std::uint8_t { read, write };

/// A connection with our functions, settings and progress handler. One thread at a time, and always the same lane's.
/// Never shared cache; for reading, never the journal mode or the file changed.
class Connection {
public:
    /// @param busy how long a statement waits for a writer before database_busy; 0 on workers.
    /// @return database_unavailable, database_busy, database_corrupt, read_only (to be written, but cannot).
    static Result<std::unique_ptr<Connection>> open(
        std::string const& file, bool memory_map, std::chrono::milliseconds busy, Access access = Access::read
    );
    /// One on an empty database of its own, without a file.
    static Result<std::unique_ptr<Connection>> open_in_memory();
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    sqlite3* handle() const { return handle_; }
    FunctionState& state() { return state_; }

    /// @return what `problem` makes of the failure.
    Result<StatementHandle> compile(std::string_view text, unsigned flags = SQLITE_PREPARE_PERSISTENT);
    /// The single integer that a pragma or select gives.
    Result<std::int64_t> number(std::string_view text);
    /// The same as text.
    Result<std::string> text(std::string_view statement);
    /// Takes the snapshot's transaction (at the first read in it), or ends it. Ending never fails for a reader.
    Result<void> begin();
    void end();
    bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

    /// What a failed call means: the functions' own problem, why the watch stopped it, or SQLite's code (sqlite/errors.hpp).
    Problem problem(int rc);

private:
    Connection() = default;
    Result<void> configure(bool memory_map, std::chrono::milliseconds busy, Access access);

    sqlite3* handle_ = nullptr;
    FunctionState state_;
    StatementHandle begin_;
    StatementHandle commit_;
};

}  // namespace koine::store::sqlite
