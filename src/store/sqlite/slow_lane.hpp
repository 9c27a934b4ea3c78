/// @file SlowLane: a few threads with connections of their own, for reads that would hold a worker up.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace koine::store::sqlite {

struct SlowLaneOptions {
    std::string file;
    bool memory_map = false;
    unsigned threads = 2;
    std::size_t queue = 256;               ///< jobs that may wait
    std::chrono::milliseconds busy{1000};  ///< how long a statement waits for a foreign writer
};

/// Thread-safe. Threads start with the first job; each opens its connection when it needs one.
class SlowLane {
public:
    /// Called once on a thread of the lane, with its connection or with why there is none. Must not throw.
    using Job = std::move_only_function<void(Result<Connection*>)>;

    explicit SlowLane(SlowLaneOptions options) : options_(std::move(options)) {}
    /// Runs what waits, then joins. Not from a job.
    ~SlowLane();

    /// Takes the job unless the queue is full: then it stays with the caller.
    /// @return true if taken.
    bool submit(Job& job);

private:
    void work();
    Result<Connection*> connection(std::unique_ptr<Connection>& own);

    SlowLaneOptions options_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;               // under mutex_
    unsigned idle_ = 0;                  // under mutex_
    bool stopping_ = false;              // under mutex_
    std::vector<std::jthread> threads_;  // under mutex_ until the destructor
};

}  // namespace koine::store::sqlite
