/// @file Runner: takes jobs that are due and runs their functions, on a thread of its own.
#pragma once

#include "operation/operation.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace koine::operation {

/// What jobs run on; kept alive by whoever uses it.
struct Ground {
    std::shared_ptr<store::Store> store;
    std::shared_ptr<Book const> book;
};

/// A job is run at least once: again if the process ended while it ran (also by kill -9: another process takes it as soon as this one is gone), and if it
/// failed by something that may pass (problem("unavailable"), a busy database), later and later, at most Jobs::attempts times. A function that
/// must not do its work twice tells it by `job.id`, which stays the same.
/// Thread-safe.
class Runner {
public:
    /// @param current what is served at the moment; without a book there are no jobs. Called on the runner's thread.
    /// @param log a line for people, of a job that failed by its own fault.
    /// @param over after each job: what it did may have to be told to others. Called on the runner's thread.
    static std::unique_ptr<Runner> start(
        std::function<Ground()> current, std::function<void(std::string_view)> log, std::function<void()> over = [] {}
    );
    virtual ~Runner() = default;
    /// A job may have been added.
    virtual void poke() = 0;
    /// Takes no more jobs, waits for those that run, and ends the thread. Idempotent.
    virtual void stop() = 0;
};

}  // namespace koine::operation
