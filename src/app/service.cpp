#include "app/service.hpp"

#include "app/app_source.hpp"
#include "app/files.hpp"
#include "app/handler.hpp"
#include "app/log.hpp"
#include "app/telling.hpp"
#include "http/server.hpp"
#include "http/tls_dev.hpp"
#include "openapi/app_document.hpp"
#include "openapi/app_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>

namespace koine::app {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(1000);

store::SqliteOptions store_options(Options const& options) {
    store::SqliteOptions made;
    made.file = options.source;
    made.statement_limit = options.statement_limit;
    made.write = options.write;
    made.durability = options.durability;
    return made;
}

http::ServerOptions server_options(Options const& options) {
    http::ServerOptions made;
    made.host = options.host;
    made.port = options.port;
    made.workers = options.workers;
    made.max_head_bytes = options.max_head_bytes;
    made.max_body_bytes = options.max_body_bytes;
    made.max_connections = options.max_connections;
    made.head_timeout = options.head_timeout;
    made.idle_timeout = options.idle_timeout;
    made.write_timeout = options.write_timeout;
    made.drain_timeout = options.drain_timeout;
    return made;
}

Result<std::vector<MountedDialect>> load_mounts(Options const& options) {
    auto wanted = options.mounts;
    if (wanted.empty()) wanted.push_back({std::string(default_dialect()), ""});
    std::vector<MountedDialect> mounts;
    for (auto const& mount : wanted) {
        bool taken = std::ranges::any_of(mounts, [&](auto const& other) { return other.prefix == mount.prefix; });
        if (taken)
            return configuration_problem(
                "", 0, 0, fmt::format("two dialects are at '{}/': give one of them a place of its own, as in NAME@/api", mount.prefix)
            );
        KOINE_TRY(auto loaded, dialect::load_dialect(mount.dialect));
        mounts.push_back({mount.prefix, std::make_shared<dialect::Dialect const>(std::move(loaded))});
    }
    std::ranges::sort(mounts, std::ranges::greater(), [](auto const& mount) { return mount.prefix.size(); });
    return mounts;
}

std::string state_file(Options const& options) { return options.state.empty() ? auth::state_file_of(options.source) : options.state; }

/// Tells an operator what happens to files that change while the server runs.
auto teller(Options const& options) {
    return [format = options.log_format](std::string_view sentence) { log(format, LogLevel::error, sentence); };
}

Result<std::unique_ptr<auth::Guard>> make_guard(Options const& options) {
    KOINE_TRY(auto tokens, auth::TokenFile::open(state_file(options), auth::TokenFile::kInterval, teller(options)));
    KOINE_TRY(auth::check_host(options.host, *tokens));
    auto const serving = options.write ? auth::Serving::writes : auth::Serving::reads;
    return std::make_unique<auth::Guard>(serving, auth::reach_of(options.host), std::move(tokens));
}

/// An app decides itself who may; tokens beside a database are not for it.
Result<std::unique_ptr<auth::Guard>> make_app_guard(Options const& options) {
    KOINE_TRY(auto none, auth::TokenFile::open(database_of(options) + ".koine", auth::TokenFile::kInterval, teller(options)));
    return std::make_unique<auth::Guard>(auth::Serving::writes, auth::reach_of(options.host), std::move(none));
}

class RunningService final : public Service {
    using Clock = std::chrono::steady_clock;

public:
    RunningService(
        std::unique_ptr<Shared> shared,
        std::unique_ptr<http::Server> server,
        std::vector<std::string> trust,
        std::vector<std::string> done,
        std::vector<std::string> warnings
    )
        : shared_(std::move(shared)),
          server_(std::move(server)),
          trust_(std::move(trust)),
          done_(std::move(done)),
          warnings_(std::move(warnings)) {}

    ~RunningService() override { stop_threads(); }

    Facts facts() const override;
    void run() override {
        server_->run();
        stop_threads();
    }
    void stop() override {
        Clock::rep none = 0;
        stopped_.compare_exchange_strong(none, Clock::now().time_since_epoch().count());
        server_->stop();
    }

private:
    /// What waits for them holds coroutines of the workers: it goes while their loops are there.
    void stop_threads() {
        shared_->watcher->stop();
        if (shared_->sweeper) shared_->sweeper->stop();
        if (shared_->runner) shared_->runner->stop();
        if (shared_->dispatcher) shared_->dispatcher->stop(patience());
        shared_->off_loop->stop();
        shared_->computing->stop();
        shared_->keeping->stop();
        shared_->files->stop();
    }

    /// What is left of the time for finishing what runs.
    std::chrono::milliseconds patience() const {
        auto const since = Clock::now() - Clock::time_point(Clock::duration(stopped_.load()));
        auto const left = stopped_ == 0 ? Clock::duration::zero() : shared_->options.drain_timeout - since;
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(left, Clock::duration::zero()));
    }

    std::atomic<Clock::rep> stopped_ = 0;  ///< when; 0: not yet
    std::unique_ptr<Shared> shared_;
    std::unique_ptr<http::Server> server_;
    std::vector<std::string> trust_;
    std::vector<std::string> done_;
    std::vector<std::string> warnings_;
};

