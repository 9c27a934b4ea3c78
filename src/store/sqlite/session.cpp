#include "store/sqlite/session.hpp"

#include "store/sqlite/pending.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/runner.hpp"
#include "store/sqlite/text.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace koine::store::sqlite {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// A read that took fewer looks at the watch than this is not slow, whatever the clock says: about a millisecond of SQLite's work.
constexpr std::uint32_t kLooksOfASlowRead = 20;

/// Decides in which lane a plan starts. After a read was too slow for its worker the next ones skip the try, twice as many each time;
/// slow reads that turn out quick shorten that.
class Pacing {
public:
    bool starts_slow() { return skip_ > 0 && skip_-- > 0; }
    void was_interrupted() {
        penalty_ = std::min<std::uint32_t>(penalty_ == 0 ? 16 : penalty_ * 2, 1024);
        skip_ = penalty_;
    }
    void was_quick() {
        penalty_ /= 2;
        skip_ = std::min(skip_, penalty_);
    }

private:
    std::uint32_t penalty_ = 0;
    std::uint32_t skip_ = 0;
};

struct PreparedPlan : Prepared {
    explicit PreparedPlan(std::shared_ptr<RenderedPlan const> rendered) : plan(std::move(rendered)) {}

    std::shared_ptr<RenderedPlan const> plan;
    Compiled compiled;
    Pacing pacing;
};

struct PreparedText : Prepared {
    PreparedText(std::shared_ptr<Text const> looked_at, StatementHandle compiled)
        : text(std::move(looked_at)),
          statement(std::move(compiled)) {}

    std::shared_ptr<Text const> text;
    StatementHandle statement;
    Pacing pacing;
};

struct PreparedWrite : Prepared {
    explicit PreparedWrite(std::shared_ptr<RenderedWrite const> rendered) : write(std::move(rendered)) {}

    std::shared_ptr<RenderedWrite const> write;
};

/// A read on its way through the slow lane. Lives in the coroutine that waits for it.
struct SlowRun {
    std::function<Result<void>(Connection&)> read;
    Cancellation const* cancellation;
    std::chrono::milliseconds limit;
    Clock::time_point asked = Clock::now();
    Clock::duration took{};
    Result<void> outcome = outcome::success();
};

template <class Read>
Result<void> run_watched(Connection& connection, Watch watch, Read const& read) {
    connection.state().watch = watch;
    auto done = connection.begin();
    if (done) done = read(connection);
    connection.state().watch = {};
    return done;
}

Result<void> run_slowly(Connection& connection, SlowRun& run, std::atomic<bool> const* stop) {
    Watch watch{.deadline = Clock::now() + run.limit, .cancellation = run.cancellation, .stop = stop};
    if (watch.is_over()) return Problem(Reason::cancelled);
    if (Clock::now() - run.asked > run.limit) return Problem(Reason::overloaded).because("waited too long for the slow lane");
    auto done = run_watched(connection, watch, run.read);
    connection.end();
    return done;
}

/// Hands the read to the lane; the coroutine goes on, on its worker, when it is done there.
template <class Handler>
void submit(SlowLane& lane, std::shared_ptr<Pending> pending, SlowRun& run, Handler handler) {
    auto executor = asio::get_associated_executor(handler);
    // The worker's loop must not end while this waits.
    auto guard = asio::make_work_guard(executor);
    pending->add();
    SlowLane::Job job = [&run, pending, executor, guard = std::move(guard), handler = std::move(handler)](auto connection) mutable {
        auto begun = Clock::now();
        run.outcome = connection ? run_slowly(*connection.value(), run, pending->stop()) : Result<void>(connection.error());
        run.took = Clock::now() - begun;
        asio::post(executor, std::move(handler));
        guard.reset();
        pending->remove();
    };
    if (!lane.submit(job)) job(Result<Connection*>(Problem(Reason::overloaded).because("the slow lane is full")));
}

Awaitable<Result<void>> done_slowly(std::shared_ptr<SlowLane> lane, std::shared_ptr<Pending> pending, SlowRun& run) {
    auto initiate = [&lane, &pending, &run](auto handler) { submit(*lane, pending, run, std::move(handler)); };
    asio::use_awaitable_t<Executor> token;
    co_await asio::async_initiate<asio::use_awaitable_t<Executor>, void()>(initiate, token);
    co_return run.outcome;
}

