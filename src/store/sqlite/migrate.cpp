#include "store/sqlite/catalogue.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/ddl.hpp"
#include "store/sqlite/migrate_table.hpp"
#include "store/sqlite/migrate_text.hpp"
#include "store/sqlite/open_errors.hpp"
#include "store/sqlite/quoted_name.hpp"
#include "store/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace koine::store {
namespace sqlite {
namespace {

constexpr int kBusyMilliseconds = 5000;
constexpr std::string_view kOurPrefix = "koine_";

MigrationStep added(TableTexts const& texts, WantedTable const& table) {
    MigrationStep step{"add table " + table.name, false, {texts.create_table(table, table.name)}};
    for (auto const& columns : table.indexes) step.statements.push_back(texts.create_index(table, columns));
    return step;
}

/// Which table each wanted one comes from, and what is left over.
class Migrating {
public:
    Migrating(Connection& connection, Catalogue const& catalogue, std::vector<WantedTable> const& wanted)
        : connection_(connection),
          catalogue_(catalogue),
          wanted_(wanted),
          texts_(wanted) {}

    Result<Migration> plan() {
        match();
        Migration migration;
        for (auto const& table : wanted_) rename(migration, table);
        for (auto const& table : wanted_)
            if (!sources_.contains(table.name)) migration.steps.push_back(added(texts_, table));
        auto now_named = [this](std::string const& name) {
            auto found = names_.find(folded_name(name));
            return found == names_.end() ? name : found->second;
        };
        for (auto const& table : wanted_) {
            auto source = sources_.find(table.name);
            if (source == sources_.end()) continue;
            TableMatch match{table, *source->second, renamed_.contains(table.name)};
            KOINE_TRY(auto steps, plan_table(connection_, texts_, match, now_named));
            std::ranges::move(steps, std::back_inserter(migration.steps));
        }
        for (auto const& [name, row] : catalogue_.relations) {
            bool is_ours = row.kind == RelationRow::Kind::table && !folded_name(name).starts_with(kOurPrefix);
            if (is_ours && !names_.contains(folded_name(name)))
                migration.steps.push_back({"drop table " + name, true, {"DROP TABLE " + sqlite::quoted_name(name)}});
        }
        return migration;
    }

private:
    RelationRow const* present(std::string_view name) const {
        for (auto const& [other, row] : catalogue_.relations)
            if (row.kind == RelationRow::Kind::table && same_name(other, name)) return &row;
        return nullptr;
    }

    void take(WantedTable const& table, RelationRow const& row) {
        sources_.emplace(table.name, &row);
        names_.emplace(folded_name(row.name), table.name);
    }

    void match() {
        for (auto const& table : wanted_)
            if (auto const* row = present(table.name)) take(table, *row);
        for (auto const& table : wanted_) {
            for (auto const& former : table.former) {
                if (sources_.contains(table.name)) break;
                auto const* row = present(former);
                if (!row || names_.contains(folded_name(former))) continue;
                take(table, *row);
                renamed_.insert(table.name);
            }
        }
    }

    /// By SQLite's own way, which takes along what refers to the table.
    void rename(Migration& migration, WantedTable const& table) const {
        if (!renamed_.contains(table.name)) return;
        auto const& from = sources_.at(table.name)->name;
        migration.steps.push_back(
            {fmt::format("rename table {} to {}", from, table.name),
             false,
             {"PRAGMA legacy_alter_table=OFF",
              "ALTER TABLE " + sqlite::quoted_name(from) + " RENAME TO " + sqlite::quoted_name(table.name),
              "PRAGMA legacy_alter_table=ON"}}
        );
    }

