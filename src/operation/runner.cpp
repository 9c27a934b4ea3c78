#include "operation/runner.hpp"

#include "operation/process.hpp"
#include "operation/queue.hpp"
#include "query/planner.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

namespace koine::operation {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookEvery = 500ms;
constexpr auto kRenewEvery = 10s;
constexpr auto kSweepEvery = 60s;
constexpr auto kFinishAgain = 1s;
constexpr std::size_t kAtOnce = 4;
constexpr script::CallLimits kLimits{.instructions = 2'000'000'000, .time = 10s};

/// What the functions of jobs run on: a session of the thread, made anew when what is served changes.
struct Base {
    Ground ground;
    std::unique_ptr<store::Session> session;
    std::unique_ptr<Statements> statements;
    ~Base() { statements.reset(); }
};

query::Principal principal_of(Taken const& job) {
    query::Principal principal;
    principal.anonymous = false;
    principal.name = job.user_name.empty() ? "koine" : job.user_name;
    principal.user = job.user;
    principal.may_read = principal.may_write = principal.superuser = true;
    return principal;
}

class Thread final : public Runner {
public:
    Thread(std::function<Ground()> current, std::function<void(std::string_view)> log, std::function<void()> over)
        : current_(std::move(current)),
          log_(std::move(log)),
          over_(std::move(over)) {
        boost::asio::co_spawn(context_, work(), boost::asio::detached);
        boost::asio::co_spawn(context_, housekeeping(), boost::asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    ~Thread() override { stop(); }

    void poke() override {
        if (poked_.exchange(true)) return;
        boost::asio::post(context_, [this] {
            poked_ = false;
            if (!stopping_) idle_.cancel();
        });
    }

    void stop() override {
        if (!thread_.joinable()) return;
        stopping_ = true;
        boost::asio::post(context_, [this] {
            idle_.cancel();
            pause_.cancel();
        });
        thread_.join();
        // A base that a coroutine still held is gone with it; the store's threads touch nothing of it any more.
        if (base_ && base_->session) base_->session->settle();
        base_.reset();
    }

private:
    /// The base of what is served now; null if it has no jobs.
    Result<std::shared_ptr<Base>> base() {
        auto ground = current_();
        if (base_ && base_->ground.book == ground.book) return base_;
        auto made = std::make_shared<Base>();
        if (ground.book && ground.book->stored(kJobTable) != nullptr) {
            KOINE_TRY(made->session, ground.store->session(context_));
            made->statements = std::make_unique<Statements>(*made->session);
        }
        made->ground = std::move(ground);
        base_ = std::move(made);
        fresh_ = true;
        return base_;
    }

    /// Runs a step of the queue in a transaction of its own.
    template <class Step>
    Awaitable<Result<void>> in_transaction(std::shared_ptr<Base> base, Step const& step) {
        store::Work const work = [&](store::Transaction& transaction) { return step(*base->ground.book, transaction); };
        co_return co_await base->session->transact(work, nullptr);
    }

    Awaitable<Result<std::optional<Taken>>> take_next(std::shared_ptr<Base> base) {
        std::optional<Taken> taken;
        bool const fresh = fresh_;
        auto const step = [&](Book const& book, store::Transaction& transaction) -> Result<void> {
            taken.reset();
            // It may have waited for the writer so long that it is over.
            if (stopping_) return outcome::success();
            if (fresh) {
                KOINE_TRY(keep_schedules(book, transaction));
            }
            KOINE_TRY(taken, take(book, process_, transaction));
            return outcome::success();
        };
        auto const done = co_await in_transaction(base, step);
        if (!done) co_return done.as_failure();
        fresh_ = false;
        co_return std::move(taken);
    }

    /// Whether there may be something to take. Asked of a reading session, so that a queue at rest costs the writer nothing.
    Awaitable<bool> looks_worthwhile(std::shared_ptr<Base> base) {
        auto const query = anything_due(*base->ground.book, process_);
        auto const planned = base->ground.book->planned(query);
        if (fresh_ || !planned) co_return true;
        auto const prepared = base->statements->of(planned.value()->plan);
        Arena texts;
        std::vector<query::Argument> arguments;
        query::Rows rows;
        if (!prepared || !query::bind(*planned.value()->plan, query, 1, texts, arguments)) co_return true;
        auto const ran = co_await base->session->run(prepared.value(), arguments, {1, 1000}, nullptr, rows);
        co_return !ran || rows.steps.front().count() > 0;
    }

    Awaitable<std::optional<Taken>> next(std::shared_ptr<Base> base) {
        if (!base->session || running_.size() >= kAtOnce) co_return std::nullopt;
        bool const worthwhile = co_await looks_worthwhile(base);
        if (!worthwhile || stopping_) co_return std::nullopt;
        auto taken = co_await take_next(base);
        co_return taken ? std::move(taken).value() : std::nullopt;
    }

    Awaitable<> work() {
        while (!stopping_) {
            auto const base_now = base();
            std::optional<Taken> job;
            if (base_now) job = co_await next(base_now.value());
            if (job) {
                running_.insert(job->id);
                boost::asio::co_spawn(context_, run(base_now.value(), std::move(*job)), boost::asio::detached);
            } else if (!stopping_) {
                co_await wait(idle_, kLookEvery);
            }
        }
    }

    Awaitable<> run(std::shared_ptr<Base> base, Taken job) {
        auto const& book = *base->ground.book;
        auto const principal = principal_of(job);
        auto arguments = script::Value::from_json(job.arguments.empty() ? "null" : job.arguments);
        script::Push const push = [&](script::Pusher& out) {
            out.value(arguments ? arguments.value() : script::Value());
            out.begin_map(6);
            out.integer("id", job.id);
            out.text("name", job.name);
            out.integer("attempt", job.attempts);
            if (job.shown) out.integer("shown", *job.shown);
            out.key("update");
            out.function(*book.program().host("job.update"));
            out.end_map();
        };
        Invocation const call{job.call, push, principal, job.request, true, true, false, kLimits};
        auto const outcome = co_await run_on(book, call, *base->statements, nullptr);
        Ended ended;
        if (!outcome) {
            ended = ended_by(outcome.error(), job, book.app().jobs.attempts);
            if (ended.how == Ended::How::errored) log_(fmt::format("job {} ({}) failed: {}", job.id, job.call, ended.error));
        }
        auto const step = [&](Book const& own, store::Transaction& transaction) { return finish(own, job, ended, transaction); };
        // A job that is not told to be over stays this process' own: nobody else takes it.
        for (bool told = false;; told = true) {
            auto const done = co_await in_transaction(base, step);
            if (done) break;
            if (!told) log_(fmt::format("job {} ({}) could not be finished yet: {}", job.id, job.call, describe(done.error())));
            if (stopping_) break;
            boost::asio::steady_timer pause(context_);
            co_await wait(pause, kFinishAgain);
        }
        running_.erase(job.id);
        over_();
        idle_.cancel();
    }

    Awaitable<> housekeeping() {
        auto swept = std::chrono::steady_clock::now();
        while (!stopping_) {
            co_await wait(pause_, kRenewEvery);
            auto const base_now = base_;
            if (stopping_ || !base_now || !base_now->session) continue;
            auto const ids = running_;
            bool const sweeps = std::chrono::steady_clock::now() - swept > kSweepEvery;
            if (ids.empty() && !sweeps) continue;
            if (sweeps) swept = std::chrono::steady_clock::now();
            auto const step = [&](Book const& book, store::Transaction& transaction) -> Result<void> {
                for (auto const id : ids) {
                    KOINE_TRY(renew(book, id, transaction));
                }
                return sweeps ? sweep(book, transaction) : outcome::success();
            };
            (void)co_await in_transaction(base_now, step);
        }
    }

    Awaitable<> wait(boost::asio::steady_timer& timer, std::chrono::milliseconds time) {
        timer.expires_after(time);
        boost::system::error_code error;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable_t<Executor>(), error));
    }

    std::function<Ground()> current_;
    std::function<void(std::string_view)> log_;
    std::function<void()> over_;
    std::string process_ = this_process();
    boost::asio::io_context context_{1};
    boost::asio::steady_timer idle_{context_}, pause_{context_};
    std::shared_ptr<Base> base_;
    bool fresh_ = false;  ///< the schedules of the base are not kept yet
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> poked_ = false;
    std::set<std::int64_t> running_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Runner> Runner::start(
    std::function<Ground()> current, std::function<void(std::string_view)> log, std::function<void()> over
) {
    return std::make_unique<Thread>(std::move(current), std::move(log), std::move(over));
}

}  // namespace koine::operation
