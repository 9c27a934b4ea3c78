#include "app/service.hpp"

#include "app/handler.hpp"
#include "http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace koine::app {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(1000);

store::SqliteOptions store_options(Options const& options) {
    store::SqliteOptions made;
    made.file = options.source;
    made.statement_limit = options.statement_limit;
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

/// While there are no tokens, only this machine may ask (decisions.md 17).
Result<void> check_host(std::string const& host) {
    bool loopback = host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
    if (loopback) return outcome::success();
    return configuration_problem(
        "",
        0,
        0,
        fmt::format(
            "will not listen on {}: anyone who reaches it could read the database, and there are no tokens yet; use 127.0.0.1, or a proxy "
            "in front of it",
            host
        )
    );
}

class RunningService final : public Service {
public:
    RunningService(std::unique_ptr<Shared> shared, std::unique_ptr<http::Server> server)
        : shared_(std::move(shared)),
          server_(std::move(server)) {}

    Facts facts() const override;
    void run() override {
        server_->run();
        shared_->watcher->stop();
    }
    void stop() override { server_->stop(); }

private:
    std::unique_ptr<Shared> shared_;
    std::unique_ptr<http::Server> server_;
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

Facts RunningService::facts() const {
    auto application = shared_->applications->current();
    auto const& model = application->store->model();
    Facts facts;
    facts.url = server_->url();
    facts.database = application->store->description();
    for (auto const& mount : application->mounts) facts.dialects.push_back(fmt::format("{} at {}/", mount.dialect->name, mount.prefix));
    facts.notes = model.notes;
    facts.views = static_cast<std::size_t>(std::ranges::count(model.entities, model::EntityKind::view, &model::Entity::kind));
    facts.tables = model.entities.size() - facts.views;
    facts.examples = examples(*application, facts.url);
    return facts;
}

}  // namespace

Result<std::unique_ptr<Service>> Service::start(Options options) {
    auto shared = std::make_unique<Shared>();
    auto first = std::make_shared<Application>();
    KOINE_TRY(check_host(options.host));
    KOINE_TRY(first->store, store::open_sqlite(store_options(options)));
    KOINE_TRY(first->mounts, load_mounts(options));
    first->documents = std::make_shared<Documents>(std::filesystem::path(options.source).filename().string());
    auto open = [file = store_options(options)] { return store::open_sqlite(file); };
    shared->applications = std::make_shared<Applications>(std::move(first), std::move(open));
    shared->log = std::make_unique<AccessLogger>(options.access_log);
    shared->options = std::move(options);
    auto factory = [raw = shared.get()](unsigned, boost::asio::io_context& context) -> Result<std::unique_ptr<http::Handler>> {
        return std::make_unique<RequestHandler>(*raw, context);
    };
    KOINE_TRY(auto server, http::Server::listen(server_options(shared->options), factory));
    shared->watcher = std::make_unique<Watcher>(shared->applications, kWatchInterval);
    return std::make_unique<RunningService>(std::move(shared), std::move(server));
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
