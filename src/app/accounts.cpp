#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "auth/secret.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace koine::app {
namespace {

constexpr int kSessionSeconds = 14 * 24 * 3600;

/// What a form gives under that name; empty if nothing, or no text.
std::string_view given(query::Body const& body, std::string_view name) {
    auto const found = std::ranges::find(body.names, name);
    if (found == body.names.end() || body.rows == 0) return {};
    auto const& value = body.value(0, static_cast<std::size_t>(found - body.names.begin()));
    return value.kind == query::Given::Kind::text ? value.text : std::string_view();
}

/// Where a browser is sent: a path of this server, so that a link cannot lead it elsewhere.
std::string_view next_of(Turn const& turn) {
    auto const next = given(turn.work.body, "next");
    bool const own = next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string_view::npos;
    bool const plain = std::ranges::all_of(next, [](char c) { return c > ' ' && c < 0x7f; });
    return own && plain ? next : "/";
}

std::string cookie(Turn const& turn, std::string_view name, std::string_view value, int seconds, bool readable) {
    return fmt::format(
        "{}={}; Path=/; Max-Age={}; SameSite=Lax{}{}",
        name,
        value,
        seconds,
        readable ? "" : "; HttpOnly",
        turn.request.secure ? "; Secure" : ""
    );
}

/// The secret that unsafe requests repeat, as a cookie and as JSON.
void send_secret(Turn const& turn, std::string_view secret) {
    auto const& names = *turn.dialect().auth->session();
    turn.answer.start(200);
    turn.answer.header("Content-Type", "application/json");
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.header("Set-Cookie", cookie(turn, names.csrf_cookie, secret, kSessionSeconds, true));
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
    turn.answer.header("Location", next_of(turn));
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.header("Set-Cookie", cookie(turn, names.cookie, session, seconds, false));
    if (!csrf.empty()) turn.answer.header("Set-Cookie", cookie(turn, names.csrf_cookie, csrf, kSessionSeconds, true));
    turn.answer.begin_body();
    turn.answer.end();
}

}  // namespace

bool names_account(Application const& application, MountedDialect const& mount, std::string_view path) {
    if (!application.app || application.app->identity.user.empty() || application.app->identity.session.empty()) return false;
    auto const* names = mount.dialect->auth->session();
    return names != nullptr && !path.empty() && (path == names->login || path == names->logout);
}

Awaitable<Result<void>> respond_account(Turn& turn) {
    auto const& names = *turn.dialect().auth->session();
    bool const logs_in = turn.request.path() == names.login;
    if (turn.request.method == Method::get && logs_in) {
        KOINE_CO_TRY(auto const secret, auth::make_secret());
        send_secret(turn, secret);
        co_return outcome::success();
    }
    if (turn.request.method != Method::post) co_return dialect::method_refused(turn.exchange);
    KOINE_CO_TRY(turn.dialect().input.read_body(turn.exchange, turn.request.body, turn.work.body));
    KOINE_CO_TRY(dialect::check_csrf(turn.exchange, names, given(turn.work.body, names.csrf_field)));
    if (!logs_in) {
        KOINE_CO_TRY(co_await turn.state.accounts->log_out(*turn.state.session, turn.exchange.cookie(names.cookie)));
        send_on(turn, "", 0, "");
        co_return outcome::success();
    }
    auto const name = given(turn.work.body, "username");
    auto const password = given(turn.work.body, "password");
    KOINE_CO_TRY(auto const session, co_await turn.state.accounts->log_in(*turn.state.session, name, password));
    // Another secret than before the login: one that somebody else may have put there is worth nothing.
    KOINE_CO_TRY(auto const csrf, auth::make_secret());
    send_on(turn, session, kSessionSeconds, csrf);
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
