/// @file Pending: work of one session that is still under way on another thread, so that the session can wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace koine::store::sqlite {

/// Thread-safe. Shared by the session and by whoever does its work.
class Pending {
public:
    void add() {
        std::lock_guard lock(mutex_);
        ++count_;
    }
    void remove(std::size_t count = 1) {
        std::lock_guard lock(mutex_);
        count_ -= count;
        if (count_ == 0) none_.notify_all();
    }
    /// Asks reads to stop, and waits for all that was added. Writes are not stopped: they end as they were asked.
    void stop_and_wait() {
        stop_ = true;
        std::unique_lock lock(mutex_);
        none_.wait(lock, [this] { return count_ == 0; });
    }
    std::atomic<bool> const* stop() const { return &stop_; }

private:
    std::mutex mutex_;
    std::condition_variable none_;
    std::size_t count_ = 0;
    std::atomic<bool> stop_ = false;
};

}  // namespace koine::store::sqlite
