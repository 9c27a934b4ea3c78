#include "store/sqlite/connection.hpp"

#include "store/sqlite/collations.hpp"
#include "store/sqlite/errors.hpp"

#include <filesystem>
#include <mutex>

namespace koine::store::sqlite {
namespace {

constexpr int kOperationsBetweenLooks = 2000;
constexpr std::int64_t kMapBytes = std::int64_t{1} << 30;

/// Memory statistics take a global lock at every allocation; they can be switched off before the library's first use only.
void prepare_library() {
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

int on_progress(void* watch) { return static_cast<Watch*>(watch)->is_over() ? 1 : 0; }

void limit(sqlite3* handle) {
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 256 << 20);
    sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, 10'000);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
}

int run_once(sqlite3_stmt* statement) {
    int rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    return rc;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(
    std::string const& file, bool memory_map, std::chrono::milliseconds busy, Access access
) {
    prepare_library();
    std::unique_ptr<Connection> connection(new Connection);
    // An absolute path is never taken for a URI or for ":memory:".
    std::error_code ignored;
    auto path = std::filesystem::absolute(file, ignored).string();
    constexpr int kFlags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    int may = access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int rc = sqlite3_open_v2(path.c_str(), &connection->handle_, kFlags | may, nullptr);
    if (rc != SQLITE_OK) return problem_of(rc, sqlite3_errstr(rc));
    KOINE_TRY(connection->configure(memory_map, busy, access));
    return connection;
}

Result<std::unique_ptr<Connection>> Connection::open_in_memory() {
    prepare_library();
    std::unique_ptr<Connection> connection(new Connection);
    constexpr int kFlags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(":memory:", &connection->handle_, kFlags | SQLITE_OPEN_READWRITE, nullptr);
    if (rc != SQLITE_OK) return problem_of(rc, sqlite3_errstr(rc));
    KOINE_TRY(connection->configure(false, std::chrono::milliseconds(0), Access::write));
    return connection;
}

Result<void> Connection::configure(bool memory_map, std::chrono::milliseconds busy, Access access) {
    // A file that cannot be written is opened for reading instead, without a word.
    if (access == Access::write && sqlite3_db_readonly(handle_, "main") == 1)
        return Problem(Reason::read_only).because("the file cannot be written");
    limit(handle_);
    sqlite3_busy_timeout(handle_, static_cast<int>(busy.count()));
    // The schema stays trusted: in 3.40 a view over a full-text table is refused otherwise. Our own functions are for direct use only.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    if (int rc = register_functions(handle_, &state_); rc != SQLITE_OK) return problem(rc);
    if (int rc = register_collations(handle_); rc != SQLITE_OK) return problem(rc);
    sqlite3_exec(handle_, access == Access::write ? "PRAGMA foreign_keys=ON" : "PRAGMA query_only=ON", nullptr, nullptr, nullptr);
    std::string map = "PRAGMA mmap_size=" + std::to_string(memory_map ? kMapBytes : 0);
    sqlite3_exec(handle_, map.c_str(), nullptr, nullptr, nullptr);
    sqlite3_progress_handler(handle_, kOperationsBetweenLooks, on_progress, &state_.watch);
    KOINE_TRY(begin_, compile("BEGIN"));
    KOINE_TRY(commit_, compile("COMMIT"));
    return outcome::success();
}

Connection::~Connection() {
    begin_.reset();
    commit_.reset();
    // v2: statements that are finalized later keep the handle alive until then.
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    sqlite3_close_v2(handle_);
}

Result<StatementHandle> Connection::compile(std::string_view text, unsigned flags) {
    sqlite3_stmt* statement = nullptr;
    int rc = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()), flags, &statement, nullptr);
    if (rc != SQLITE_OK) return problem(rc);
    return StatementHandle(statement);
}

Result<std::int64_t> Connection::number(std::string_view text) {
    KOINE_TRY(auto statement, compile(text, 0));
    int rc = sqlite3_step(statement.get());
    if (rc != SQLITE_ROW) return problem(rc);
    return std::int64_t{sqlite3_column_int64(statement.get(), 0)};
}

Result<std::string> Connection::text(std::string_view text) {
    KOINE_TRY(auto statement, compile(text, 0));
    int rc = sqlite3_step(statement.get());
    if (rc != SQLITE_ROW) return problem(rc);
    auto const* found = reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), 0));
    return std::string(found ? found : "");
}

Result<void> Connection::begin() {
    if (in_transaction()) return outcome::success();
    if (int rc = run_once(begin_.get()); rc != SQLITE_DONE) return problem(rc);
    return outcome::success();
}

void Connection::end() {
    if (in_transaction()) run_once(commit_.get());
}

Problem Connection::problem(int rc) {
    if (state_.problem) {
        Problem own = *state_.problem;
        state_.problem.reset();
        return own;
    }
    if ((rc & 0xFF) == SQLITE_INTERRUPT && state_.watch.verdict == Watch::Verdict::cancelled) return Problem(Reason::cancelled);
    return problem_of(rc, sqlite3_errmsg(handle_));
}

}  // namespace koine::store::sqlite
