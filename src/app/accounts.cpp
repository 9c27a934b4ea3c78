#include "app/account.hpp"
#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/browse.hpp"
#include "auth/secret.hpp"
#include "page/account_pages.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace koine::app {
namespace {

/// The secret that unsafe requests repeat, as a cookie and as JSON.
void send_secret(Turn const& turn, std::string_view secret) {
    auto const& names = *turn.dialect().auth->session();
    turn.answer.start(200);
    turn.answer.header("Content-Type", "application/json");
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.header("Set-Cookie", account_cookie(turn, names.csrf_cookie, secret, kSessionSeconds, Readable::by_scripts));
    std::string json = "{";
    represent::append_json_string(json, names.csrf_field);
    json += ':';
    represent::append_json_string(json, secret);
    turn.answer.begin_body() += json + '}';
    turn.answer.end();
}

void send_on(Turn const& turn, std::string_view session, int seconds, std::string_view csrf) {
    auto const& names = *turn.dialect().auth->session();
    turn.answer.start(302);
    turn.answer.header("Location", own_path(given(turn.work.body, "next")));
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.header("Set-Cookie", account_cookie(turn, names.cookie, session, seconds, Readable::by_nobody));
    if (!csrf.empty())
        turn.answer.header("Set-Cookie", account_cookie(turn, names.csrf_cookie, csrf, kSessionSeconds, Readable::by_scripts));
    turn.answer.begin_body();
    turn.answer.end();
}

/// Where a browser that logs in is led: what the address or the form says, else to the first index.
std::string next_of(Turn const& turn) {
    if (turn.request.method == Method::post) return std::string(own_path(given(turn.work.body, "next")));
    if (auto const asked = turn.dialect().input.read(turn.exchange.query))
        for (auto const& parameter : asked.value())
            if (parameter.key == "next") return std::string(own_path(parameter.value));
    return fmt::format("{}{}/", turn.mount.prefix, turn.dialect().routes.prefix());
}

/// The page where people log in. @param problem why that failed; null: it was not tried.
void send_login(Turn const& turn, Problem const* problem) {
    page::LoginFacts facts;
    auto const secret = csrf_secret(turn);
    facts.around = surroundings(turn, "Log in", secret);
    facts.next = next_of(turn);
    HtmlOptions options;
    options.secret = secret;
    if (problem != nullptr) {
        facts.name = given(turn.work.body, "username");
        auto const& errors = turn.dialect().errors;
        options.status = errors.status(problem->reason());
        facts.fault =
            problem->reason() == Reason::not_permitted ? "The name or the password is wrong." : errors.message(*problem, &turn.exchange);
    }
    send_html(turn, page::login_page(facts), options);
}

Awaitable<Result<void>> log_in(Turn& turn) {
    auto const& names = *turn.dialect().auth->session();
    auto& accounts = *turn.state.accounts;
    KOINE_CO_TRY(turn.dialect().input.read_body(turn.exchange, turn.request.body, turn.work.body));
    KOINE_CO_TRY(dialect::check_csrf(turn.exchange, names, given(turn.work.body, names.csrf_field)));
    auto const name = given(turn.work.body, "username");
    auto const password = given(turn.work.body, "password");
    KOINE_CO_TRY(auto const session, co_await accounts.log_in(*turn.state.session, name, password));
    // What this browser was before is over, whoever put it there.
    if (auto const former = turn.exchange.cookie(names.cookie); !former.empty()) {
        KOINE_CO_TRY(co_await accounts.log_out(*turn.state.session, former));
    }
    // Another secret than before the login: one that somebody else may have put there is worth nothing.
    KOINE_CO_TRY(auto const csrf, auth::make_secret());
    send_on(turn, session, kSessionSeconds, csrf);
    co_return outcome::success();
}

Awaitable<Result<void>> log_out(Turn& turn) {
    auto const& names = *turn.dialect().auth->session();
    KOINE_CO_TRY(turn.dialect().input.read_body(turn.exchange, turn.request.body, turn.work.body));
    KOINE_CO_TRY(dialect::check_csrf(turn.exchange, names, given(turn.work.body, names.csrf_field)));
    KOINE_CO_TRY(co_await turn.state.accounts->log_out(*turn.state.session, turn.exchange.cookie(names.cookie)));
    send_on(turn, "", 0, "");
    co_return outcome::success();
}

}  // namespace

