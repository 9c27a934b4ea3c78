#include "app/browse.hpp"

#include "app/account.hpp"
#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/described.hpp"
#include "auth/secret.hpp"
#include "base/ascii.hpp"
#include "page/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::app {
namespace {

using dialect::Endpoint;

constexpr std::size_t kMostCrumbs = 12;

dialect::Format const* page_of(Turn const& turn) { return turn.dialect().formats.page(turn.exchange); }

/// Runs the stage for nobody: what it writes is told by `bytes`.
Turn for_nobody(Turn const& turn, http::Answer& answer) {
    return {turn.shared, turn.state, turn.mount, turn.exchange, turn.request, turn.principal, turn.work, answer};
}

/// JSON is shown, and so is nothing; documents, pages and redirections go out as they are.
bool is_shown(Turn const& turn, Said const& said) {
    if (said.status >= 300 && said.status < 400) return false;
    if (said.status == 204 && turn.request.method != Method::post) return false;
    auto const type = said.header("Content-Type");
    return type.empty() || type.starts_with("application/json") || type.contains("+json;") || type.ends_with("+json");
}

void pass_on(Turn const& turn, Said const& said) {
    turn.answer.start(said.status);
    for (auto const& [name, value] : said.headers) turn.answer.header(name, value);
    turn.answer.begin_body() += said.body;
    turn.answer.end();
}

void pass_on(Turn const& turn, Said const& said, http::Answer& streamed) {
    turn.answer.start(said.status);
    for (auto const& [name, value] : said.headers) turn.answer.header(name, value);
    auto const size = streamed.body_bytes();
    turn.answer.stream(streamed.take_source(), size);
}

/// Whether a file is to be had here: it is what a browser wants, not a page about it.
bool gives_file(Turn const& turn) {
    auto const* operations = turn.exchange.endpoint.operation;
    auto const* operation = operations != nullptr ? operations->find(turn.request.method) : nullptr;
    return operation != nullptr && operation->kind == description::Operation::Kind::file;
}

std::string heading_of(Turn const& turn) {
    auto const& endpoint = turn.exchange.endpoint;
    if (endpoint.resource != nullptr) return title_of(endpoint.resource->described->label);
    auto const& app = *turn.state.application->app;
    if (endpoint.name.empty()) return app.title.empty() ? app.name : app.title;
    auto const name = std::string_view(endpoint.name).substr(endpoint.name.rfind('/') + 1);
    return title_of(label_of(name));
}

std::string crumb_of(Turn const& turn, std::string_view path, std::string_view segment) {
    auto const* resource = turn.dialect().resources->find(path);
    if (resource != nullptr) return title_of(resource->described->label_plural);
    auto const decoded = dialect::decode_segment(segment);
    std::string text(decoded ? decoded.value() : segment);
    return text.find_first_not_of("0123456789") == std::string::npos ? text : title_of(label_of(text));
}

std::vector<page::Link> crumbs_of(Turn const& turn) {
    std::string_view const slash = turn.dialect().routes.closes() ? "/" : "";
    auto const& app = *turn.state.application->app;
    std::string address(root_path(turn));
    auto rest = turn.request.path();
    if (!rest.starts_with(address)) return {};
    rest.remove_prefix(address.size());
    std::vector<page::Link> crumbs = {{app.title.empty() ? app.name : app.title, address + "/"}};
    std::string path;
    while (!rest.empty() && crumbs.size() < kMostCrumbs) {
        auto const segment = split_off(rest, '/');
        if (segment.empty()) continue;
        path.append(path.empty() ? "" : "/").append(segment);
        crumbs.push_back({crumb_of(turn, path, segment), fmt::format("{}/{}{}", address, path, slash)});
    }
    return crumbs;
}

/// The same as data: the address with the parameter that asks for it.
std::vector<page::Link> formats_of(Turn const& turn) {
    auto const& formats = turn.dialect().formats;
    std::vector<page::Link> links;
    if (formats.parameter().empty()) return links;
    std::string query;
    for (auto const& [key, value, has_value] : turn.exchange.parameters) {
        if (key == formats.parameter()) continue;
        dialect::append_encoded(query, key);
        if (has_value) query += '=';
        dialect::append_encoded(query, value);
        query += '&';
    }
    auto const path = turn.request.path();
    if (path.starts_with("//")) return links;
    for (auto const& format : formats.all()) {
        if (format.writer == dialect::Format::Writer::page) continue;
        std::string address = fmt::format("{}?{}{}=", path, query, formats.parameter());
        dialect::append_encoded(address, format.name);
        links.push_back({fmt::format("As {}", format.name), std::move(address)});
    }
    return links;
}

bool reads_list(Turn const& turn) {
    auto const method = turn.request.method;
    return turn.exchange.endpoint.kind == Endpoint::Kind::list && (method == Method::get || method == Method::head);
}

std::optional<page::Paging> paging_of(Turn const& turn) {
    auto const& rows = turn.work.rows;
    if (!reads_list(turn) || rows.steps.empty()) return {};
    page::Paging paging;
    paging.returned = static_cast<std::int64_t>(rows.steps.front().count());
    auto const facts = turn.dialect().page->facts(turn.exchange, turn.work.query, paging.returned, rows.total);
    if (!facts) return {};
    paging.offset = facts.value().offset;
    paging.total = facts.value().total;
    paging.next = facts.value().next;
    paging.previous = facts.value().prev;
    return paging;
}

std::string metadata_of(Turn const& turn) {
    auto const kind = turn.exchange.endpoint.kind;
    bool const described = kind == Endpoint::Kind::list || kind == Endpoint::Kind::item || kind == Endpoint::Kind::index;
    if (!described || !turn.dialect().describing.options() || turn.request.method == Method::options) return {};
    std::string bytes;
    http::Answer answer(bytes, {});
    if (!write_metadata(for_nobody(turn, answer))) return {};
    return std::string(said_of(bytes).body);
}

void send_page(Turn const& turn, dialect::Format const& format, Said const& said, Problem const* problem) {
    auto const& exchange = turn.exchange;
    page::BrowseFacts facts;
    auto const secret = turn.principal.by_session ? csrf_secret(turn) : std::string();
    facts.heading = heading_of(turn);
    facts.around = surroundings(turn, dialect::titled(format, facts.heading), secret);
    facts.crumbs = crumbs_of(turn);
    facts.method = turn.request.method_text;
    facts.target = turn.request.target;
    facts.status = said.status;
    facts.phrase = http::status_phrase(said.status);
    facts.headers = said.headers;
    facts.body = said.body;
    facts.base = base_url(turn.request, {}, "");
    facts.allow = exchange.allow.empty() ? turn.dialect().allow(exchange.endpoint, true) : exchange.allow;
    if (problem == nullptr) {
        if (exchange.endpoint.kind == Endpoint::Kind::index && exchange.endpoint.name.empty())
            facts.description = turn.state.application->app->description;
        facts.paging = paging_of(turn);
        facts.formats = formats_of(turn);
        facts.metadata = metadata_of(turn);
    }
    bool const misread = problem != nullptr && problem->reason() == Reason::invalid_filters;
    if (facts.paging || (reads_list(turn) && misread)) facts.filters = filter_form(turn, facts.paging.value_or(page::Paging()), problem);
    facts.forms = change_forms(turn, said, problem, secret);
    // A browser that gets what is only posted to is told so, beside the form for it; and what is wrong with what it sent.
    bool const asked = exchange.endpoint.kind == Endpoint::Kind::operation;
    if (problem == nullptr || problem->kind() == Kind::method_not_allowed || (asked && problem->kind() != Kind::not_found))
        add_operations(turn, problem, secret, facts);
    HtmlOptions options;
    options.status = said.status == 204 ? 200 : said.status;
    options.headers = said.headers;
    options.secret = secret;
    send_html(turn, page::browse_page(facts), options);
}

bool is_own(std::string_view name) {
    return ascii_equal(name, "Content-Type") || ascii_equal(name, "Cache-Control") ||
           std::ranges::any_of(page::form_page_headers(), [&](Header const& own) { return ascii_equal(own.name, name); });
}

/// One that was made here.
bool is_secret(std::string_view text) {
    return text.size() >= 32 && text.size() <= 64 && std::ranges::all_of(text, [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
}

}  // namespace

Awaitable<Result<void>> browse(Turn& turn) {
    auto const* format = page_of(turn);
    if (format == nullptr || gives_file(turn)) co_return co_await respond_app(turn);
    std::string bytes;
    http::Answer answer(bytes, {});
    auto inner = for_nobody(turn, answer);
    KOINE_CO_TRY(co_await respond_app(inner));
    auto const said = said_of(bytes);
    if (answer.streams())
        pass_on(turn, said, answer);
    else if (is_shown(turn, said))
        send_page(turn, *format, said, nullptr);
    else
        pass_on(turn, said);
    co_return outcome::success();
}

bool write_problem_page(Turn const& turn, Problem const& problem) {
    auto const* format = turn.state.application->app ? page_of(turn) : nullptr;
    if (format == nullptr) return false;
    std::string bytes;
    http::Answer answer(bytes, {});
    write_problem(*turn.state.application, turn.dialect(), problem, &turn.exchange, turn.request, answer);
    if (turn.answer.started()) turn.answer.abandon();
    send_page(turn, *format, said_of(bytes), &problem);
    return true;
}

bool lead_to_root(Application const& application, MountedDialect const& mount, http::Request const& request, http::Answer& answer) {
    if (!application.app || request.method != Method::get || request.path() != "/") return false;
    auto const root = fmt::format("{}{}/", mount.prefix, mount.dialect->routes.prefix());
    if (root == "/" || mount.dialect->formats.page(exchange_of(request)) == nullptr) return false;
    answer.start(302);
    answer.header("Location", root);
    answer.header("Vary", "Accept");
    answer.begin_body();
    answer.end();
    return true;
}

std::string_view Said::header(std::string_view name) const {
    auto const found = std::ranges::find_if(headers, [&](Header const& each) { return ascii_equal(each.name, name); });
    return found != headers.end() ? found->value : std::string_view();
}

Said said_of(std::string_view bytes) {
    Said said;
    auto const end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return said;
    said.body = bytes.substr(end + 4);
    auto head = bytes.substr(0, end + 2);
    auto const line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    if (line.size() >= 12) said.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    while (!head.empty()) {
        auto field = head.substr(0, head.find("\r\n"));
        head.remove_prefix(field.size() + 2);
        auto const name = split_off(field, ':');
        if (!ascii_equal(name, "Content-Length") && !ascii_equal(name, "Connection")) said.headers.push_back({name, trimmed(field)});
    }
    return said;
}

page::Surroundings surroundings(Turn const& turn, std::string title, std::string secret) {
    auto const& app = *turn.state.application->app;
    page::Surroundings around;
    around.title = std::move(title);
    around.app = app.title.empty() ? app.name : app.title;
    around.version = KOINE_VERSION;
    auto const root = fmt::format("{}{}", turn.mount.prefix, turn.dialect().routes.prefix());
    around.root = root + "/";
    auto const& describing = turn.dialect().describing;
    if (!describing.swagger().empty())
        around.docs = fmt::format("{}/{}{}", root, describing.swagger(), turn.dialect().routes.closes() ? "/" : "");
    auto const* names = turn.dialect().auth->session();
    if (names == nullptr || turn.state.accounts == nullptr || app.identity.session.empty()) return around;
    auto& visitor = around.visitor;
    if (!turn.principal.anonymous) visitor.name = turn.principal.name;
    visitor.login = names->login;
    visitor.logout = turn.principal.by_session ? names->logout : "";
    if (turn.principal.by_session && !app.identity.token.empty()) visitor.tokens = dialect::tokens_path(*names);
    visitor.here = turn.request.method == Method::get ? std::string(turn.request.target) : around.root;
    visitor.csrf_field = names->csrf_field;
    visitor.csrf_header = names->csrf_header;
    visitor.csrf_secret = std::move(secret);
    return around;
}

std::string csrf_secret(Turn const& turn) {
    auto const* names = turn.dialect().auth->session();
    if (names == nullptr || turn.state.application->app->identity.session.empty()) return {};
    auto const kept = turn.exchange.cookie(names->csrf_cookie);
    if (is_secret(kept)) return std::string(kept);
    auto made = auth::make_secret();
    return made ? std::move(made).value() : std::string();
}

void send_html(Turn const& turn, std::string const& html, HtmlOptions const& options) {
    auto& answer = turn.answer;
    answer.start(options.status);
    for (auto const& [name, value] : page::form_page_headers()) answer.header(name, value);
    for (auto const& [name, value] : options.headers)
        if (!is_own(name)) answer.header(name, value);
    answer.header("Cache-Control", "no-store");
    auto const* names = turn.dialect().auth->session();
    if (names != nullptr && !options.secret.empty() && turn.exchange.cookie(names->csrf_cookie) != options.secret)
        answer.header("Set-Cookie", account_cookie(turn, names->csrf_cookie, options.secret, kSessionSeconds, Readable::by_scripts));
    auto& out = answer.begin_body();
    if (turn.request.method != Method::head) out += html;
    answer.end();
}

std::string_view root_path(Turn const& turn) {
    std::string_view const address = turn.exchange.base_url;
    auto const scheme = address.find("://");
    auto const slash = scheme == std::string_view::npos ? scheme : address.find('/', scheme + 3);
    return slash == std::string_view::npos ? std::string_view() : address.substr(slash);
}

}  // namespace koine::app
