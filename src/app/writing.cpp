#include "app/answering.hpp"
#include "app/turn.hpp"
#include "format/read_body.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

namespace koine::app {
namespace {

using dialect::WriteIntent;

/// The plan of the mutation's shape, with its program and statements: from the cache, or made now.
Result<std::shared_ptr<CompiledWrite const>> compiled(Turn const& turn, query::Mutation const& mutation) {
    auto& work = turn.work;
    query::shape_of(mutation, work.shape);
    if (auto known = turn.state.writes.find(work.shape)) return known;
    auto made = std::make_shared<CompiledWrite>();
    KOINE_TRY(made->plan, query::plan_write(turn.model(), mutation, turn.options().plan, turn.schema()));
    KOINE_TRY(made->prepared, turn.state.session->prepare(made->plan));
    if (made->plan->returning) made->program = represent::compile(*made->plan->returning);
    turn.state.writes.insert(work.shape, made);
    return std::shared_ptr<CompiledWrite const>(std::move(made));
}

/// A removal's body says nothing; whatever it is, it is not looked at.
Result<void> read_body(Turn const& turn) {
    turn.work.body.clear();
    if (turn.exchange.method == Method::del) return outcome::success();
    KOINE_TRY(auto format, turn.dialect().input.body_format(turn.exchange));
    return format::read_body(format, turn.request.body, {}, turn.work.body);
}

Result<void> bind(Turn const& turn, CompiledWrite const& compiled, WriteIntent const& intent) {
    auto& work = turn.work;
    auto const& plan = *compiled.plan;
    KOINE_TRY(query::bind_chosen(plan, intent.mutation, work.texts, work.arguments));
    if (plan.returning) {
        KOINE_TRY(query::bind(*plan.returning, intent.mutation.returned, turn.options().max_rows, work.texts, work.returning));
    }
    if (plan.change == query::Change::remove) return outcome::success();
    return query::bind_values(turn.model(), plan, intent.mutation, work.body, work.texts, work.values);
}

Awaitable<Result<void>> run(Turn& turn, CompiledWrite const& compiled, WriteIntent const& intent, bool singular) {
    auto& work = turn.work;
    KOINE_CO_TRY(bind(turn, compiled, intent));
    store::WriteRequest request;
    request.chosen = work.arguments;
    request.returning = work.returning;
    request.values = &work.values;
    request.limits = {turn.options().max_rows, turn.options().max_response_bytes};
    request.max_affected = intent.max_affected;
    request.exactly_one = intent.exactly_one || (singular && !intent.not_found);
    request.rollback = intent.rollback;
    request.cancellation = turn.request.cancellation;
    auto done = co_await turn.state.session->write(compiled.prepared, request, work.written);
    if (!done) co_return done.as_failure();
    if (intent.not_found && work.written.affected == 0) co_return dialect::item_not_found(turn.exchange);
    co_return outcome::success();
}

}  // namespace

Awaitable<Result<void>> write(Turn& turn, model::Entity const& entity) {
    auto const& dialect = turn.dialect();
    auto& work = turn.work;
    KOINE_CO_TRY(auto read, dialect.read(turn.exchange));
    KOINE_CO_TRY(read_body(turn));
    KOINE_CO_TRY(auto intent, dialect.write->read(turn.exchange, std::move(read), work.body, entity));
    if (intent.mutation.returning == query::Returning::rows) dialect.relations->complete(turn.model(), intent.mutation.returned);
    KOINE_CO_TRY(auto plan, compiled(turn, intent.mutation));
    KOINE_CO_TRY(dialect.context.check(turn.exchange.preferences, work.warnings));
    KOINE_CO_TRY(auto const* format, dialect.formats.choose(turn.exchange));
    work.written.affected = work.written.inserted = 0;
    work.written.rows.clear();
    if (!intent.nothing) {
        KOINE_CO_TRY(co_await run(turn, *plan, intent, format->singular));
    } else if (plan->plan->returning) {
        work.written.rows.steps.resize(plan->plan->returning->steps.size());
        if (format->singular) co_return Problem(Reason::not_singular).with("count", std::int64_t{0});
    }
    auto const answer = dialect.write->answer(turn.exchange, intent, entity, work.written, plan->plan->returning.get(), format->singular);
    co_return write_written(turn, {*format, plan->program, work.written.rows}, answer);
}

}  // namespace koine::app
