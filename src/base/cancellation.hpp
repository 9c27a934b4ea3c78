/// @file Cancellation: the flag that says "nobody waits for this any more".
#pragma once

#include <atomic>

namespace koine {

/// Set by the owner of a piece of work (http, when the client went away), read by whoever does it (the store, while a statement runs).
/// Any thread may do either. It lives as long as the work that was given a pointer to it.
class Cancellation {
public:
    Cancellation() = default;
    Cancellation(Cancellation const&) = delete;
    Cancellation& operator=(Cancellation const&) = delete;

    /// Asks the work to stop. It ends with Reason::cancelled, or with its answer if that came first.
    void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
    bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
    /// Ready for the next piece of work; only while no one works under it.
    void reset() noexcept { cancelled_.store(false, std::memory_order_relaxed); }

private:
    std::atomic<bool> cancelled_ = false;
};

}  // namespace koine
