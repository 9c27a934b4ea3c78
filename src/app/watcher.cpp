#include "app/watcher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace koine::app {
namespace {

Awaitable<bool> look(std::shared_ptr<Applications> applications) { co_return applications->refresh(); }

}  // namespace

Watcher::Watcher(
    std::shared_ptr<Applications> applications, auth::Guard const& guard, std::chrono::milliseconds interval, LogFormat log_format
)
    : applications_(std::move(applications)),
      interval_(interval),
      guard_(guard),
      log_format_(log_format) {
    timer_.emplace(lane_->context);
    boost::asio::post(lane_->context, [this] { prepare_documents(); });
    schedule();
    lane_->thread = std::thread([lane = lane_.get()] { lane->context.run(); });
}

Watcher::~Watcher() { stop(); }

void Watcher::stop() {
    if (!lane_) return;
    lane_->context.stop();
    lane_->thread.join();
    timer_.reset();
    // What waits holds coroutines of the workers: it goes while they are there.
    lane_.reset();
}

Awaitable<bool> Watcher::refresh() {
    // Made in a statement of its own: the coroutine must not be part of the awaiting expression (style.md, section 6).
    auto job = look(applications_);
    co_return co_await boost::asio::co_spawn(lane_->context.get_executor(), std::move(job), boost::asio::use_awaitable_t<Executor>());
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
