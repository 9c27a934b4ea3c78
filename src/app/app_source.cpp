#include "app/app_source.hpp"

#include "app/blocking.hpp"
#include "app/seed.hpp"
#include "operation/jobs.hpp"
#include "operation/members.hpp"
#include "operation/operation.hpp"
#include "operation/texts.hpp"
#include "resource/resource.hpp"
#include "resource/tables.hpp"
#include "store/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace koine::app {
namespace {

namespace fs = std::filesystem;

Result<dialect::Dialect> spoken_by(description::App const& app) {
    auto const version = app.version.substr(0, app.version.find('.', app.version.find('.') + 1));  // of 1.10.5: 1.10
    return dialect::load_dialect_section(app.dialects, app.dialect, {app.name, version});
}

/// All of them as one, a line each.
Problem together(std::vector<Problem> const& mistakes) {
    if (mistakes.size() == 1) return mistakes.front();
    std::string all;
    for (auto const& mistake : mistakes) all += (all.empty() ? "" : "\n") + describe(mistake);
    return configuration_problem("", 0, 0, all);
}

/// Writes the sample rows into a database that has none.
Result<std::int64_t> seed(std::shared_ptr<description::App const> const& app, Options const& options) {
    KOINE_TRY(auto store, store::open_sqlite(store_options_of(app, options)));
    KOINE_TRY(auto const rows, Seed::read(app, store->model()));
    KOINE_TRY(auto blocking, Blocking::make(*store));
    if (auto const done = blocking->transact([&](store::Transaction& transaction) { return rows->write(transaction); }); !done)
        return configuration_problem(app->folder, 0, 0, fmt::format("the sample rows cannot be written: {}", describe(done.error())));
    return rows->rows();
}

}  // namespace

bool names_app(std::string const& source) {
    std::error_code error;
    return fs::is_directory(source, error) || source.ends_with(".yaml") || source.ends_with(".yml");
}

std::string database_of(Options const& options) {
    if (!options.store.empty()) return options.store;
    std::error_code error;
    auto const folder = fs::is_directory(options.source, error) ? fs::path(options.source) : fs::path(options.source).parent_path();
    return (folder / ".koine" / "app.db").string();
}

Result<std::shared_ptr<description::App const>> load_description(std::string const& source) {
    auto loaded = description::load_app(source);
    if (!loaded.app) return together(loaded.mistakes);
    if (auto const checked = check_app(*loaded.app); !checked.mistakes.empty()) return together(checked.mistakes);
    return loaded.app;
}

Result<store::Migration> pending_migration(description::App const& app, std::string const& database) {
    return store::plan_migration(database, resource::tables_of(app));
}

Result<std::vector<std::string>> prepare_database(std::shared_ptr<description::App const> app, std::string const& database, bool may_make) {
    std::error_code error;
    bool const is_new = !fs::exists(database, error);
    if (is_new && !may_make)
        return configuration_problem(database, 0, 0, "the app's database is gone; put it back, or start anew without it");
    if (is_new && fs::path(database).has_parent_path()) {
        fs::create_directories(fs::path(database).parent_path(), error);
        if (error) return configuration_problem(database, 0, 0, fmt::format("its folder cannot be made: {}", error.message()));
    }
    KOINE_TRY(auto const migration, pending_migration(*app, database));
    if (migration.loses())
        return configuration_problem(
            database,
            0,
            0,
            fmt::format("the app no longer fits its database, and fitting it would lose data: see koine migrate {}", app->folder)
        );
    std::vector<std::string> told;
    if (!migration.empty()) {
        KOINE_TRY(store::apply_migration(database, migration));
    }
    // It holds hashes of passwords, and whatever the app keeps secret.
    if (is_new) fs::permissions(database, fs::perms::owner_read | fs::perms::owner_write, error);
    if (!is_new) {
        for (auto const& step : migration.steps) told.push_back(step.words);
        return told;
    }
    Options options;
    options.store = database;
    auto const rows = seed(app, options);
    if (!rows) {
        for (auto const* suffix : {"", "-wal", "-shm"}) fs::remove(database + suffix, error);  // the next start begins anew
        return rows.as_failure();
    }
    told.push_back(fmt::format("made {} with {} sample rows", database, rows.value()));
    return told;
}

void FileTimes::follow(description::App const& app) {
    files_ = app.files;
    files_.push_back(app.folder);
    seen_ = now();
}

