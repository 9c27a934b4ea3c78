/// @file AppSource: from an app's folder to what can be served: its description, its database brought up to date, its dialect tied to both.
#pragma once

#include "app/application.hpp"
#include "app/service.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "event/outbox.hpp"
#include "operation/book.hpp"
#include "store/tables.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace koine::app {

/// Where an app's rows are kept: Options::store, else `.koine/app.db` in its folder.
std::string database_of(Options const& options);

/// The app's description, checked as `check_app` does. @return configuration: all its mistakes, a line each.
Result<std::shared_ptr<description::App const>> load_description(std::string const& source);

/// What must be done to the app's database. @return configuration.
Result<store::Migration> pending_migration(description::App const& app, std::string const& database);

/// Brings the database up to date. Refuses what would lose something.
/// @param may_make whether it is made, with the sample rows, if there is none: not while serving, where it may only have been moved for a moment, and
///        sample accounts must not appear in its place.
/// @return what was done, in sentences; configuration.
Result<std::vector<std::string>> prepare_database(std::shared_ptr<description::App const> app, std::string const& database, bool may_make);

/// When the files of an app were last written, for noticing changes. Not thread-safe.
class FileTimes {
public:
    explicit FileTimes(description::App const& app) { follow(app); }
    /// Looks at the files of this app from now on.
    void follow(description::App const& app);
    /// Whether one of them, or their folder, has changed since this was last asked. A file that changed is asked for once: also if it has become wrong.
    bool changed();

private:
    std::vector<std::pair<std::string, std::int64_t>> now() const;
    std::vector<std::string> files_;
    std::vector<std::pair<std::string, std::int64_t>> seen_;
};

/// The store's options for an app's database.
store::SqliteOptions store_options_of(std::shared_ptr<description::App const> app, Options const& options);

/// What is to be said of an app whose description is right.
struct Checked {
    std::vector<Problem> mistakes;   ///< configuration: its dialect, its functions
    std::vector<std::string> notes;  ///< where functions act without rules
};
Checked check_app(description::App const& app);
/// The same, and what only the tables tell, which are made in memory: whether all can be served, and the sample rows be read.
Checked check_app_with_tables(std::shared_ptr<description::App const> const& app);

/// What an app's functions run on; null if it has none, nor jobs. @param outbox is told of what they write, and of events; may be null. @return configuration: all mistakes, a line each.
Result<std::shared_ptr<operation::Book const>> make_book(
    MountedDialect const& mount, std::shared_ptr<event::Outbox> const& outbox, WallClock const& clock, operation::Files files = {}
);

/// The app in its dialect, over this model, at "". @return configuration.
Result<std::vector<MountedDialect>> mount_app(std::shared_ptr<description::App const> app, model::Model const& model);

}  // namespace koine::app
