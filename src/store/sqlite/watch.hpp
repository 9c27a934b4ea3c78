/// @file Watch: how long a run may go on.
#pragma once

#include "base/cancellation.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace koine::store::sqlite {

/// Asked by the progress handler and by our longer functions. Belongs to one connection; set anew for each run.
struct Watch {
    enum class Verdict : std::uint8_t { going, expired, cancelled };

    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    /// How many looks must have been taken before the deadline counts: a thread that was merely not scheduled has done little work.
    std::uint32_t least_looks = 0;
    Cancellation const* cancellation = nullptr;
    std::atomic<bool> const* stop = nullptr;  ///< the session goes away; may be null
    Verdict verdict = Verdict::going;
    std::uint32_t looks = 0;

    /// True once the run must end; `verdict` says why. Reads the clock.
    bool is_over() {
        if (verdict != Verdict::going) return true;
        if ((cancellation && cancellation->cancelled()) || (stop && stop->load(std::memory_order_relaxed)))
            verdict = Verdict::cancelled;
        else if (++looks >= least_looks && std::chrono::steady_clock::now() >= deadline)
            verdict = Verdict::expired;
        return verdict != Verdict::going;
    }
};

/// Counts small pieces of work between looks at the watch.
class Pace {
public:
    explicit Pace(Watch* watch) : watch_(watch) {}
    /// True if the work must stop. `cost` is about the bytes looked at.
    bool step(std::size_t cost = 1) {
        done_ += cost;
        if (done_ < kBetweenLooks) return false;
        done_ = 0;
        return watch_ && watch_->is_over();
    }

private:
    static constexpr std::size_t kBetweenLooks = 32'768;

    Watch* watch_;
    std::size_t done_ = 0;
};

}  // namespace koine::store::sqlite
