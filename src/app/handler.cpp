#include "app/handler.hpp"

#include "app/answering.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace koine::app {
namespace {

using dialect::Endpoint;
using dialect::Exchange;

bool writes(Method method) { return method == Method::post || method == Method::put || method == Method::patch || method == Method::del; }

/// route and context: what is asked, of which endpoint, with which preferences.
Result<Exchange> receive(MountedDialect const& mount, http::Request const& request) {
    Exchange exchange;
    exchange.method = request.method;
    exchange.method_text = request.method_text;
    exchange.path = request.path().substr(mount.prefix.size());
    exchange.query = request.query();
    exchange.headers = request.headers;
    exchange.request_id = request.request_id;
    if (exchange.path.empty() || exchange.path == "*") exchange.path = "/";
    KOINE_TRY(auto found, mount.dialect->routes.find(exchange.path));
    exchange.endpoint = std::move(found.endpoint);
    exchange.base_url = base_url(request, mount, found.prefix);
    KOINE_TRY(mount.dialect->context.read(exchange));
    KOINE_TRY(mount.dialect->routes.check(request.method, request.method_text, exchange.endpoint.kind));
    KOINE_TRY(exchange.parameters, mount.dialect->input.read(exchange.query));
    return exchange;
}

/// The schema by which messages call what is served.
std::string_view schema_of(MountedDialect const& mount, Exchange const& exchange) {
    return exchange.schema.empty() ? mount.dialect->context.default_schema() : std::string_view(exchange.schema);
}

/// The plan of the query's shape, with its program and statements: from the cache, or made now.
Result<std::shared_ptr<CompiledRead const>> compiled(
    WorkerState& state, Work& work, query::PlanLimits const& limits, std::string_view schema
) {
    query::shape_of(work.query, work.shape);
    if (auto known = state.plans.find(work.shape)) return known;
    auto made = std::make_shared<CompiledRead>();
    KOINE_TRY(made->plan, query::plan_read(state.application->store->model(), work.query, limits, schema));
    KOINE_TRY(made->prepared, state.session->prepare(made->plan));
    made->program = represent::compile(*made->plan);
    state.plans.insert(work.shape, made);
    return std::shared_ptr<CompiledRead const>(std::move(made));
}

/// The warning that the rows were cut.
Problem cut_at(store::RunLimits const& limits, query::Rows const& rows) {
    auto const maximum = rows.cut_by_bytes ? static_cast<std::int64_t>(limits.max_bytes) : static_cast<std::int64_t>(limits.max_rows);
    return Problem(Reason::rows_cut).with("limit", rows.cut_by_bytes ? "bytes" : "rows").with("maximum", maximum);
}

/// What the stages of one request share. Lives in `handle`, which awaits them.
struct Turn {
    WorkerState& state;
    MountedDialect const& mount;
    Exchange const& exchange;
    Options const& options;
    http::Request const& request;
    Work& work;
    http::Answer& answer;

