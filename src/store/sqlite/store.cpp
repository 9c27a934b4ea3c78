#include "store/store.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/file_identity.hpp"
#include "store/sqlite/introspect.hpp"
#include "store/sqlite/log_files.hpp"
#include "store/sqlite/open_errors.hpp"
#include "store/sqlite/session.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/sqlite/write_lane.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>
#include <unistd.h>
#include <utility>

namespace koine::store {
namespace sqlite {
namespace {

std::string journal_of(Connection& connection) {
    auto mode = connection.text("PRAGMA journal_mode");
    return mode && mode.value() == "wal" ? "WAL" : "rollback journal";
}

std::string size_text(std::int64_t bytes) {
    if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
    if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
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

Result<void> extend(SqliteOptions const& options, model::Model& model) {
    auto done = options.extend(model);
    if (done || done.error().reason() == Reason::configuration) return done;
    return unusable(options.file, fmt::format("the database does not serve: {}", describe(done.error())));
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
    if (options.extend) {
        KOINE_TRY(extend(options, model.value()));
    }
    auto shared = std::make_shared<model::Model const>(std::move(model).value());
    return std::shared_ptr<Store>(
        std::make_shared<SqliteStore>(std::move(options), std::move(facts), std::move(connection).value(), std::move(shared))
    );
}

}  // namespace koine::store
