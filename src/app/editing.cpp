#include "app/account.hpp"
#include "app/answering.hpp"
#include "app/browse.hpp"
#include "app/telling.hpp"
#include "app/turn.hpp"
#include "edit/edit.hpp"
#include "identity/identity.hpp"
#include "operation/hooks.hpp"
#include "operation/members.hpp"
#include "store/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace koine::app {
namespace {

using dialect::EditAnswer;
using dialect::EditIntent;

description::Verb rule_of(edit::Verb verb) {
    switch (verb) {
        case edit::Verb::create: return description::Verb::create;
        case edit::Verb::replace: return description::Verb::replace;
        case edit::Verb::patch: return description::Verb::patch;
        case edit::Verb::remove: return description::Verb::remove;
    }
    return description::Verb::remove;
}

/// What a method asks for, of one row or of a new one.
description::Verb verb_of(Method method) {
    switch (method) {
        case Method::post: return description::Verb::create;
        case Method::put: return description::Verb::replace;
        case Method::patch: return description::Verb::patch;
        default: return description::Verb::remove;
    }
}

/// Whether the caller may do that at all.
Result<void> admit(Turn const& turn, description::Verb verb) {
    auto const& rules = turn.exchange.endpoint.resource->said->rules;
    auto const rule = rules.find(verb);
    if (rule == rules.end()) return dialect::method_refused(turn.exchange);
    KOINE_TRY(identity::admit(turn.principal, rule->second, turn.state.application->app->login_required));
    if (!turn.principal.anonymous && !turn.principal.may_write) return Problem(Reason::not_permitted);
    return outcome::success();
}

bool hashes_passwords(resource::Resource const& resource) {
    return std::ranges::any_of(resource.writable, [](auto const& one) {
        return one.field != nullptr && one.field->type.kind == value::Kind::password;
    });
}

/// Passwords take long to hash, on purpose: not on the worker's loop.
Awaitable<Result<std::unique_ptr<edit::Edit>>> begin(Turn& turn, edit::Order const& order) {
    if (!hashes_passwords(order.resource)) co_return edit::begin(order, turn.work.texts);
    std::optional<Result<std::unique_ptr<edit::Edit>>> begun;
    KOINE_CO_TRY(co_await turn.shared.off_loop->run([&] { begun = edit::begin(order, turn.work.texts); }));
    co_return std::move(*begun);
}

/// The program of what an edit reads back: it is the same plan for all edits of a resource.
represent::Program const& program_of(Turn const& turn, std::shared_ptr<query::Plan const> const& plan, resource::View const& view) {
    auto& programs = turn.state.edits;
    auto found = programs.find(plan.get());
    if (found == programs.end())
        found = programs.emplace(plan.get(), WorkerState::Edited{plan, represent::compile(*plan, *view.selection)}).first;
    return found->second.program;
}

dialect::WriteAnswer answer_of(Turn const& turn, EditIntent const& intent, edit::Edit const& edit) {
    auto const told = turn.dialect().edits->answer(intent);
    dialect::WriteAnswer answer;
    answer.status = told.status;
    if (told.body == EditAnswer::Body::item) answer.body = dialect::WriteAnswer::Body::item;
    if (told.body == EditAnswer::Body::list) answer.body = dialect::WriteAnswer::Body::list;
    if (told.location && edit.keys().size() == 1) {
        auto const& routes = turn.dialect().routes;
        answer.location = fmt::format(
            "{}/{}/{}{}", turn.exchange.base_url, turn.exchange.endpoint.resource->path(), edit.keys().front(), routes.closes() ? "/" : ""
        );
    }
    answer.page.returned = static_cast<std::int64_t>(edit.keys().size());
    return answer;
}

}  // namespace

Awaitable<Result<void>> edit(Turn& turn) {
    auto const& dialect = turn.dialect();
    auto const& exchange = turn.exchange;
    auto const& resource = *exchange.endpoint.resource;
    if (!dialect.edits->offers(exchange.method, exchange.endpoint)) co_return dialect::method_refused(exchange);
    // Who may not write at all is told so before his body is looked at; with it, it is known which right is needed.
    KOINE_CO_TRY(admit(turn, verb_of(exchange.method)));
    bool const in_form = csrf_in_form(turn);
    if (turn.principal.by_session && !in_form) {
        KOINE_CO_TRY(dialect::check_csrf(exchange, *dialect.auth->session()));
    }
    KOINE_CO_TRY(auto const form, dialect.formats.negotiate(exchange));
    KOINE_CO_TRY(dialect.input.read_body(exchange, turn.request.body, turn.work.body));
    if (in_form) {
        auto const& names = *dialect.auth->session();
        KOINE_CO_TRY(dialect::check_csrf(exchange, names, given(turn.work.body, names.csrf_field)));
    }
    bool const on_page = form.format->writer == dialect::Format::Writer::page;
    if (on_page) read_form(turn, resource, exchange.method == Method::post, turn.work.body);
    KOINE_CO_TRY(auto const intent, dialect.edits->read(exchange, turn.work.body));
    KOINE_CO_TRY(admit(turn, rule_of(intent.verb)));
    auto const& application = *turn.state.application;
    operation::Author const author{turn.principal, exchange.uuid};
    auto const hooks = application.book ? operation::hooks_of(*application.book, resource, author) : nullptr;
    edit::Order order{
        *dialect.resources,
        resource,
        turn.model(),
        intent.verb,
        intent.bulk,
        exchange.endpoint.key.empty() ? std::string_view() : std::string_view(exchange.endpoint.key.front()),
        turn.work.body,
        turn.principal,
        exchange.uuid,
        dialect.edits->rules(),
        application.plans
    };
    order.hooks = hooks.get();
    order.listener = application.outbox.get();
    KOINE_CO_TRY(auto const edit, co_await begin(turn, order));
    auto const answers = dialect.edits->answer(intent).body != EditAnswer::Body::none;
    static represent::Program const nothing;
    auto const& program = answers ? program_of(turn, edit->plan(), *resource.view("full")) : nothing;
    Telling const telling(turn.shared, application);
    // Members that functions give are asked for within it: who is told that it failed has written nothing.
    store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
        KOINE_TRY(edit->apply(transaction));
        if (program.blanks.empty()) return outcome::success();
        if (!application.book) return Problem(Reason::internal).because("members of functions in an app that has none");
        return operation::fill_in(*application.book, program, edit->rows(), {turn.principal, exchange.uuid}, transaction);
    };
    auto done = co_await turn.state.session->transact(work, turn.request.cancellation);
    if (!done) co_return done.as_failure();
    telling.done();
    auto const answer = answer_of(turn, intent, *edit);
    if (!answers) co_return write_written(turn, {*form.format, nothing, edit->rows()}, answer);
    co_return write_written(turn, {*form.format, program, edit->rows(), true, form.indent}, answer);
}

}  // namespace koine::app