/// Hands the write to the lane; the coroutine goes on, on its worker, when it is durable or refused.
template <class Handler>
void submit(WriteLane& lane, std::shared_ptr<Door> const& door, WriteJob& job, Handler handler) {
    // The worker's loop must not end while this waits.
    auto guard = asio::make_work_guard(door->executor);
    Ticket ticket;
    ticket.job = &job;
    ticket.door = door;
    ticket.resume = [guard = std::move(guard), handler = std::move(handler)]() mutable { std::move(handler)(); };
    if (lane.submit(ticket)) return;
    job.outcome = Problem(Reason::overloaded).because("too many writes wait");
    asio::post(door->executor, std::move(ticket.resume));
}

/// The session may go away while this waits: it holds what it needs.
Awaitable<Result<void>> done_on_lane(std::shared_ptr<WriteLane> lane, std::shared_ptr<Door> door, WriteJob job) {
    job.asked = Clock::now();
    if (!lane) co_return Problem(Reason::read_only).with("statement", job.statement());
    auto initiate = [&lane, &door, &job](auto handler) { submit(*lane, door, job, std::move(handler)); };
    asio::use_awaitable_t<Executor> token;
    co_await asio::async_initiate<asio::use_awaitable_t<Executor>, void()>(initiate, token);
    co_return job.outcome;
}

class SqliteSession final : public Session {
public:
    SqliteSession(
        asio::io_context& worker,
        std::unique_ptr<Connection> connection,
        std::shared_ptr<SlowLane> slow_lane,
        std::shared_ptr<WriteLane> write_lane,
        std::shared_ptr<model::Model const> model,
        SessionOptions options
    )
        : worker_(worker),
          connection_(std::move(connection)),
          slow_lane_(std::move(slow_lane)),
          write_lane_(std::move(write_lane)),
          model_(std::move(model)),
          options_(options) {}
    ~SqliteSession() override { pending_->stop_and_wait(); }

    void settle() override { pending_->stop_and_wait(); }
    std::uint64_t commits() const override { return write_lane_ ? write_lane_->commits().load(std::memory_order_acquire) : 0; }

    Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<query::Plan const> plan) override {
        KOINE_TRY(auto rendered, render_plan(*model_, std::move(plan)));
        return std::shared_ptr<Prepared>(std::make_shared<PreparedPlan>(std::move(rendered)));
    }

    Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<query::WritePlan const> plan) override {
        KOINE_TRY(auto rendered, render_write(*model_, std::move(plan)));
        return std::shared_ptr<Prepared>(std::make_shared<PreparedWrite>(std::move(rendered)));
    }

    Awaitable<Result<void>> write(std::shared_ptr<Prepared> prepared, WriteRequest const& request, query::Written& written) override {
        WriteJob job;
        job.write = static_cast<PreparedWrite&>(*prepared).write;
        job.request = &request;
        job.written = &written;
        job.cancellation = request.cancellation;
        return done_on_lane(write_lane_, door_, std::move(job));
    }

    Awaitable<Result<void>> transact(Work const& work, Cancellation const* cancellation) override {
        WriteJob job;
        job.work = &work;
        job.cancellation = cancellation;
        return done_on_lane(write_lane_, door_, std::move(job));
    }

    Awaitable<Result<void>> run(
        std::shared_ptr<Prepared> prepared,
        std::span<query::Argument const> arguments,
        RunLimits limits,
        Cancellation const* cancellation,
        query::Rows& rows
    ) override {
        auto& own = static_cast<PreparedPlan&>(*prepared);
        if (cancellation && cancellation->cancelled()) co_return Problem(Reason::cancelled);
        if (!own.plan->plan->known_slow && !own.pacing.starts_slow()) {
            auto const read = [&](Connection& connection) {
                return run_plan(connection, *own.plan, own.compiled, arguments, limits, rows);
            };
            if (auto done = run_here(own.pacing, cancellation, read)) co_return *std::move(done);
        }
        // From here on the session may go away while this waits: only locals and `prepared` are used.
        auto const again = [&](Connection& connection) {
            Compiled compiled;
            return run_plan(connection, *own.plan, compiled, arguments, limits, rows);
        };
        SlowRun slow{again, cancellation, options_.statement_limit};
        auto budget = options_.worker_budget;
        auto done = co_await done_slowly(slow_lane_, pending_, slow);
        if (done && slow.took < budget / 2) own.pacing.was_quick();
        co_return done;
    }

    Result<std::shared_ptr<Prepared>> prepare(std::shared_ptr<Text const> text) override {
        KOINE_TRY(auto statement, compile_text(*connection_, text->text));
        return std::shared_ptr<Prepared>(std::make_shared<PreparedText>(std::move(text), std::move(statement)));
    }

    Awaitable<Result<void>> run(
        std::shared_ptr<Prepared> prepared,
        std::span<Named const> values,
        RunLimits limits,
        Cancellation const* cancellation,
        TextRows& rows
    ) override {
        auto& own = static_cast<PreparedText&>(*prepared);
        if (cancellation && cancellation->cancelled()) co_return Problem(Reason::cancelled);
        if (!own.pacing.starts_slow()) {
            auto const read = [&](Connection& connection) { return run_text(connection, own.statement.get(), values, limits, rows); };
            if (auto done = run_here(own.pacing, cancellation, read)) co_return *std::move(done);
        }
        // As above.
        auto const again = [&](Connection& connection) -> Result<void> {
            KOINE_TRY(auto const statement, compile_text(connection, own.text->text));
            return run_text(connection, statement.get(), values, limits, rows);
        };
        SlowRun slow{again, cancellation, options_.statement_limit};
        auto budget = options_.worker_budget;
        auto done = co_await done_slowly(slow_lane_, pending_, slow);
        if (done && slow.took < budget / 2) own.pacing.was_quick();
        co_return done;
    }