/// URLs to try, in the words of the dialect at the shortest place: the entity with the most relationships, one of its rows by key, a
/// sorted page of it, and a view.
std::vector<std::string> examples(Application const& application, std::string const& url) {
    auto const& model = application.store->model();
    if (model.entities.empty()) return {};
    auto const& mount = application.mounts.back();
    auto base = [&](model::Entity const& entity) {
        std::string address = url + mount.prefix + "/";
        dialect::append_encoded(address, entity.name);
        return address;
    };
    auto const& entity = *std::ranges::max_element(model.entities, {}, [](auto const& one) {
        return std::pair(one.kind == model::EntityKind::table, one.relationships.size());
    });
    auto documents = mount.dialect->describe(entity, model).parameters;
    auto written = [&](std::string_view name) -> std::string {
        auto found = std::ranges::find(documents, name, &dialect::ParameterDocument::name);
        if (found == documents.end() || found->example.empty()) return "";
        std::string parameter;
        dialect::append_encoded(parameter, found->name);
        parameter += '=';
        dialect::append_encoded(parameter, found->example);
        return parameter;
    };
    std::vector<std::string> urls = {base(entity)};
    if (entity.primary_key)
        if (auto key = written(entity.columns[entity.primary_key->columns.front()].name); !key.empty())
            urls.push_back(base(entity) + "?" + key);
    std::vector<std::string> page;
    for (std::string_view name : {"order", "sort", "limit", "per_page"})
        if (auto one = written(name); !one.empty()) page.push_back(std::move(one));
    if (!page.empty()) urls.push_back(fmt::format("{}?{}", base(entity), fmt::join(page, "&")));
    auto view = std::ranges::find(model.entities, model::EntityKind::view, &model::Entity::kind);
    if (view != model.entities.end()) urls.push_back(base(*view));
    return urls;
}

/// The index, and the first pages of some resources.
std::vector<std::string> app_examples(Application const& application, std::string const& url) {
    auto const& mount = application.mounts.back();
    auto const base = url + mount.prefix + std::string(mount.dialect->routes.prefix());
    std::vector<std::string> urls = {base + "/"};
    for (auto const& resource : application.app->resources) {
        if (urls.size() == 4) break;
        if (resource.listed) urls.push_back(fmt::format("{}/{}{}", base, resource.path, mount.dialect->routes.closes() ? "/" : ""));
    }
    return urls;
}

/// Where an app's document is shown; empty if nowhere.
std::string docs_of(Application const& application, std::string const& url) {
    auto const& mount = application.mounts.back();
    auto const path = mount.dialect->describing.swagger();
    if (path.empty()) return {};
    return fmt::format("{}{}{}/{}{}", url, mount.prefix, mount.dialect->routes.prefix(), path, mount.dialect->routes.closes() ? "/" : "");
}

Facts RunningService::facts() const {
    auto application = shared_->applications->current();
    auto const& model = application->store->model();
    Facts facts;
    facts.url = server_->url();
    facts.database = application->store->description();
    for (auto const& mount : application->mounts) facts.dialects.push_back(fmt::format("{} at {}/", mount.dialect->name, mount.prefix));
    facts.notes = model.notes;
    facts.trust = trust_;
    facts.done = done_;
    facts.warnings = warnings_;
    facts.docs = application->app ? docs_of(*application, facts.url) : facts.url + "/-/docs";
    facts.writers = application->app                 ? Facts::Writers::rules
                    : !shared_->guard->is_writable() ? Facts::Writers::nobody
                    : shared_->guard->is_guarded()   ? Facts::Writers::tokens
                                                     : Facts::Writers::anyone;
    facts.views = static_cast<std::size_t>(std::ranges::count(model.entities, model::EntityKind::view, &model::Entity::kind));
    facts.tables = model.entities.size() - facts.views;
    facts.examples = application->app ? app_examples(*application, facts.url) : examples(*application, facts.url);
    return facts;
}

/// A bare database in its dialects.
Result<std::shared_ptr<Application>> open_bare(Options const& options, auth::Reach reach) {
    auto made = std::make_shared<Application>();
    KOINE_TRY(made->store, store::open_sqlite(store_options(options)));
    KOINE_TRY(made->mounts, load_mounts(options));
    auto title = std::filesystem::path(options.source).filename().string();
    made->documents = std::make_shared<Documents>(std::move(title), reach == auth::Reach::this_machine);
    return made;
}

