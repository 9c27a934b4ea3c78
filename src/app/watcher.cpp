#include "app/watcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <functional>

namespace koine::app {
namespace {

/// What may wait for `elsewhere`.
constexpr unsigned kMostWaiting = 16;

Awaitable<void> run(std::function<void()> work) {
    work();
    co_return;
}

Awaitable<bool> look(std::shared_ptr<Applications> applications) { co_return applications->refresh(); }

}  // namespace

Watcher::Watcher(
    std::shared_ptr<Applications> applications, auth::Guard const& guard, std::chrono::milliseconds interval, LogFormat log_format
)
    : applications_(std::move(applications)),
      interval_(interval),
      guard_(guard),
      log_format_(log_format) {
    timer_.emplace(watching_->context);
    boost::asio::post(watching_->context, [this] { prepare_documents(); });
    schedule();
    for (auto* lane : {watching_.get(), working_.get()}) lane->thread = std::thread([lane] { lane->context.run(); });
}

Watcher::~Watcher() { stop(); }

void Watcher::stop() {
    for (auto const& lane : {std::ref(watching_), std::ref(working_)}) {
        if (!lane.get()) continue;
        lane.get()->context.stop();
        lane.get()->thread.join();
    }
    timer_.reset();
    // What waits holds coroutines of the workers: it goes while they are there.
    watching_.reset();
    working_.reset();
}

Awaitable<bool> Watcher::refresh() {
    // Made in a statement of its own: the coroutine must not be part of the awaiting expression (style.md, section 6).
    auto job = look(applications_);
    co_return co_await boost::asio::co_spawn(watching_->context.get_executor(), std::move(job), boost::asio::use_awaitable_t<Executor>());
}

Awaitable<Result<void>> Watcher::elsewhere(std::function<void()> work) {
    if (working_->waiting.fetch_add(1) >= kMostWaiting) {
        working_->waiting.fetch_sub(1);
        co_return Problem(Reason::overloaded).because("too much waits to be hashed");
    }
    auto* lane = working_.get();
    auto job = run([lane, work = std::move(work)] {
        work();
        lane->waiting.fetch_sub(1);
    });
    co_await boost::asio::co_spawn(lane->context.get_executor(), std::move(job), boost::asio::use_awaitable_t<Executor>());
    co_return outcome::success();
}

void Watcher::prepare_documents() {
    auto application = applications_->current();
    if (application->app) return;
    auto const& store = *application->store;
    bool const tokens = guard_.is_guarded();
    for (auto const& mount : application->mounts) {
        application->documents->of(*mount.dialect, store.model(), {.may_write = store.writable(), .tokens = tokens});
        if (tokens && store.writable()) application->documents->of(*mount.dialect, store.model(), {.may_write = false, .tokens = true});
    }
}

void Watcher::schedule() {
    timer_->expires_after(interval_);
    timer_->async_wait([this](boost::system::error_code const& error) {
        if (error) return;
        auto before = applications_->generation();
        applications_->refresh();
        if (applications_->generation() != before) prepare_documents();
        if (auto trouble = applications_->trouble(); trouble != told_) {
            if (!trouble.empty())
                log(log_format_,
                    LogLevel::error,
                    fmt::format("what is served has changed and cannot be read; the old is served on: {}", trouble));
            told_ = trouble;
        }
        schedule();
    });
}

}  // namespace koine::app
