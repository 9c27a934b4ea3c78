/// @file For this room's tests: a database in a file of its own, plans built by hand, and a run to its end.
#pragma once

#include "store/store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <variant>
#include <vector>

namespace koine::store::sqlite::testing {

/// A folder that goes away with it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "koine-store-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    std::string file(std::string_view name = "test.db") const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

/// A value that a test puts into a table.
using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;

/// A foreign program's connection, which writes (without waiting for the disk).
class ForeignProgram {
public:
    explicit ForeignProgram(std::string const& file) {
        EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
        sqlite3_busy_timeout(handle_, 2000);
        run("PRAGMA synchronous=OFF");
    }
    ~ForeignProgram() { sqlite3_close(handle_); }
    ForeignProgram(ForeignProgram const&) = delete;
    ForeignProgram& operator=(ForeignProgram const&) = delete;
    void run(std::string const& text) {
        char* message = nullptr;
        EXPECT_EQ(sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "") << " in " << text;
        sqlite3_free(message);
    }

    /// Puts rows into a table, each with a value for each of these columns.
    void insert(std::string const& table, std::vector<std::string> const& columns, std::vector<std::vector<Value>> const& rows) {
        std::string names;
        std::string places;
        for (auto const& column : columns) {
            names += (names.empty() ? "\"" : ", \"") + column + "\"";
            places += places.empty() ? "?" : ", ?";
        }
        auto const text = "INSERT INTO \"" + table + "\"(" + names + ") VALUES (" + places + ")";
        sqlite3_stmt* statement = nullptr;
        ASSERT_EQ(sqlite3_prepare_v2(handle_, text.c_str(), -1, &statement, nullptr), SQLITE_OK)
            << sqlite3_errmsg(handle_) << " in " << text;
        for (auto const& row : rows) {
            EXPECT_EQ(row.size(), columns.size()) << text;
            for (int i = 0; i < static_cast<int>(row.size()); ++i) bind(statement, i + 1, row[static_cast<std::size_t>(i)]);
            EXPECT_EQ(sqlite3_step(statement), SQLITE_DONE) << sqlite3_errmsg(handle_) << " in " << text;
            sqlite3_reset(statement);
        }
        sqlite3_finalize(statement);
    }

    /// What a query gives: cells parted by '|', rows by ' '.
    std::string rows(std::string const& text) {
        std::string out;
        auto add = [](void* all, int count, char** cells, char**) {
            auto& shown = *static_cast<std::string*>(all);
            for (int i = 0; i < count; ++i) shown.append(i > 0 ? "|" : shown.empty() ? "" : " ").append(cells[i] ? cells[i] : "null");
            return 0;
        };
        char* message = nullptr;
        EXPECT_EQ(sqlite3_exec(handle_, text.c_str(), add, &out, &message), SQLITE_OK) << (message ? message : "") << " in " << text;
        sqlite3_free(message);
        return out;
    }

private:
    static void bind(sqlite3_stmt* statement, int place, Value const& value) {
        if (auto const* number = std::get_if<std::int64_t>(&value))
            sqlite3_bind_int64(statement, place, *number);
        else if (auto const* text = std::get_if<std::string>(&value))
            sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), nullptr);  // outlives the step
        else
            sqlite3_bind_null(statement, place);
    }

    sqlite3* handle_ = nullptr;
};

/// A cell as one would write it: 1, 1.5, 'text', x'00', null.
inline std::string shown(query::Cell const& cell) {
    switch (cell.kind()) {
        case query::Cell::Kind::null: return "null";
        case query::Cell::Kind::integer: return std::to_string(cell.integer());
        case query::Cell::Kind::real: return std::to_string(cell.real());
        case query::Cell::Kind::text: return "'" + std::string(cell.view()) + "'";
        case query::Cell::Kind::blob: {
            std::string out = "x'";
            for (char character : cell.view()) {
                auto byte = static_cast<unsigned char>(character);
                out += "0123456789abcdef"[byte >> 4];
                out += "0123456789abcdef"[byte & 15];
            }
            return out + "'";
        }
    }
    return {};
}

/// One row a line: "parent: cell, cell" (without parent for a root).
inline std::string shown(query::StepRows const& rows) {
    std::string out;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        if (!rows.parents.empty()) out += std::to_string(rows.parents[i]) + ": ";
        for (std::uint32_t cell = 0; cell < rows.width; ++cell) out += (cell ? ", " : "") + shown(rows.row(i)[cell]);
        out += "\n";
    }
    return out;
}

