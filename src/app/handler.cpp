#include "app/handler.hpp"

#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/browse.hpp"
#include "app/log.hpp"
#include "app/site.hpp"
#include "app/turn.hpp"
#include "query/planner.hpp"

#include <optional>

namespace koine::app {
namespace {

using dialect::Endpoint;
using dialect::Exchange;

enum class Methods : std::uint8_t { checked, any };

/// route and context: what is asked, of which endpoint, with which preferences.
Result<Exchange> receive(MountedDialect const& mount, http::Request const& request, Methods methods) {
    auto exchange = exchange_of(request);
    exchange.path.remove_prefix(mount.prefix.size());
    if (exchange.path.empty() || exchange.path == "*") exchange.path = "/";
    KOINE_TRY(auto found, mount.dialect->routes.find(exchange.path, mount.dialect->resources.get()));
    exchange.endpoint = std::move(found.endpoint);
    exchange.base_url = base_url(request, mount, found.prefix);
    if (mount.dialect->resources) exchange.uuid = random_uuid();
    if (mount.dialect->headers.tells_allow()) exchange.allow = mount.dialect->allow(exchange.endpoint, true);
    KOINE_TRY(mount.dialect->context.read(exchange));
    if (methods == Methods::checked) {
        KOINE_TRY(mount.dialect->routes.check(request.method, request.method_text, exchange.endpoint));
    }
    KOINE_TRY(exchange.parameters, mount.dialect->input.read(exchange.query));
    return exchange;
}

/// Of a path of the engine's own, which has no parameters.
Result<Exchange> receive_reserved(MountedDialect const& mount, http::Request const& request) {
    auto exchange = exchange_of(request);
    exchange.base_url = base_url(request, mount, mount.dialect->routes.prefix());
    return exchange;
}

/// Whether the caller may ask this at all. @param relation as the answer names it.
Result<void> admit(Turn const& turn, std::string_view relation) {
    auto const method = turn.request.method;
    bool const writes = dialect::is_write(method);
    if (writes && !turn.writable()) return dialect::write_refused(method);
    return turn.shared.guard->admit(
        turn.principal, writes ? auth::Access::write : auth::Access::read, relation, turn.exchange.header("Origin")
    );
}

/// Who asks: of an app by its accounts, else by the tokens beside the database.
Awaitable<Result<query::Principal>> identify(
    Shared const& shared, WorkerState& state, MountedDialect const& mount, Exchange const& exchange, http::Request const& request
) {
    auto const& auth = *mount.dialect->auth;
    if (!state.application->app) co_return shared.guard->identify(auth.secret(exchange));
    if (!state.accounts) {
        query::Principal anyone;
        anyone.may_read = true;
        co_return anyone;
    }
    auto const carried = auth.credentials(exchange);
    if (!carried) co_return carried.as_failure();
    identity::Credentials credentials;
    credentials.secret = carried.value().secret;
    switch (carried.value().kind) {
        case dialect::Credentials::Kind::none: break;
        case dialect::Credentials::Kind::token: credentials.kind = identity::Credentials::Kind::token; break;
        case dialect::Credentials::Kind::session: credentials.kind = identity::Credentials::Kind::session; break;
    }
    credentials.client = parse_address(request.peer);
    co_return co_await state.accounts->identify(*state.session, credentials);
}

Awaitable<Result<void>> respond(Turn& turn) {
    auto const& exchange = turn.exchange;
    auto const method = turn.request.method;
    bool const writes = dialect::is_write(method);
    bool const reads = !writes && method != Method::options;
    // Who may not read may not write either, and learns no names: it is refused before one is looked up.
    if ((reads || !turn.principal.may_read) && exchange.endpoint.kind != Endpoint::Kind::root) {
        KOINE_CO_TRY(admit(turn, exchange.endpoint.name));
    }
    switch (exchange.endpoint.kind) {
        case Endpoint::Kind::index:
        case Endpoint::Kind::operation:
        case Endpoint::Kind::unknown: co_return Problem(Reason::unknown_path).with("path", exchange.path);
        case Endpoint::Kind::function: co_return unknown_function(exchange, turn.schema(), turn.request.body);
        case Endpoint::Kind::root:
            if (method == Method::options) co_return write_options(turn, nullptr);
            co_return co_await index(turn);
        case Endpoint::Kind::list:
        case Endpoint::Kind::item: break;
    }
    if (reads) co_return co_await read(turn);
    auto id = turn.model().entity(exchange.endpoint.name);
    if (!id) co_return query::unknown_relation(turn.model(), exchange.endpoint.name, turn.schema());
    auto const& entity = turn.model()[*id];
    if (!writes) co_return write_options(turn, &entity);
    KOINE_CO_TRY(admit(turn, entity.name));
    KOINE_CO_TRY(turn.dialect().check_write(exchange, entity));
    co_return co_await write(turn, entity);
}

void log_cause(LogFormat format, Problem const& problem, http::Request const& request) {
    bool ours = problem.kind() == Kind::internal || problem.reason() == Reason::database_unavailable ||
                problem.reason() == Reason::database_busy || problem.reason() == Reason::database_full;
    if (!ours) return;  // what a crowd of clients can cause at will is told to them, not to the terminal
    log(format, LogLevel::error, describe(problem), request.request_id);
}

}  // namespace

Awaitable<> RequestHandler::handle(http::Request const& request, http::Answer& answer) {
    if (respond_health(*shared_.applications, request, answer)) co_return;
    for (bool retried = false;; retried = true) {
        auto now = state();
        if (!now) {
            problem(now.error(), request, answer);
            co_return;
        }
        auto state = std::move(now.value());
        bool const own = request.path().starts_with("/-/");
        auto const& mount = own ? state->application->mounts.back() : state->application->mount_for(request.path());
        bool const account = names_account(*state->application, mount, request.path());
        bool const reserved = own || account || names_document(mount, request.path());
        auto exchange = reserved ? receive_reserved(mount, request) : receive(mount, request, Methods::checked);
        // Who asks for a page is told on one that nothing takes the method, and what may be asked instead.
        std::optional<Problem> refused;
        if (!exchange && state->application->app && exchange.error().kind() == Kind::method_not_allowed) {
            auto asked = receive(mount, request, Methods::any);
            if (asked && mount.dialect->formats.page(asked.value()) != nullptr) {
                refused = exchange.error();
                exchange = std::move(asked);
            }
        }
        if (!exchange) {
            if (lead_to_root(*state->application, mount, request, answer)) co_return;
            write_problem(*state->application, *mount.dialect, exchange.error(), nullptr, request, answer);
            co_return;
        }
        if (write_preflight(*mount.dialect, exchange.value(), answer)) co_return;
        auto principal = co_await identify(shared_, *state, mount, exchange.value(), request);
        if (!principal && !account && !is_open(request.path())) {
            write_problem(*state->application, *mount.dialect, principal.error(), &exchange.value(), request, answer);
            co_return;
        }
        WorkPool::Lease work(pool_);
        query::Principal const nobody;
        Turn turn{shared_, *state, mount, exchange.value(), request, principal ? principal.value() : nobody, *work, answer};
        auto done = refused                   ? Result<void>(*refused)
                    : account                 ? co_await respond_account(turn)
                    : reserved                ? co_await respond_reserved(turn)
                    : state->application->app ? co_await browse(turn)
                                              : co_await respond(turn);
        if (done) co_return;
        if (done.error().reason() == Reason::schema_changed && !retried) {
            answer.abandon();
            bool fresh = co_await shared_.watcher->refresh();
            if (fresh) continue;
        }
        log_cause(shared_.options.log_format, done.error(), request);
        if (write_problem_page(turn, done.error())) co_return;
        write_problem(*state->application, *mount.dialect, done.error(), &exchange.value(), request, answer);
        co_return;
    }
}

void RequestHandler::problem(Problem const& problem, http::Request const& partial, http::Answer& answer) {
    auto application = shared_.applications->current();
    log_cause(shared_.options.log_format, problem, partial);
    write_problem(*application, *application->mount_for(partial.path()).dialect, problem, nullptr, partial, answer);
}

Result<std::shared_ptr<WorkerState>> RequestHandler::state() {
    if (state_ && state_->application->generation == shared_.applications->generation()) return state_;
    auto next = std::make_shared<WorkerState>();
    next->application = shared_.applications->current();
    KOINE_TRY(next->session, next->application->store->session(context_));
    if (next->application->book) next->statements = std::make_unique<operation::Statements>(*next->session);
    if (auto const& application = *next->application; application.app) {
        KOINE_TRY(
            next->accounts, identity::Accounts::make(*application.app, application.store->model(), *shared_.off_loop, shared_.options.clock)
        );
    }
    std::erase_if(former_, [](auto const& old) { return old.expired(); });
    if (state_) former_.push_back(state_);
    state_ = std::move(next);
    return state_;
}

void RequestHandler::settle() {
    if (state_) state_->session->settle();
    for (auto const& old : former_)
        if (auto const left = old.lock()) left->session->settle();
}

}  // namespace koine::app