std::string_view given(query::Body const& body, std::string_view name) {
    auto const found = std::ranges::find(body.names, name);
    if (found == body.names.end() || body.rows == 0) return {};
    auto const& value = body.value(0, static_cast<std::size_t>(found - body.names.begin()));
    return value.kind == query::Given::Kind::text ? value.text : std::string_view();
}

std::string_view own_path(std::string_view asked) {
    bool const own = asked.starts_with('/') && !asked.starts_with("//") && asked.find('\\') == std::string_view::npos;
    bool const plain = std::ranges::all_of(asked, [](char c) { return c > ' ' && c < 0x7f; });
    return own && plain ? asked : "/";
}

bool csrf_in_form(Turn const& turn) {
    auto const& exchange = turn.exchange;
    if (!turn.principal.by_session || !exchange.header(turn.dialect().auth->session()->csrf_header).empty()) return false;
    auto const format = turn.dialect().input.body_format(exchange, true);
    return format && (format.value() == format::BodyFormat::form || format.value() == format::BodyFormat::multipart);
}

std::string account_cookie(Turn const& turn, std::string_view name, std::string_view value, int seconds, Readable readable) {
    return fmt::format(
        "{}={}; Path=/; Max-Age={}; SameSite=Lax{}{}",
        name,
        value,
        seconds,
        readable == Readable::by_scripts ? "" : "; HttpOnly",
        turn.request.secure ? "; Secure" : ""
    );
}

bool names_account(Application const& application, MountedDialect const& mount, std::string_view path) {
    if (!application.app || application.app->identity.user.empty() || application.app->identity.session.empty()) return false;
    auto const* names = mount.dialect->auth->session();
    return names != nullptr && !path.empty() &&
           (path == names->login || path == names->logout ||
            (path == dialect::tokens_path(*names) && !application.app->identity.token.empty()));
}

Awaitable<Result<void>> respond_account(Turn& turn) {
    auto const& names = *turn.dialect().auth->session();
    auto const path = turn.request.path();
    if (path == dialect::tokens_path(names)) co_return co_await respond_tokens(turn);
    bool const is_post = turn.request.method == Method::post;
    if (path != names.login) {
        if (!is_post) co_return dialect::method_refused(turn.exchange);
        co_return co_await log_out(turn);
    }
    bool const reads = turn.request.method == Method::get || turn.request.method == Method::head;
    bool const shows = turn.dialect().formats.page(turn.exchange) != nullptr;
    if (reads && shows) {
        send_login(turn, nullptr);
        co_return outcome::success();
    }
    if (turn.request.method == Method::get) {
        KOINE_CO_TRY(auto const secret, auth::make_secret());
        send_secret(turn, secret);
        co_return outcome::success();
    }
    if (!is_post) co_return dialect::method_refused(turn.exchange);
    auto done = co_await log_in(turn);
    if (done || !shows) co_return done;
    send_login(turn, &done.error());
    co_return outcome::success();
}

Awaitable<Result<bool>> respond_provision(Turn& turn) {
    auto const path = turn.dialect().auth->provision();
    if (path.empty() || turn.exchange.endpoint.name != path || !turn.state.accounts) co_return false;
    if (turn.exchange.endpoint.redirect) {
        write_redirect(turn);
        co_return true;
    }
    if (turn.request.method != Method::post) co_return dialect::method_refused(turn.exchange);
    KOINE_CO_TRY(auto const form, turn.dialect().formats.negotiate(turn.exchange));
    KOINE_CO_TRY(turn.dialect().input.read_body(turn.exchange, turn.request.body, turn.work.body));
    auto const name = given(turn.work.body, "username");
    KOINE_CO_TRY(auto const token, co_await turn.state.accounts->provision(*turn.state.session, name, given(turn.work.body, "password")));
    std::string json = R"({"user":{"username":)";
    represent::append_json_string(json, name);
    json += R"(},"key":)";
    represent::append_json_string(json, token);
    write_text(turn, form, json += R"(,"write_enabled":true})", {.status = 201, .secret = true});
    co_return true;
}

}  // namespace koine::app
