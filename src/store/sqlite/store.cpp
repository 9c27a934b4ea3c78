#include "store/store.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/file_identity.hpp"
#include "store/sqlite/introspect.hpp"
#include "store/sqlite/log_files.hpp"
#include "store/sqlite/session.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/sqlite/write_lane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace koine::store {
namespace sqlite {
namespace {

struct FileFacts {
    FileIdentity identity;
    std::int64_t bytes = 0;
    std::string journal;
};

constexpr std::string_view kNotDatabase = "this is not an SQLite database (or it is encrypted)";

Problem unusable(std::string const& file, std::string_view sentence) { return configuration_problem(file, 0, 0, sentence); }

/// Looks at the file before SQLite does, so that what is wrong can be told plainly. Never opens it: closing a descriptor would drop
/// the locks that this process's other connections hold on the file.
Result<FileFacts> inspect(std::string const& file) {
    struct stat facts{};
    if (stat(file.c_str(), &facts) != 0)
        return unusable(file, errno == ENOENT || errno == ENOTDIR ? "there is no such file" : std::strerror(errno));
    if (S_ISDIR(facts.st_mode)) return unusable(file, "this is a folder, not a database file");
    if (!S_ISREG(facts.st_mode)) return unusable(file, "this is not a regular file");
    if (access(file.c_str(), R_OK) != 0) return unusable(file, fmt::format("the file cannot be read: {}", std::strerror(errno)));
    // SQLite takes a few stray bytes for an empty database.
    if (facts.st_size > 0 && facts.st_size < 512) return unusable(file, kNotDatabase);
    return FileFacts{{facts.st_dev, facts.st_ino}, facts.st_size, {}};
}

/// A WAL database is read through its -shm file, which SQLite makes in the folder. `immutable` would read past the log, so never.
bool folder_is_writable(std::string const& file) {
    auto folder = std::filesystem::path(file).parent_path();
    return access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
}

constexpr std::string_view kLocked = "another program holds the database locked; end it, or wait until it has written, and try again";
constexpr std::string_view kUnwritableFolder =
    "the database is in WAL mode, or was left in the middle of a change, and its folder cannot be written, which reading it needs; copy "
    "it to a folder that can be written";

/// What keeps a database from being opened, as a sentence by which its owner can do something about it.
Problem explained(std::string const& file, Problem const& problem) {
    switch (problem.reason()) {
        case Reason::database_busy: return unusable(file, kLocked).because(problem.cause());
        case Reason::database_corrupt:
            if (problem.cause() == sqlite3_errstr(SQLITE_NOTADB)) return unusable(file, kNotDatabase);
            return unusable(
                file,
                fmt::format(
                    "the database is damaged or was cut short ({}); restore it from a copy, or save what is left of it with "
                    "`sqlite3 FILE .recover`",
                    problem.cause()
                )
            );
        case Reason::database_unavailable:
            if (!folder_is_writable(file)) return unusable(file, kUnwritableFolder);
            return unusable(file, fmt::format("the database cannot be opened for reading: {}", problem.cause()));
        default: return unusable(file, fmt::format("the database cannot be read: {}", problem.cause()));
    }
}

constexpr std::string_view kUnwritableFolderToWrite =
    "its folder cannot be written, which writing the database needs for its log; copy it to a folder that can be written";

std::string journal_of(Connection& connection) {
    auto mode = connection.text("PRAGMA journal_mode");
    return mode && mode.value() == "wal" ? "WAL" : "rollback journal";
}

std::string size_text(std::int64_t bytes) {
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

/// What keeps a database from being written, likewise.
Problem not_writable(std::string const& file, Problem const& problem) {
    switch (problem.reason()) {
        case Reason::database_busy: return unusable(file, kLocked).because(problem.cause());
        case Reason::database_corrupt: return explained(file, problem);
        case Reason::read_only:
            return unusable(file, "the file cannot be written; change its permissions, or serve it without writing")
                .because(problem.cause());
        default:
            if (!folder_is_writable(file)) return unusable(file, kUnwritableFolderToWrite).because(problem.cause());
            return unusable(file, fmt::format("the database cannot be opened for writing: {}", problem.cause()));
    }
}

/// Makes it a WAL database, and finds out before anything is served whether it can be written.
Result<void> prepare_to_write(SqliteOptions const& options) {
    auto identity = identity_of(options.file);
    if (access(options.file.c_str(), W_OK) != 0 || !identity || !identity->writable)
        return not_writable(options.file, Problem(Reason::read_only));
    if (!folder_is_writable(options.file)) return not_writable(options.file, Problem(Reason::database_unavailable));
    auto connection = WriteConnection::open(options.file, options.durability, std::chrono::milliseconds(1000));
    if (!connection) return not_writable(options.file, connection.error());
    return outcome::success();
}

class SqliteStore final : public Store {
public:
    SqliteStore(SqliteOptions options, FileFacts facts, std::unique_ptr<Connection> connection, std::shared_ptr<model::Model const> model)
        : options_(std::move(options)),
          facts_(std::move(facts)),
          model_(std::move(model)),
          slow_lane_(std::make_shared<SlowLane>(
              SlowLaneOptions{.file = options_.file, .memory_map = options_.memory_map, .threads = std::max(1U, options_.slow_threads)}
          )),
          connection_(std::move(connection)) {
        if (!options_.write) return;
        log_files_ = std::make_shared<LogFiles>(options_.file, facts_.identity);
        log_files_->note();
        WriteLaneOptions lane{.file = options_.file, .identity = facts_.identity, .log_files = log_files_};
        lane.durability = options_.durability;
        lane.busy_limit = options_.busy_limit;
        lane.statement_limit = options_.statement_limit;
        write_lane_ = std::make_shared<WriteLane>(std::move(lane), model_);
    }

    model::Model const& model() const override { return *model_; }

    Result<std::unique_ptr<Session>> session(boost::asio::io_context& worker) override {
        auto connection = Connection::open(options_.file, options_.memory_map, std::chrono::milliseconds(0));
        if (!connection) return explained(options_.file, connection.error());
        return make_session(
            worker, std::move(connection).value(), slow_lane_, write_lane_, model_, {options_.worker_budget, options_.statement_limit}
        );
    }

    bool is_current() override {
        if (identity_of(options_.file) != facts_.identity) {
            if (log_files_) log_files_->leave();
            return false;
        }
        if (log_files_) log_files_->note();
        std::lock_guard lock(mutex_);
        auto data = connection_->number("PRAGMA data_version");
        if (!data) return data.error().reason() == Reason::database_busy;
        if (data.value() == data_version_) return true;
        auto schema = connection_->number("PRAGMA schema_version");
        if (!schema) return schema.error().reason() == Reason::database_busy;
        if (static_cast<std::uint64_t>(schema.value()) != model_->version) return false;
        data_version_ = data.value();
        return true;
    }

    bool writable() const override { return options_.write; }

    std::string description() const override {
        return fmt::format("SQLite {}, {}, {}", sqlite3_libversion(), facts_.journal, size_text(facts_.bytes));
    }

private:
    SqliteOptions options_;
    FileFacts facts_;
    std::shared_ptr<model::Model const> model_;
    std::shared_ptr<LogFiles> log_files_;    ///< null: nothing is written, so the log is others'
    std::shared_ptr<WriteLane> write_lane_;  ///< null: nothing is written; before all that read, so that its connection closes last
    std::shared_ptr<SlowLane> slow_lane_;
    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;    // under mutex_
    std::optional<std::int64_t> data_version_;  // under mutex_: the last at which the schema was seen unchanged
};

}  // namespace
}  // namespace sqlite

Result<std::shared_ptr<Store>> open_sqlite(SqliteOptions options) {
    using namespace sqlite;
    std::error_code failed;
    auto absolute = std::filesystem::absolute(options.file, failed);
    if (!failed) options.file = absolute.string();
    KOINE_TRY(auto facts, inspect(options.file));
    if (options.write) {
        KOINE_TRY(prepare_to_write(options));
    }
    auto connection = Connection::open(options.file, options.memory_map, std::chrono::milliseconds(1000));
    if (!connection) return explained(options.file, connection.error());
    auto readable = connection.value()->number("SELECT count(*) FROM sqlite_schema");
    if (!readable) return explained(options.file, readable.error());
    sqlite3_busy_timeout(connection.value()->handle(), 0);  // is_current does not wait
    facts.journal = journal_of(*connection.value());
    auto model = introspect(connection.value()->handle());
    if (!model) return explained(options.file, model.error());
    auto shared = std::make_shared<model::Model const>(std::move(model).value());
    return std::shared_ptr<Store>(
        std::make_shared<SqliteStore>(std::move(options), std::move(facts), std::move(connection).value(), std::move(shared))
    );
}

}  // namespace koine::store