private:
    /// Nothing if the read belongs in the slow lane.
    template <class Read>
    std::optional<Result<void>> run_here(Pacing& pacing, Cancellation const* cancellation, Read const& read) {
        lease();
        Watch watch{.deadline = Clock::now() + options_.worker_budget, .least_looks = kLooksOfASlowRead, .cancellation = cancellation};
        auto done = run_watched(*connection_, watch, read);
        if (done) return done;
        if (done.error().reason() == Reason::database_busy) return std::nullopt;
        if (done.error().reason() != Reason::statement_timeout) return done;
        pacing.was_interrupted();
        return std::nullopt;
    }

    void lease() {
        // Before the snapshot is taken: a commit in between only makes the next look say so once more.
        auto const now = commits();
        if (*leased_ && now == leased_at_) return;
        leased_at_ = now;
        if (*leased_) return connection_->end();
        *leased_ = true;
        asio::post(worker_, [leased = std::weak_ptr(leased_), connection = connection_.get()] {
            auto open = leased.lock();
            if (!open) return;
            *open = false;
            connection->end();
        });
    }

    asio::io_context& worker_;
    std::unique_ptr<Connection> connection_;
    std::shared_ptr<SlowLane> slow_lane_;
    std::shared_ptr<WriteLane> write_lane_;  ///< null: nothing is written
    std::shared_ptr<model::Model const> model_;
    SessionOptions options_;
    std::shared_ptr<Pending> pending_ = std::make_shared<Pending>();
    std::shared_ptr<Door> door_ = std::make_shared<Door>(worker_.get_executor(), pending_);
    std::uint64_t leased_at_ = 0;                                   ///< WriteLane::commits when the lease began
    std::shared_ptr<bool> leased_ = std::make_shared<bool>(false);  ///< dies with the session: a closer that comes later does nothing
};

}  // namespace

std::unique_ptr<Session> make_session(
    asio::io_context& worker,
    std::unique_ptr<Connection> connection,
    std::shared_ptr<SlowLane> slow_lane,
    std::shared_ptr<WriteLane> write_lane,
    std::shared_ptr<model::Model const> model,
    SessionOptions options
) {
    return std::make_unique<SqliteSession>(
        worker, std::move(connection), std::move(slow_lane), std::move(write_lane), std::move(model), options
    );
}

}  // namespace koine::store::sqlite
