#include "store/sqlite/transaction.hpp"

#include "store/sqlite/write_run.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace koine::store::sqlite {
namespace {

class WriterTransaction final : public Transaction {
public:
    WriterTransaction(WriteConnection& connection, model::Model const& model) : connection_(connection), model_(model) {}

    Result<void> read(
        std::shared_ptr<query::Plan const> const& plan, std::span<query::Argument const> arguments, RunLimits limits, query::Rows& rows
    ) override {
        KOINE_TRY(may_go_on());
        auto* known = connection_.reads().find(plan.get());
        if (!known) {
            KOINE_TRY(auto rendered, render_plan(model_, plan));
            known = &connection_.reads().add(plan.get(), {std::move(rendered), {}});
        }
        auto done = run_plan(connection_.base(), *known->plan, known->statements, arguments, limits, rows);
        return outlived(std::move(done));
    }

    Result<void> read(std::shared_ptr<Text const> const& text, std::span<Named const> values, RunLimits limits, TextRows& rows) override {
        KOINE_TRY(may_go_on());
        auto* known = connection_.texts().find(text.get());
        if (!known) {
            KOINE_TRY(auto statement, compile_text(connection_.base(), text->text));
            known = &connection_.texts().add(text.get(), {text, std::move(statement)});
        }
        return outlived(run_text(connection_.base(), known->statement.get(), values, limits, rows));
    }

    Result<void> write(std::shared_ptr<query::WritePlan const> const& plan, WriteRequest const& request, query::Written& written) override {
        KOINE_TRY(may_go_on());
        auto done = written_within(plan, request, written);
        if (!done) failure_ = done.error();
        return outlived(std::move(done));
    }

    Result<void> attempt(std::function<Result<void>()> const& part) override {
        KOINE_TRY(may_go_on());
        KOINE_TRY(connection_.savepoint());
        auto done = part();
        if (!connection_.in_transaction()) return outlived(std::move(done));
        if (done && failure_) done = *failure_;
        if (done) return outlived(connection_.release());
        connection_.abandon_savepoint();
        bool const lasts = failure_ && failure_->reason() == Reason::statement_timeout;
        if (!lasts) failure_.reset();
        return outlived(std::move(done));
    }

    /// What ended the transaction, whatever the work makes of it.
    std::optional<Problem> const& failure() const { return failure_; }

private:
    Result<void> may_go_on() {
        if (failure_) return *failure_;
        // Short statements never come to the progress handler's turn.
        if (!connection_.base().state().watch.is_over()) return outcome::success();
        return *(failure_ = Problem(Reason::statement_timeout));
    }

    /// A failure that takes the whole transaction along is the work's, too.
    Result<void> outlived(Result<void> done) {
        if (!failure_ && !connection_.in_transaction())
            failure_ = done ? Problem(Reason::internal).because("the transaction ended from within") : done.error();
        if (!failure_ && !done && done.error().reason() == Reason::statement_timeout) failure_ = done.error();
        if (failure_) return *failure_;
        return done;
    }

    Result<std::shared_ptr<RenderedWrite const>> rendered(std::shared_ptr<query::WritePlan const> const& plan) {
        if (auto* known = connection_.statements().find(plan.get())) return known->write;
        return render_write(model_, plan);
    }

    Result<void> written_within(std::shared_ptr<query::WritePlan const> const& plan, WriteRequest const& request, query::Written& written) {
        KOINE_TRY(auto write, rendered(plan));
        KOINE_TRY(connection_.savepoint());
        auto done = run_write(connection_, model_, write, request, written);
        if (!connection_.in_transaction()) return done;
        if (done && !request.rollback) return connection_.release();
        connection_.abandon_savepoint();
        return done;
    }

    WriteConnection& connection_;
    model::Model const& model_;
    std::optional<Problem> failure_;
};

}  // namespace

Result<void> run_work(WriteConnection& connection, model::Model const& model, Work const& work) {
    try {
        WriterTransaction transaction(connection, model);
        auto done = work(transaction);
        if (done && transaction.failure()) return *transaction.failure();
        return done;
    } catch (std::exception const& thrown) {
        return Problem(Reason::internal).because(thrown.what());
    }
}

}  // namespace koine::store::sqlite