bool FileTimes::changed() {
    auto times = now();
    return std::exchange(seen_, times) != times;
}

std::vector<std::pair<std::string, std::int64_t>> FileTimes::now() const {
    std::vector<std::pair<std::string, std::int64_t>> times;
    std::error_code error;
    for (auto const& file : files_) times.emplace_back(file, fs::last_write_time(file, error).time_since_epoch().count());
    return times;
}

store::SqliteOptions store_options_of(std::shared_ptr<description::App const> app, Options const& options) {
    store::SqliteOptions made;
    made.file = database_of(options);
    made.statement_limit = options.statement_limit;
    made.write = true;
    made.durability = options.durability;
    made.extend = [app = std::move(app)](model::Model& model) { return resource::extend(model, *app); };
    return made;
}

Checked check_app(description::App const& app) {
    auto scripts = operation::compile_scripts(app);
    Checked checked{std::move(scripts.mistakes), {}};
    auto texts = operation::read_texts(app);
    std::ranges::move(texts.mistakes, std::back_inserter(checked.mistakes));
    if (auto const spoken = spoken_by(app); !spoken) checked.mistakes.push_back(spoken.error());
    if (auto const told = event::Outbox::check(app); !told) checked.mistakes.push_back(told.error());
    for (auto const& operation : app.operations)
        if (!operation.declares_answer())
            checked.notes.push_back(fmt::format(
                "{}:{}:{}: answers with what documents do not know: say answer, if only any or nothing",
                operation.place.file ? *operation.place.file : app.folder,
                operation.place.line,
                operation.place.column
            ));
    for (auto const& file : app.scripts)
        if (file.is_sql) checked.notes.push_back(fmt::format("{}:1: acts without rules (a statement)", file.file));
    if (!scripts.program) return checked;
    for (auto const& use : scripts.program->uses_of("db.trusted"))
        checked.notes.push_back(fmt::format("{}:{}: acts without rules (db.trusted)", use.file, use.line));
    return checked;
}

Checked check_app_with_tables(std::shared_ptr<description::App const> const& app) {
    auto checked = check_app(*app);
    if (!checked.mistakes.empty()) return checked;
    auto const serve = [&]() -> Result<void> {
        KOINE_TRY(auto model, store::model_of(resource::tables_of(*app)));
        KOINE_TRY(resource::extend(model, *app));
        KOINE_TRY(mount_app(app, model));
        KOINE_TRY(Seed::read(app, model));
        return outcome::success();
    };
    if (auto const served = serve(); !served) checked.mistakes.push_back(served.error());
    return checked;
}

Result<std::shared_ptr<operation::Book const>> make_book(
    MountedDialect const& mount, std::shared_ptr<event::Outbox> const& outbox, WallClock const& clock, operation::Files files
) {
    auto const& app = *mount.dialect->resources->app;
    if (app.scripts.empty() && app.entity(operation::kJobTable) == nullptr) return std::shared_ptr<operation::Book const>();
    auto scripts = operation::compile_scripts(app, clock);
    if (!scripts.program) return together(scripts.mistakes);
    operation::Told told;
    if (outbox) {
        told.listener = outbox;
        told.emit = [outbox](auto&&... what) { return outbox->emit(what...); };
    }
    KOINE_TRY(
        auto made,
        operation::Book::make(
            mount.dialect->resources, mount.dialect->edits->rules(), std::move(scripts.program), std::move(told), clock, std::move(files)
        )
    );
    std::shared_ptr<operation::Book const> book = std::move(made);
    if (outbox)
        outbox->fill_by([known = std::weak_ptr(book)](auto const& program, auto& rows, edit::Occasion const& of) -> Result<void> {
            auto const asked = known.lock();
            if (!asked) return outcome::success();
            return operation::fill_in(*asked, program, rows, {of.principal, of.request_id}, of.transaction);
        });
    return book;
}

Result<std::vector<MountedDialect>> mount_app(std::shared_ptr<description::App const> app, model::Model const& model) {
    KOINE_TRY(auto dialect, spoken_by(*app));
    auto forms = dialect.forms();
    forms.prefix = dialect.routes.prefix();
    KOINE_TRY(dialect.resources, resource::bind(app, model, forms, dialect.routes.closes()));
    std::vector<MountedDialect> mounts;
    mounts.push_back({"", std::make_shared<dialect::Dialect const>(std::move(dialect))});
    return mounts;
}

}  // namespace koine::app
