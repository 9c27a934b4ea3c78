#include "app/answering.hpp"
#include "app/app_turn.hpp"
#include "app/turn.hpp"
#include "dialect/filter/required.hpp"
#include "operation/members.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

namespace koine::app {
namespace {

/// The plan of the query's shape, with its program and statements: from the cache, or made now.
Result<std::shared_ptr<CompiledRead const>> compiled(Turn const& turn, query::Query const& query) {
    auto& work = turn.work;
    query::shape_of(query, work.shape);
    if (auto known = turn.state.reads.find(work.shape)) return known;
    auto made = std::make_shared<CompiledRead>();
    KOINE_TRY(made->plan, query::plan_read(turn.model(), query, turn.options().plan, turn.schema()));
    KOINE_TRY(made->prepared, turn.state.session->prepare(made->plan));
    made->program = query.selection ? represent::compile(*made->plan, *query.selection) : represent::compile(*made->plan);
    turn.state.reads.insert(work.shape, made);
    return std::shared_ptr<CompiledRead const>(std::move(made));
}

/// The warning that the rows were cut.
Problem cut_at(store::RunLimits const& limits, query::Rows const& rows) {
    auto const maximum = rows.cut_by_bytes ? static_cast<std::int64_t>(limits.max_bytes) : static_cast<std::int64_t>(limits.max_rows);
    return Problem(Reason::rows_cut).with("limit", rows.cut_by_bytes ? "bytes" : "rows").with("maximum", maximum);
}

/// Whether the values that must stand in some row do. @return invalid_filters.
Awaitable<Result<void>> check_presence(Turn& turn) {
    std::vector<Fault> faults;
    for (auto const& required : turn.work.query.required) {
        auto const query = dialect::presence_of(required);
        KOINE_CO_TRY(auto const plan, compiled(turn, query));
        std::vector<query::Argument> arguments;
        query::Rows rows;
        KOINE_CO_TRY(query::bind(*plan->plan, query, turn.options().max_rows, turn.work.texts, arguments));
        store::RunLimits const limits{turn.options().max_rows, turn.options().max_response_bytes};
        auto ran = co_await turn.state.session->run(plan->prepared, arguments, limits, turn.request.cancellation, rows);
        if (!ran) co_return ran.as_failure();
        dialect::judge_presence(required, rows, faults);
    }
    if (!faults.empty()) co_return dialect::invalid_filters(std::move(faults));
    co_return outcome::success();
}

}  // namespace

Awaitable<Result<void>> fill(Turn& turn, represent::Program const& program, query::Rows& rows) {
    auto const& book = turn.state.application->book;
    if (!book || !turn.state.statements) co_return Problem(Reason::internal).because("members of functions in an app that has none");
    operation::Caller caller{turn.principal, turn.exchange.uuid};
    caller.off_loop = turn.shared.off_loop.get();
    co_return co_await operation::fill_on(*book, program, rows, caller, *turn.state.statements, turn.request.cancellation);
}

Awaitable<Result<std::shared_ptr<CompiledRead const>>> read_named(Turn& turn, std::vector<std::string> const& fields, query::Rows& rows) {
    auto const& endpoint = turn.exchange.endpoint;
    auto const key = read_key(endpoint.key.front());
    if (!key) co_return dialect::item_not_found(turn.exchange);
    query::Query query;
    query.relation = turn.model()[endpoint.resource->entity].name;
    for (auto const& field : fields) query.select.emplace_back().field.name = field;
    query.filters.push_back({{}, query::with_key(*key)});
    KOINE_CO_TRY(auto plan, compiled(turn, query));
    std::vector<query::Argument> arguments;
    KOINE_CO_TRY(query::bind(*plan->plan, query, 1, turn.work.texts, arguments));
    auto const ran = co_await turn.state.session->run(plan->prepared, arguments, {}, turn.request.cancellation, rows);
    if (!ran) co_return ran.as_failure();
    if (rows.steps.front().count() == 0) co_return dialect::item_not_found(turn.exchange);
    co_return plan;
}

Awaitable<Result<void>> read(Turn& turn) {
    auto const& dialect = turn.dialect();
    auto& work = turn.work;
    KOINE_CO_TRY(work.query, dialect.read(turn.exchange));
    dialect.relations->complete(turn.model(), work.query);
    if (dialect.envelope.needs_total() && !work.query.key && work.query.count == query::Count::none) work.query.count = query::Count::exact;
    if (!work.query.required.empty()) {
        KOINE_CO_TRY(co_await check_presence(turn));
    }
    KOINE_CO_TRY(auto plan, compiled(turn, work.query));
    KOINE_CO_TRY(auto const form, dialect.formats.negotiate(turn.exchange));
    KOINE_CO_TRY(dialect.context.check(turn.exchange.preferences, work.warnings));
    KOINE_CO_TRY(query::bind(*plan->plan, work.query, turn.options().max_rows, work.texts, work.arguments));
    store::RunLimits limits{turn.options().max_rows, turn.options().max_response_bytes};
    auto ran = co_await turn.state.session->run(plan->prepared, work.arguments, limits, turn.request.cancellation, work.rows);
    if (!ran) co_return ran.as_failure();
    if (work.rows.cut) work.warnings.push_back(cut_at(limits, work.rows));
    if (!plan->program.blanks.empty()) {
        KOINE_CO_TRY(co_await fill(turn, plan->program, work.rows));
    }
    if (plan->plan->one_row && work.query.count != query::Count::none) work.rows.total = 1;
    co_return write_read(turn, {*form.format, plan->program, work.rows, false, form.indent});
}

}  // namespace koine::app