/// An app as its files are now, its database fitted to them. @param told what was done to it.
Result<std::shared_ptr<Application>> open_app(Options const& options, bool may_make, std::vector<std::string>& told) {
    auto made = std::make_shared<Application>();
    KOINE_TRY(made->app, load_description(options.source));
    KOINE_TRY(told, prepare_database(made->app, database_of(options), may_make));
    KOINE_TRY(made->store, store::open_sqlite(store_options_of(made->app, options)));
    KOINE_TRY(made->mounts, mount_app(made->app, made->store->model()));
    KOINE_TRY(made->outbox, make_outbox(made->mounts.front()));
    KOINE_TRY(made->files, open_files(*made->app, database_of(options), *made->store));
    KOINE_TRY(made->book, make_book(made->mounts.front(), made->outbox, options.clock, made->files));
    made->plans = edit::Plans::make(*made->mounts.front().dialect->resources, made->store->model(), options.clock);
    made->documents = std::make_shared<Documents>(made->app->title, !made->app->login_required);
    auto document = std::make_shared<Application::OpenApi>();
    bool const accounts = !made->app->identity.user.empty();
    document->json = openapi::app_document({.dialect = *made->mounts.front().dialect, .accounts = accounts});
    document->yaml = openapi::as_yaml(document->json);
    made->openapi = std::move(document);
    return made;
}

std::shared_ptr<Applications> applications_of_bare(std::shared_ptr<Application> first, Options const& options) {
    auto make = [file = store_options(options)](Application const& before) -> Result<std::shared_ptr<Application>> {
        auto next = std::make_shared<Application>(before);
        KOINE_TRY(next->store, store::open_sqlite(file));
        next->documents = std::make_shared<Documents>(before.documents->title(), before.documents->anonymous_reads());
        return next;
    };
    return std::make_shared<Applications>(std::move(first), std::move(make));
}

std::shared_ptr<Applications> applications_of_app(std::shared_ptr<Application> first, Options const& options) {
    auto files = std::make_shared<FileTimes>(*first->app);
    auto make = [options, files](Application const&) -> Result<std::shared_ptr<Application>> {
        std::vector<std::string> told;
        KOINE_TRY(auto made, open_app(options, false, told));
        files->follow(*made->app);
        for (auto const& sentence : told) log(options.log_format, LogLevel::note, sentence);
        return made;
    };
    Applications::Changed changed;
    if (options.watch) changed = [files] { return files->changed(); };
    return std::make_shared<Applications>(std::move(first), std::move(make), std::move(changed));
}

/// Runs the jobs of the app that is served at the moment, and has what they did be sent. Its folder may gain jobs while it is served.
std::unique_ptr<operation::Runner> start_runner(Shared const& shared) {
    auto current = [applications = shared.applications]() -> operation::Ground {
        auto const application = applications->current();
        return {application->store, application->book};
    };
    auto tell = [format = shared.options.log_format](std::string_view sentence) { log(format, LogLevel::error, sentence); };
    return operation::Runner::start(std::move(current), std::move(tell), [dispatcher = shared.dispatcher.get()] { dispatcher->poke(); });
}

}  // namespace

Result<std::unique_ptr<Service>> Service::start(Options options) {
    auto shared = std::make_unique<Shared>();
    std::vector<std::string> told;
    if (names_app(options.source)) {
        options.write = true;  // who may is the app's affair
        KOINE_TRY(auto first, open_app(options, true, told));
        KOINE_TRY(shared->guard, make_app_guard(options));
        shared->applications = applications_of_app(std::move(first), options);
    } else {
        KOINE_TRY(shared->guard, make_guard(options));
        KOINE_TRY(auto first, open_bare(options, shared->guard->reach()));
        shared->applications = applications_of_bare(std::move(first), options);
    }
    shared->log = std::make_unique<AccessLogger>(options.access_log, options.log_format);
    shared->options = std::move(options);
    auto factory = [raw = shared.get()](unsigned, boost::asio::io_context& context) -> Result<std::unique_ptr<http::Handler>> {
        return std::make_unique<RequestHandler>(*raw, context);
    };
    KOINE_TRY(
        auto tls,
        http::set_up_tls(shared->options.tls_certificate, shared->options.tls_key, shared->options.tls_dev, teller(shared->options))
    );
    auto serving = server_options(shared->options);
    serving.tls = tls.tls;
    KOINE_TRY(auto server, http::Server::listen(std::move(serving), factory));
    shared->watcher = std::make_unique<Watcher>(shared->applications, *shared->guard, kWatchInterval, shared->options.log_format);
    if (names_app(shared->options.source)) {
        shared->sweeper = std::make_unique<Sweeper>(shared->applications, teller(shared->options));
        KOINE_TRY(shared->dispatcher, start_dispatcher(*shared));
        shared->runner = start_runner(*shared);
    }
    auto trust = tls.dev ? http::how_to_trust(*tls.dev, server->url()) : std::vector<std::string>();
    if (!tls.tls && shared->guard->reach() == auth::Reach::anyone)
        tls.notes.push_back(
            "tokens and data cross the network in clear: serve HTTPS (--tls-cert, --tls-key), or put a proxy that does in front"
        );
    return std::make_unique<RunningService>(std::move(shared), std::move(server), std::move(trust), std::move(told), std::move(tls.notes));
}

Result<model::Model> inspect(std::string const& file) {
    store::SqliteOptions options;
    options.file = file;
    KOINE_TRY(auto store, store::open_sqlite(std::move(options)));
    return store->model();
}

std::vector<std::string> builtin_dialects() {
    auto names = dialect::builtin_dialects();
    return {names.begin(), names.end()};
}

std::string_view default_dialect() { return KOINE_DEFAULT_DIALECT; }

}  // namespace koine::app
