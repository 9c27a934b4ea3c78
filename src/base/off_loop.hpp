/// @file OffLoop: a thread beside the workers' loops, for functions that take long, such as hashing passwords.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace koine {

/// Runs functions one after another on its thread, which starts with the first of them. Thread-safe: one serves all workers, so that what it is
/// for is bounded in the whole process. Link koine::asio to use it.
///
/// Invariants
///  1. What waits or runs keeps its coroutine suspended; that goes on by its worker's loop only, or is undone there.
///  2. After `stop` it holds no coroutine and touches no loop.
class OffLoop {
public:
    /// @param most how many functions may wait or run.
    explicit OffLoop(std::size_t most = 16) : most_(most) {}
    /// Stops.
    ~OffLoop() { stop(); }
    OffLoop(OffLoop const&) = delete;
    OffLoop& operator=(OffLoop const&) = delete;

    /// Suspends the calling worker's coroutine until the thread has run the function; what that throws is thrown here.
    /// @return overloaded: too many wait, or it has stopped. The function is not run then.
    Awaitable<Result<void>> run(std::function<void()> function);
    /// Waits for the function that runs and forgets those that wait, and their coroutines. To be called while the loops of these are there,
    /// whether or not they run. May be called again.
    void stop();

private:
    /// A function on its way: both live in the coroutine that waits.
    struct Job {
        std::function<void()> const* function = nullptr;
        std::exception_ptr* failed = nullptr;
        std::move_only_function<void()> resume;
    };

    /// Takes the job unless too many wait: then it stays with the caller.
    /// @return true if taken.
    bool submit(Job& job);
    void work();

    std::size_t const most_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> waiting_;    // under mutex_
    std::size_t under_way_ = 0;  // under mutex_: those that wait, and the one that runs
    bool stopped_ = false;       // under mutex_
    std::thread thread_;         // under mutex_ until it is stopped
};

}  // namespace koine
