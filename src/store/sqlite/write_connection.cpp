#include "store/sqlite/write_connection.hpp"

#include <utility>

namespace koine::store::sqlite {

using std::chrono::milliseconds;

WriteStatements& WriteConnection::statements_of(std::shared_ptr<RenderedWrite const> const& write) {
    if (auto* known = statements_.find(write->plan.get())) return *known;
    WriteStatements made;
    made.write = write;
    return statements_.add(write->plan.get(), std::move(made));
}

Result<std::unique_ptr<WriteConnection>> WriteConnection::open(std::string const& file, Durability durability, milliseconds busy) {
    std::unique_ptr<WriteConnection> made(new WriteConnection);
    KOINE_TRY(made->base_, Connection::open(file, false, busy, Access::write));
    made->busy_ = busy;
    KOINE_TRY(auto journal, made->base_->text("PRAGMA journal_mode=WAL"));
    if (journal != "wal") return Problem(Reason::database_unavailable).because("it cannot be switched to WAL mode");
    auto* handle = made->handle();
    sqlite3_exec(
        handle, durability == Durability::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr
    );
    // In place of SQLite's own hook, which would check-point in the middle of a group's commit.
    sqlite3_wal_hook(
        handle,
        [](void* pages, sqlite3*, char const*, int count) {
            *static_cast<int*>(pages) = count;
            return SQLITE_OK;
        },
        &made->log_pages_
    );
    KOINE_TRY(made->begin_, made->base_->compile("BEGIN IMMEDIATE"));
    KOINE_TRY(made->commit_, made->base_->compile("COMMIT"));
    KOINE_TRY(made->savepoint_, made->base_->compile("SAVEPOINT request"));
    KOINE_TRY(made->release_, made->base_->compile("RELEASE request"));
    KOINE_TRY(made->back_, made->base_->compile("ROLLBACK TO request"));
    KOINE_TRY(made->schema_version_, made->base_->compile("PRAGMA schema_version"));
    return made;
}

Result<void> WriteConnection::run(sqlite3_stmt* statement) {
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_DONE) {
        sqlite3_reset(statement);
        return outcome::success();
    }
    auto problem = base_->problem(rc);
    sqlite3_reset(statement);
    return problem;
}

Result<void> WriteConnection::begin() { return run(begin_.get()); }
Result<void> WriteConnection::commit() { return run(commit_.get()); }

void WriteConnection::roll_back() {
    if (in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> WriteConnection::savepoint() { return run(savepoint_.get()); }
Result<void> WriteConnection::release() { return run(release_.get()); }

bool WriteConnection::back_to_savepoint() {
    bool const undone = sqlite3_step(back_.get()) == SQLITE_DONE;
    sqlite3_reset(back_.get());
    return undone;
}

void WriteConnection::abandon_savepoint() {
    if (!back_to_savepoint()) return roll_back();
    sqlite3_step(release_.get());
    sqlite3_reset(release_.get());
}

Result<std::int64_t> WriteConnection::schema_version() {
    ResetGuard reset(schema_version_.get());
    int rc = sqlite3_step(schema_version_.get());
    if (rc != SQLITE_ROW) return base_->problem(rc);
    return std::int64_t{sqlite3_column_int64(schema_version_.get(), 0)};
}

bool WriteConnection::has_unmet_keys() const {
    int unmet = 0;
    int highest = 0;
    return sqlite3_db_status(handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &unmet, &highest, 0) == SQLITE_OK && unmet != 0;
}

void WriteConnection::defer_keys(bool deferred) {
    sqlite3_exec(handle(), deferred ? "PRAGMA defer_foreign_keys=ON" : "PRAGMA defer_foreign_keys=OFF", nullptr, nullptr, nullptr);
}

int WriteConnection::checkpoint(int mode, milliseconds busy) {
    sqlite3_busy_timeout(handle(), static_cast<int>(busy.count()));
    int rc = sqlite3_wal_checkpoint_v2(handle(), "main", mode, nullptr, nullptr);
    sqlite3_busy_timeout(handle(), static_cast<int>(busy_.count()));
    return rc;
}

void WriteConnection::checkpoint(bool truncate) {
    int rc = checkpoint(truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, milliseconds(0));
    if (truncate && rc == SQLITE_OK) log_pages_ = 0;
}

void WriteConnection::restart_log() { checkpoint(SQLITE_CHECKPOINT_RESTART, milliseconds(20)); }

}  // namespace koine::store::sqlite
