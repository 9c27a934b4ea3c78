#include "app/watcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace koine::app {
namespace {

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
      log_format_(log_format),
      work_(context_.get_executor()),
      timer_(context_) {
    boost::asio::post(context_, [this] { prepare_documents(); });
    schedule();
    thread_ = std::thread([this] { context_.run(); });
}

Watcher::~Watcher() { stop(); }

void Watcher::stop() {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
}

Awaitable<bool> Watcher::refresh() {
    // Made in a statement of its own: the coroutine must not be part of the awaiting expression (style.md, section 6).
    auto job = look(applications_);
    co_return co_await boost::asio::co_spawn(context_.get_executor(), std::move(job), boost::asio::use_awaitable_t<Executor>());
}

Awaitable<void> Watcher::elsewhere(std::function<void()> work) {
    auto job = run(std::move(work));
    co_await boost::asio::co_spawn(context_.get_executor(), std::move(job), boost::asio::use_awaitable_t<Executor>());
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
    timer_.expires_after(interval_);
    timer_.async_wait([this](boost::system::error_code const& error) {
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
