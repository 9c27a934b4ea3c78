#include "app/site.hpp"

#include "app/answering.hpp"
#include "app/files.hpp"
#include "app/row_counts.hpp"
#include "page/assets.hpp"
#include "page/docs_page.hpp"
#include "page/policy.hpp"
#include "page/start_page.hpp"

#include <fmt/format.h>

#include <ranges>

namespace koine::app {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";
constexpr std::string_view kOpenApi = "application/openapi+json; charset=utf-8";
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kDocument = "/-/openapi.json";

/// What the root is given in.
dialect::Formats const& index_formats() {
    using dialect::Format;
    static auto const formats = dialect::Formats::of({
        {Format::Writer::json, "application/openapi+json", {}, std::string(kOpenApi)},
        {Format::Writer::json, "application/json", {}, std::string(kOpenApi)},
        {Format::Writer::json, std::string(kHtml), {}, std::string(kHtml)},
    });
    return formats;
}

Result<void> admit_reader(Turn const& turn) { return turn.shared.guard->admit(turn.principal, auth::Access::read, "", ""); }

std::string base_of(Turn const& turn, MountedDialect const& mount) { return base_url(turn.request, mount, mount.dialect->routes.prefix()); }

void send_page(Turn const& turn, int status, std::string const& page) {
    turn.answer.start(status);
    for (auto const& [name, value] : page::page_headers()) turn.answer.header(name, value);
    turn.answer.header("Vary", "Accept, Authorization");
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.begin_body() += page;
    turn.answer.end();
}

page::StartFacts start_facts(Turn const& turn) {
    page::StartFacts facts;
    auto const& application = *turn.state.application;
    facts.model = &turn.model();
    facts.title = application.documents->title();
    facts.database = application.store->description();
    facts.version = KOINE_VERSION;
    for (auto const& mount : application.mounts) {
        if (mount.dialect == turn.mount.dialect) facts.here = facts.served.size();
        facts.served.push_back({mount.dialect.get(), base_of(turn, mount), document_path(mount)});
    }
    auto const& guard = *turn.shared.guard;
    facts.writable = turn.writable();
    facts.write_token = guard.is_guarded();
    facts.read_token = guard.is_guarded() && guard.reach() == auth::Reach::anyone;
    return facts;
}

page::DocsFacts docs_facts(Turn const& turn) {
    page::DocsFacts facts;
    auto const& application = *turn.state.application;
    facts.version = KOINE_VERSION;
    facts.title = "Koine";
    if (turn.principal.may_read) {
        facts.title = application.documents->title();
        facts.relations = turn.model().entities.size();
    }
    for (auto const& mount : application.mounts | std::views::reverse)  // the shortest place first
        facts.documents.push_back({fmt::format("{} at {}/", mount.dialect->name, mount.prefix), document_path(mount)});
    facts.read_token = turn.shared.guard->is_guarded() && turn.shared.guard->reach() == auth::Reach::anyone;
    return facts;
}

/// The document of what this caller may do in this dialect.
Result<void> send_document(Turn const& turn, std::vector<dialect::ResponseHeader> const& headers) {
    Documents::Caller const caller{.may_write = turn.writable() && turn.principal.may_write, .tokens = turn.shared.guard->is_guarded()};
    auto const document = turn.state.application->documents->of(turn.dialect(), turn.model(), caller);
    turn.answer.start(200);
    turn.answer.header("Content-Type", kOpenApi);
    turn.answer.header("Vary", "Accept, Authorization");
    turn.answer.header("Cache-Control", "no-store");
    for (auto const& [name, value] : headers) turn.answer.header(name, value);
    document->append_to(turn.answer.begin_body(), turn.exchange.base_url);
    turn.answer.end();
    return outcome::success();
}

/// `{"status": …}` for machines that look after the server.
void send_status(http::Answer& answer, int status, std::string_view word) {
    answer.start(status);
    answer.header("Content-Type", kJson);
    answer.header("Cache-Control", "no-store");
    if (status == 405) answer.header("Allow", "GET, HEAD");
    answer.begin_body() += fmt::format(R"({{"status":"{}"}})", word);
    answer.end();
}

bool is_read(http::Request const& request) { return request.method == Method::get || request.method == Method::head; }

Result<void> send_asset(Turn const& turn, page::AssetAnswer const& asset) {
    turn.answer.start(asset.status);
    for (auto const& [name, value] : asset.headers()) turn.answer.header(name, value);
    if (asset.status != 304) turn.answer.begin_body() += asset.body;
    turn.answer.end();
    return outcome::success();
}

}  // namespace

Awaitable<Result<void>> index(Turn& turn) {
    KOINE_CO_TRY(auto const* format, index_formats().choose(turn.exchange));
    auto admitted = admit_reader(turn);
    if (format->content_type != kHtml) {
        if (!admitted) co_return admitted.as_failure();
        std::vector<dialect::ResponseHeader> headers;
        turn.dialect().headers.add_cors(turn.exchange, headers);
        co_return send_document(turn, headers);
    }
    auto facts = start_facts(turn);
    if (!admitted) {
        send_page(turn, 401, page::locked_page(facts));
        co_return outcome::success();
    }
    facts.counts = co_await row_counts(turn);
    send_page(turn, 200, page::start_page(facts));
    co_return outcome::success();
}

std::string document_path(MountedDialect const& mount) { return mount.prefix + std::string(kDocument); }

bool names_document(MountedDialect const& mount, std::string_view path) {
    return path.size() == mount.prefix.size() + kDocument.size() && path.starts_with(mount.prefix) && path.ends_with(kDocument);
}

Awaitable<Result<void>> respond_reserved(Turn& turn) {
    auto const path = turn.request.path();
    bool const is_app = turn.state.application->app != nullptr;
    if (is_app && names_link(path) && is_read(turn.request)) {
        auto const given = co_await respond_link(turn);
        if (!given) co_return given.as_failure();
        if (!given.value()) send_status(turn.answer, 404, "unknown");
        co_return outcome::success();
    }
    auto const asset = page::asset(path, turn.request.header("accept-encoding"), turn.request.header("if-none-match"));
    bool const known =
        asset || (is_app && names_link(path)) || (!is_app && (path == kDocument || names_document(turn.mount, path) || path == "/-/docs"));
    if (!known || !is_read(turn.request)) {
        send_status(turn.answer, known ? 405 : 404, "unknown");
        co_return outcome::success();
    }
    if (asset) co_return send_asset(turn, *asset);
    if (path == "/-/docs") {
        send_page(turn, 200, page::docs_page(docs_facts(turn)));
        co_return outcome::success();
    }
    KOINE_CO_TRY(admit_reader(turn));
    co_return send_document(turn, {});
}

bool respond_health(Applications const& applications, http::Request const& request, http::Answer& answer) {
    auto const path = request.path();
    bool const ready = path == "/-/ready";
    if (!ready && path != "/-/health") return false;
    bool const well = !ready || applications.trouble().empty();
    send_status(answer, !is_read(request) ? 405 : well ? 200 : 503, !is_read(request) ? "unknown" : well ? "ok" : "degraded");
    return true;
}

bool is_open(std::string_view path) { return path == "/-/docs" || path.starts_with("/-/assets/") || names_link(path); }

}  // namespace koine::app
