/// @file Sweeper: removes files of an app that no row names any more.
#pragma once

#include "app/application.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace koine::app {

/// Looks at all files at the start and every hour, on a thread of its own. One that was put or kept within a day stays, whatever names it; of the others a few
/// at a time are asked for in a transaction, and those that no row names are removed once that is durable: whoever named one meanwhile has touched it, so it stays.
class Sweeper {
public:
    /// @param log a line for people, of a sweep that could not be done.
    Sweeper(std::shared_ptr<Applications> applications, std::function<void(std::string_view)> log);
    ~Sweeper() { stop(); }
    Sweeper(Sweeper const&) = delete;
    Sweeper& operator=(Sweeper const&) = delete;
    /// Ends what it does after the few at hand, and the thread. May be called again.
    void stop();

private:
    void work();

    std::shared_ptr<Applications> applications_;
    std::function<void(std::string_view)> log_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// One whole sweep. Blocks. @param before files that were touched since stay. @return how many it removed; what the store says.
Result<std::size_t> sweep_files(Application const& application, blob::Blobs::Time before, std::atomic<bool> const& stopping);

}  // namespace koine::app
