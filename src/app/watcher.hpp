/// @file Watcher: notices a changed schema or a replaced file and has the next application made.
#pragma once

#include "app/application.hpp"
#include "app/log.hpp"
#include "auth/guard.hpp"
#include "base/awaitable.hpp"
#include "base/result.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
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
    /// Runs a function on a thread of its own and suspends the calling worker's coroutine until it is done: for what takes long.
    /// @return overloaded: too many wait.
    Awaitable<Result<void>> elsewhere(std::function<void()> work);
    /// Ends the threads and forgets what waits in them; no refresh may run or begin any more. To be called while the workers that wait still live.
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
        std::atomic<unsigned> waiting = 0;
    };
    std::unique_ptr<Lane> watching_ = std::make_unique<Lane>();
    std::unique_ptr<Lane> working_ = std::make_unique<Lane>();  ///< of `elsewhere`
    std::optional<boost::asio::steady_timer> timer_;            ///< of watching_
    std::string told_;
};

}  // namespace koine::app