inline query::Argument number(std::int64_t value) { return {.scalar = query::Cell::of(value), .list = {}}; }
inline query::Argument real(double value) { return {.scalar = query::Cell::of(value), .list = {}}; }
inline query::Argument text(std::string_view value) { return {.scalar = query::Cell::text(value), .list = {}}; }
inline query::Argument nothing() { return {}; }

/// Builds expressions and predicates with names looked up in a model.
class Builder {
public:
    explicit Builder(model::Model const& model) : model_(model) {}

    query::Expression column(query::Alias alias, std::string_view entity, std::string_view name) const {
        query::Expression made;
        made.alias = alias;
        made.entity = model_.entity(entity).value();
        made.column = model_[made.entity].column(name).value();
        made.type = model_[made.entity].columns[made.column].type;
        made.ordering = model_[made.entity].columns[made.column].ordering;
        return made;
    }
    query::Source root(query::Alias alias, std::string_view entity) const { return source(query::Source::Join::root, alias, entity, {}); }
    query::Source source(query::Source::Join join, query::Alias alias, std::string_view entity, query::Predicate on) const {
        return {.join = join, .alias = alias, .entity = model_.entity(entity).value(), .on = std::move(on)};
    }
    static query::Expression over(query::Expression::Kind kind, model::Type type, std::vector<query::Expression> operands) {
        query::Expression made;
        made.kind = kind;
        made.type = type;
        made.operands = std::move(operands);
        return made;
    }
    static query::Expression aggregate(query::Aggregate which, std::vector<query::Expression> operands = {}) {
        auto made = over(query::Expression::Kind::aggregate, model::Type::bigint, std::move(operands));
        made.aggregate = which;
        return made;
    }
    static query::Predicate where(query::Predicate::Kind kind, query::Operator op, query::Expression left, query::Slot slot = 0) {
        query::Predicate made;
        made.kind = kind;
        made.op = op;
        made.slot = slot;
        made.operands = {std::move(left)};
        return made;
    }
    static query::Predicate equal(query::Expression left, query::Expression right) {
        query::Predicate made;
        made.kind = query::Predicate::Kind::equal;
        made.operands = {std::move(left), std::move(right)};
        return made;
    }
    static query::Predicate of(query::Predicate::Kind kind, std::vector<query::Predicate> children) {
        query::Predicate made;
        made.kind = kind;
        made.children = std::move(children);
        return made;
    }

private:
    model::Model const& model_;
};

/// One worker's loop with one run at a time.
class Worker {
public:
    explicit Worker(Store& store) : session_(store.session(loop_).value()) {}
    explicit Worker(std::unique_ptr<Session> session) : session_(std::move(session)) {}

    boost::asio::io_context& loop() { return loop_; }
    Session& session() { return *session_; }
    std::shared_ptr<Prepared> prepare(query::Plan plan) {
        return session_->prepare(std::make_shared<query::Plan const>(std::move(plan))).value();
    }
    /// Starts a run; it ends during `loop().run()` at the latest.
    void start(
        std::shared_ptr<Prepared> prepared,
        std::vector<query::Argument> const& arguments,
        query::Rows& rows,
        std::optional<Result<void>>& done,
        RunLimits limits = {},
        Cancellation const* cancellation = nullptr
    ) {
        boost::asio::co_spawn(
            loop_,
            waited(session_->run(std::move(prepared), arguments, limits, cancellation, rows), done),
            [](std::exception_ptr failed) { EXPECT_FALSE(failed); }
        );
    }
    Result<void> run(
        std::shared_ptr<Prepared> prepared,
        std::vector<query::Argument> const& arguments,
        query::Rows& rows,
        RunLimits limits = {},
        Cancellation const* cancellation = nullptr
    ) {
        std::optional<Result<void>> done;
        start(std::move(prepared), arguments, rows, done, limits, cancellation);
        loop_.restart();
        loop_.run();
        return done.value();
    }
    Result<void> run(query::Plan plan, std::vector<query::Argument> const& arguments, query::Rows& rows, RunLimits limits = {}) {
        return run(prepare(std::move(plan)), arguments, rows, limits);
    }

private:
    static Awaitable<> waited(Awaitable<Result<void>> run, std::optional<Result<void>>& done) { done = co_await std::move(run); }

    boost::asio::io_context loop_;
    std::unique_ptr<Session> session_;
};

inline std::string reason(Result<void> const& done) { return done ? "done" : std::string(to_string(done.error().reason())); }

}  // namespace koine::store::sqlite::testing
