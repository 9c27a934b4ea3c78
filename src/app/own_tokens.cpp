#include "app/account.hpp"
#include "app/app_turn.hpp"
#include "app/browse.hpp"
#include "base/utf8.hpp"
#include "page/account_pages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::app {
namespace {

/// "2026-11-22 14:03 UTC" of a time as stored.
std::string told(std::string_view stored) {
    if (stored.size() < 16) return std::string(stored);
    return fmt::format("{} {} UTC", stored.substr(0, 10), stored.substr(11, 5));
}

/// The token that the form asks for; faults go to the page.
identity::NewToken asked_for(Turn const& turn, identity::TokenShape const& shape, page::TokensFacts& facts) {
    auto const& body = turn.work.body;
    identity::NewToken token;
    token.now = timestamp(microseconds_now(turn.shared.options.clock));
    token.may_write = given(body, "write") != "false";
    token.description = facts.description = given(body, "description");
    if (shape.longest_description > 0 && count_characters(token.description) > shape.longest_description)
        facts.faults.push_back(fmt::format("A description has at most {} characters.", shape.longest_description));
    facts.expires = given(body, "expires");
    if (facts.expires.empty()) return token;
    value::Type type;
    type.kind = value::Kind::datetime;
    Arena arena;
    auto const stored = value::accept(type, {query::Given::Kind::text, facts.expires}, arena);
    if (!stored)
        facts.fault_of_expires = "Not a date: write it as in 2027-01-31.";
    else if (token.expires = stored.value().view(); token.expires <= token.now)
        facts.fault_of_expires = "This is over already.";
    return token;
}

Awaitable<Result<void>> send_tokens(Turn& turn, page::TokensFacts facts, int status) {
    auto& tokens = *turn.state.tokens;
    KOINE_CO_TRY(auto all, co_await tokens.of(*turn.state.session, *turn.principal.user));
    auto const& shape = tokens.shape();
    auto const secret = csrf_secret(turn);
    facts.around = surroundings(turn, "Your tokens", secret);
    facts.has_write = shape.write;
    facts.has_expires = shape.expires;
    facts.has_description = shape.description;
    facts.has_used = shape.used;
    facts.longest_description = shape.longest_description;
    facts.more = all.size() > static_cast<std::size_t>(identity::Tokens::kMost);
    if (facts.more) all.pop_back();
    for (auto const& one : all)
        facts.tokens.push_back(
            {std::to_string(one.key), one.description, told(one.created), told(one.expires), told(one.used), one.may_write}
        );
    HtmlOptions options;
    options.status = status;
    options.secret = secret;
    send_html(turn, page::tokens_page(facts), options);
    co_return outcome::success();
}

void send_elsewhere(Turn const& turn, std::string_view address) {
    turn.answer.start(303);
    turn.answer.header("Location", address);
    turn.answer.header("Cache-Control", "no-store");
    turn.answer.begin_body();
    turn.answer.end();
}

}  // namespace

Awaitable<Result<void>> respond_tokens(Turn& turn) {
    auto const& names = *turn.dialect().auth->session();
    auto const method = turn.request.method;
    bool const reads = method == Method::get || method == Method::head;
    if (!reads && method != Method::post) co_return dialect::method_refused(turn.exchange);
    if (!turn.principal.by_session || !turn.principal.user) {
        // A token shall not make others: whoever has it would keep what its owner takes away.
        if (!reads || turn.dialect().formats.page(turn.exchange) == nullptr)
            co_return turn.principal.anonymous ? Problem(Reason::login_required) : Problem(Reason::not_permitted);
        send_elsewhere(turn, fmt::format("{}?next={}", names.login, dialect::tokens_path(names)));
        co_return outcome::success();
    }
    if (!turn.state.tokens) {
        KOINE_CO_TRY(turn.state.tokens, identity::Tokens::make(*turn.state.application->app, turn.model()));
    }
    if (!turn.state.tokens) co_return Problem(Reason::unknown_path).with("path", turn.request.path());
    page::TokensFacts facts;
    if (reads) co_return co_await send_tokens(turn, std::move(facts), 200);
    KOINE_CO_TRY(turn.dialect().input.read_body(turn.exchange, turn.request.body, turn.work.body));
    KOINE_CO_TRY(dialect::check_csrf(turn.exchange, names, given(turn.work.body, names.csrf_field)));
    auto& tokens = *turn.state.tokens;
    auto const user = *turn.principal.user;
    if (auto const key = given(turn.work.body, "delete"); !key.empty()) {
        KOINE_CO_TRY(co_await tokens.remove(*turn.state.session, user, read_key(key).value_or(-1)));
        send_elsewhere(turn, dialect::tokens_path(names));
        co_return outcome::success();
    }
    auto asked = asked_for(turn, tokens.shape(), facts);
    if (!facts.faults.empty() || !facts.fault_of_expires.empty()) co_return co_await send_tokens(turn, std::move(facts), 400);
    KOINE_CO_TRY(facts.made, co_await tokens.create(*turn.state.session, user, std::move(asked)));
    facts.description.clear();
    facts.expires.clear();
    co_return co_await send_tokens(turn, std::move(facts), 201);
}

}  // namespace koine::app