    model::Model const& model() const { return state.application->store->model(); }
    std::string_view schema() const { return schema_of(mount, exchange); }
};

/// A read: query → plan → rows → answer.
Awaitable<Result<void>> read(Turn& turn) {
    auto const& dialect = *turn.mount.dialect;
    auto& work = turn.work;
    KOINE_CO_TRY(work.query, dialect.read(turn.exchange));
    dialect.relations->complete(turn.model(), work.query);
    if (dialect.envelope.needs_total() && !work.query.key && work.query.count == query::Count::none) work.query.count = query::Count::exact;
    KOINE_CO_TRY(auto plan, compiled(turn.state, work, turn.options.plan, turn.schema()));
    KOINE_CO_TRY(auto const* format, dialect.formats.choose(turn.exchange));
    KOINE_CO_TRY(dialect.context.check(turn.exchange.preferences, work.warnings));
    KOINE_CO_TRY(query::bind(*plan->plan, work.query, turn.options.max_rows, work.texts, work.arguments));
    store::RunLimits limits{turn.options.max_rows, turn.options.max_response_bytes};
    auto ran = co_await turn.state.session->run(plan->prepared, work.arguments, limits, turn.request.cancellation, work.rows);
    if (!ran) co_return ran.as_failure();
    if (work.rows.cut) work.warnings.push_back(cut_at(limits, work.rows));
    if (plan->plan->one_row && work.query.count != query::Count::none) work.rows.total = 1;
    co_return write_read({dialect, turn.exchange, *format, *plan, work}, turn.answer);
}

Awaitable<Result<void>> respond(Turn& turn) {
    auto const& [state, mount, exchange, options, request, work, answer] = turn;
    switch (exchange.endpoint.kind) {
        case Endpoint::Kind::unknown: co_return Problem(Reason::unknown_path).with("path", exchange.path);
        case Endpoint::Kind::function: co_return unknown_function(exchange, turn.schema(), request.body);
        case Endpoint::Kind::root:
            if (request.method == Method::options) co_return write_options(*mount.dialect, exchange, nullptr, answer);
            co_return write_index(*state.application, mount, exchange, answer);
        case Endpoint::Kind::list:
        case Endpoint::Kind::item: break;
    }
    if (request.method != Method::options && !writes(request.method)) co_return co_await read(turn);
    auto entity = turn.model().entity(exchange.endpoint.name);
    if (!entity) co_return query::unknown_relation(turn.model(), exchange.endpoint.name, turn.schema());
    if (writes(request.method)) co_return dialect::write_refused(request.method);
    co_return write_options(*mount.dialect, exchange, &turn.model()[*entity], answer);
}

void log_cause(Problem const& problem, http::Request const& request) {
    bool ours =
        problem.kind() == Kind::internal || problem.reason() == Reason::database_unavailable || problem.reason() == Reason::database_busy;
    if (!ours) return;  // what a crowd of clients can cause at will is told to them, not to the terminal
    fmt::print(stderr, "koine: request {}: {}\n", request.request_id, describe(problem));
}

}  // namespace

Awaitable<> RequestHandler::handle(http::Request const& request, http::Answer& answer) {
    if (request.path().starts_with("/-/")) {
        write_reserved(request, *shared_.applications, answer);
        co_return;
    }
    for (bool retried = false;; retried = true) {
        auto now = state();
        if (!now) {
            problem(now.error(), request, answer);
            co_return;
        }
        auto state = std::move(now.value());
        auto const& mount = state->application->mount_for(request.path());
        auto exchange = receive(mount, request);
        if (!exchange) {
            write_problem(*mount.dialect, exchange.error(), nullptr, request, answer);
            co_return;
        }
        if (write_preflight(*mount.dialect, exchange.value(), answer)) co_return;
        WorkPool::Lease work(pool_);
        Turn turn{*state, mount, exchange.value(), shared_.options, request, *work, answer};
        auto done = co_await respond(turn);
        if (done) co_return;
        if (done.error().reason() == Reason::schema_changed && !retried) {
            answer.abandon();
            bool fresh = co_await shared_.watcher->refresh();
            if (fresh) continue;
        }
        log_cause(done.error(), request);
        write_problem(*mount.dialect, done.error(), &exchange.value(), request, answer);
        co_return;
    }
}

void RequestHandler::problem(Problem const& problem, http::Request const& partial, http::Answer& answer) {
    auto application = shared_.applications->current();
    log_cause(problem, partial);
    write_problem(*application->mount_for(partial.path()).dialect, problem, nullptr, partial, answer);
}

Result<std::shared_ptr<WorkerState>> RequestHandler::state() {
    if (state_ && state_->application->generation == shared_.applications->generation()) return state_;
    auto next = std::make_shared<WorkerState>();
    next->application = shared_.applications->current();
    KOINE_TRY(next->session, next->application->store->session(context_));
    state_ = std::move(next);
    return state_;
}

}  // namespace koine::app
