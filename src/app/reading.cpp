#include "app/answering.hpp"
#include "app/turn.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

namespace koine::app {
namespace {

/// The plan of the query's shape, with its program and statements: from the cache, or made now.
Result<std::shared_ptr<CompiledRead const>> compiled(Turn const& turn) {
    auto& work = turn.work;
    query::shape_of(work.query, work.shape);
    if (auto known = turn.state.reads.find(work.shape)) return known;
    auto made = std::make_shared<CompiledRead>();
    KOINE_TRY(made->plan, query::plan_read(turn.model(), work.query, turn.options().plan, turn.schema()));
    KOINE_TRY(made->prepared, turn.state.session->prepare(made->plan));
    made->program = represent::compile(*made->plan);
    turn.state.reads.insert(work.shape, made);
    return std::shared_ptr<CompiledRead const>(std::move(made));
}

/// The warning that the rows were cut.
Problem cut_at(store::RunLimits const& limits, query::Rows const& rows) {
    auto const maximum = rows.cut_by_bytes ? static_cast<std::int64_t>(limits.max_bytes) : static_cast<std::int64_t>(limits.max_rows);
    return Problem(Reason::rows_cut).with("limit", rows.cut_by_bytes ? "bytes" : "rows").with("maximum", maximum);
}

}  // namespace

Awaitable<Result<void>> read(Turn& turn) {
    auto const& dialect = turn.dialect();
    auto& work = turn.work;
    KOINE_CO_TRY(work.query, dialect.read(turn.exchange));
    dialect.relations->complete(turn.model(), work.query);
    if (dialect.envelope.needs_total() && !work.query.key && work.query.count == query::Count::none) work.query.count = query::Count::exact;
    KOINE_CO_TRY(auto plan, compiled(turn));
    KOINE_CO_TRY(auto const* format, dialect.formats.choose(turn.exchange));
    KOINE_CO_TRY(dialect.context.check(turn.exchange.preferences, work.warnings));
    KOINE_CO_TRY(query::bind(*plan->plan, work.query, turn.options().max_rows, work.texts, work.arguments));
    store::RunLimits limits{turn.options().max_rows, turn.options().max_response_bytes};
    auto ran = co_await turn.state.session->run(plan->prepared, work.arguments, limits, turn.request.cancellation, work.rows);
    if (!ran) co_return ran.as_failure();
    if (work.rows.cut) work.warnings.push_back(cut_at(limits, work.rows));
    if (plan->plan->one_row && work.query.count != query::Count::none) work.rows.total = 1;
    co_return write_read(turn, {*format, plan->program, work.rows});
}

}  // namespace koine::app