    Connection& connection_;
    Catalogue const& catalogue_;
    std::vector<WantedTable> const& wanted_;
    TableTexts texts_;
    std::map<std::string, RelationRow const*> sources_;  ///< by the wanted name
    std::map<std::string, std::string> names_;           ///< the wanted name of a present table
    std::set<std::string> renamed_;                      ///< wanted names
};

Problem placed(std::string const& file, Problem const& problem) {
    if (problem.reason() != Reason::configuration) return explained(file, problem);
    return unusable(file, problem.argument("message").value_or("these tables cannot be had"));
}

Result<Migration> plan_all(std::vector<WantedTable> const& wanted) {
    Migration migration;
    TableTexts texts(wanted);
    for (auto const& table : wanted) migration.steps.push_back(added(texts, table));
    return migration;
}

bool is_absent(std::string const& file) {
    std::error_code failed;
    return !std::filesystem::exists(file, failed) && !failed;
}

/// The connection that changes tables: nothing of ours on it, for what a file's own triggers and views name must not matter.
class Changer {
public:
    explicit Changer(std::string file) : file_(std::move(file)) {}
    ~Changer() { sqlite3_close_v2(handle_); }
    Changer(Changer const&) = delete;
    Changer& operator=(Changer const&) = delete;

    Result<void> open() {
        constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
        if (sqlite3_open_v2(file_.c_str(), &handle_, kFlags | SQLITE_OPEN_EXRESCODE, nullptr) != SQLITE_OK) return failed("open the file");
        sqlite3_busy_timeout(handle_, kBusyMilliseconds);
        for (auto const* text :
             {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=OFF", "PRAGMA legacy_alter_table=ON"}) {
            KOINE_TRY(run(text, "prepare the file"));
        }
        return outcome::success();
    }

    Result<void> run(std::string const& text, std::string_view words) {
        if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return outcome::success();
        return failed(words);
    }

    Result<void> check_references() {
        CatalogueQuery query(handle_, "SELECT `table`, parent FROM pragma_foreign_key_check LIMIT 1");
        if (query.next())
            return unusable(
                file_, fmt::format("rows of table '{}' refer to rows of table '{}' that are not there", query.text(0), query.text(1))
            );
        if (query.failed()) return failed("check what rows refer to");
        return outcome::success();
    }

private:
    Problem failed(std::string_view words) const {
        std::string message = sqlite3_errmsg(handle_);
        for (auto at = message.find("koine_new_"); at != std::string::npos; at = message.find("koine_new_")) message.erase(at, 10);
        return unusable(file_, fmt::format("cannot {}: {}", words, message));
    }

    std::string file_;
    sqlite3* handle_ = nullptr;
};

Result<void> apply(Changer& changer, Migration const& migration) {
    KOINE_TRY(changer.open());
    KOINE_TRY(changer.run("BEGIN IMMEDIATE", "begin the change"));
    for (auto const& step : migration.steps)
        for (auto const& statement : step.statements) {
            KOINE_TRY(changer.run(statement, step.words));
        }
    KOINE_TRY(changer.check_references());
    return changer.run("COMMIT", "end the change");
}

}  // namespace
}  // namespace sqlite

bool Migration::loses() const { return std::ranges::any_of(steps, &MigrationStep::loses); }

Result<Migration> plan_migration(std::string const& file, std::vector<WantedTable> const& wanted) {
    using namespace sqlite;
    if (auto fits = TableTexts(wanted).check(); !fits) return placed(file, fits.error());
    if (is_absent(file)) return plan_all(wanted);
    KOINE_TRY(inspect(file));
    auto connection = Connection::open(file, false, std::chrono::milliseconds(kBusyMilliseconds));
    if (!connection) return explained(file, connection.error());
    // One state of the file for all that is asked of it.
    if (auto begun = connection.value()->begin(); !begun) return explained(file, begun.error());
    auto catalogue = read_catalogue(connection.value()->handle());
    if (!catalogue) return explained(file, catalogue.error());
    auto planned = Migrating(*connection.value(), catalogue.value(), wanted).plan();
    if (!planned) return placed(file, planned.error());
    return planned;
}

Result<void> apply_migration(std::string const& file, Migration const& migration) {
    using namespace sqlite;
    bool const is_new = is_absent(file);
    std::error_code ignored;
    auto changer = std::make_unique<Changer>(std::filesystem::absolute(file, ignored).string());
    auto done = apply(*changer, migration);
    changer.reset();
    if (!done && is_new) std::filesystem::remove(file, ignored);
    return done;
}

}  // namespace koine::store
