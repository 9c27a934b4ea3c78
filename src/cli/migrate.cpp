#include "app/app_source.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/terminal.hpp"
#include "store/tables.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace koine::cli {
namespace {

using AppPtr = std::shared_ptr<description::App const>;

/// Without a database there is nothing to bring up to date: it is made as serving makes it.
Result<std::string> first_time(AppPtr const& app, std::string const& source, std::string const& database, bool apply) {
    if (!apply)
        return fmt::format("{} is not there yet: koine serve {} makes it, with the sample rows\n", printable(database), printable(source));
    KOINE_TRY(auto const done, app::prepare_database(app, database, true));
    std::string text;
    for (auto const& words : done) text += printable(words) + "\n";
    return text;
}

std::string listed(store::Migration const& migration) {
    std::string text;
    for (auto const& step : migration.steps) text += fmt::format("{}{}\n", printable(step.words), step.loses ? "  -- loses data" : "");
    return text;
}

Result<std::string> migrated(Command const& command, app::Options const& options) {
    KOINE_TRY(auto const app, app::load_description(options.source));
    auto const database = app::database_of(options);
    bool const apply = command.has("apply");
    std::error_code error;
    if (!std::filesystem::exists(database, error)) return first_time(app, options.source, database, apply);
    KOINE_TRY(auto const migration, app::pending_migration(*app, database));
    if (migration.empty()) return fmt::format("nothing is to be done: {} fits the app\n", printable(database));
    if (!apply) return listed(migration);
    if (migration.loses() && !command.has("allow-loss"))
        return configuration_problem(
            database, 0, 0, fmt::format("steps that lose data are only done with --allow-loss; koine migrate {} shows them", options.source)
        );
    KOINE_TRY(store::apply_migration(database, migration));
    return listed(migration) + "done\n";
}

}  // namespace

ExitCode migrate(Command const& command) {
    auto const options = resolve(command, read_environment());
    if (!options) return fail(options.error());
    auto const& wanted = options.value().app;
    auto const text = migrated(command, wanted);
    if (!text) return fail_with_file(text.error(), app::database_of(wanted));
    say(stdout, text.value());
    return finish_output();
}

}  // namespace koine::cli
