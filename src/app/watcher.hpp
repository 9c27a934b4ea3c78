/// @file Watcher: notices a changed schema or a replaced file and has the next application made.
#pragma once

#include "app/application.hpp"
#include "app/log.hpp"
#include "auth/guard.hpp"
#include "base/awaitable.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

namespace koine::app {

/// A thread of its own that looks once an interval, and at once when a request stumbled over a change.
class Watcher {
public:
    /// @param guard outlives it: which documents there will be asked for.
    Watcher(std::shared_ptr<Applications> applications, auth::Guard const& guard, std::chrono::milliseconds interval, LogFormat log_format);
    ~Watcher();
    Watcher(Watcher const&) = delete;
    Watcher& operator=(Watcher const&) = delete;

    /// Looks now; suspends the calling worker's coroutine until it is done. @return true if the current application is up to date.
    Awaitable<bool> refresh();
    /// Ends the thread and forgets what waits for it; no refresh may run or begin any more. To be called while the workers that wait still live.
    void stop();

private:
    void schedule();
    /// Makes the documents of the current application before anyone asks for them on a worker.
    void prepare_documents();

    std::shared_ptr<Applications> applications_;
    std::chrono::milliseconds interval_;
    auth::Guard const& guard_;
    LogFormat log_format_;
    /// A loop and the thread that runs it.
    struct Lane {
        boost::asio::io_context context;
        boost::asio::executor_work_guard<Executor> work{context.get_executor()};
        std::thread thread;
    };
    std::unique_ptr<Lane> lane_ = std::make_unique<Lane>();
    std::optional<boost::asio::steady_timer> timer_;  ///< of lane_
    std::string told_;
};

}  // namespace koine::app
