#include "base/off_loop.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace koine {
namespace {

namespace asio = boost::asio;

/// How the coroutine goes on: on its own loop, which must not end before.
template <class Handler>
std::move_only_function<void()> resuming(Executor executor, Handler handler) {
    auto guard = asio::make_work_guard(executor);
    return [executor, guard = std::move(guard), handler = std::move(handler)]() mutable { asio::post(executor, std::move(handler)); };
}

}  // namespace

Awaitable<Result<void>> OffLoop::run(std::function<void()> function) {
    auto executor = co_await asio::this_coro::executor;
    std::exception_ptr failed;
    bool taken = true;
    auto initiate = [this, &function, &failed, &taken, &executor](auto handler) {
        Job job{&function, &failed, resuming(executor, std::move(handler))};
        if (submit(job)) return;
        taken = false;
        job.resume();
    };
    asio::use_awaitable_t<Executor> token;
    co_await asio::async_initiate<asio::use_awaitable_t<Executor>, void()>(initiate, token);
    if (!taken) co_return Problem(Reason::overloaded).because("too much waits for the thread beside the loops");
    if (failed) std::rethrow_exception(failed);
    co_return outcome::success();
}

bool OffLoop::submit(Job& job) {
    {
        std::lock_guard lock(mutex_);
        if (stopped_ || under_way_ >= most_) return false;
        if (!thread_.joinable()) {
            try {
                thread_ = std::thread([this] { work(); });
            } catch (std::exception const&) {
                return false;
            }
        }
        ++under_way_;
        waiting_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

void OffLoop::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
        if (stopped_) return;
        auto job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        try {
            (*job.function)();
        } catch (...) {
            *job.failed = std::current_exception();
        }
        // Before the answer: whoever has it finds the place free.
        lock.lock();
        --under_way_;
        lock.unlock();
        job.resume();
        job = {};
        lock.lock();
    }
}

void OffLoop::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    // Outside the lock: what goes away here may be anything.
    std::deque<Job> forgotten;
    {
        std::lock_guard lock(mutex_);
        forgotten.swap(waiting_);
        under_way_ = 0;
    }
}

}  // namespace koine
