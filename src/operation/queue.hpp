/// @file Queue: the rows of `koine_job`, as whoever runs them takes and finishes them.
#pragma once

#include "operation/jobs.hpp"
#include "operation/operation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace koine::operation {

/// A job that was taken. Times in microseconds since 1970.
struct Taken {
    std::int64_t id = 0;
    std::string name, call, arguments, user_name, request, schedule;
    std::optional<std::int64_t> user, shown;
    std::int64_t attempts = 0;  ///< this one counted
    std::int64_t due = 0;
    std::int64_t every = 0;  ///< 0: not again
};

/// How a run ended.
struct Ended {
    enum class How : std::uint8_t {
        done,
        again,   ///< by something that may pass
        failed,  ///< the function raised a problem
        errored  ///< by a fault of the function
    };
    How how = How::done;
    std::string error;  ///< for people who look at the job
};

/// Whether a run that failed so may do better later.
Ended ended_by(Problem const& problem, Taken const& job, int most_attempts);

/// Adds rows of the app's schedules that are not there yet, and takes away those that it no longer has; of those that functions made only such whose
/// function is gone.
Result<void> keep_schedules(Book const& book, store::Transaction& transaction);
/// A read that brings a row if `take` may find something: it spares the writer.
query::Query anything_due(Book const& book, std::string const& runner);
/// Takes the job that is due for longest and free: one that waits, or one whose process is gone or has let its lease pass. Shows it as running.
/// @param runner see operation/process.hpp. @return nothing if there is none.
Result<std::optional<Taken>> take(Book const& book, std::string const& runner, store::Transaction& transaction);
/// Keeps it from others for some time more.
Result<void> renew(Book const& book, std::int64_t id, store::Transaction& transaction);
Result<void> finish(Book const& book, Taken const& job, Ended const& ended, store::Transaction& transaction);
/// Removes some of the jobs that were over a week ago.
Result<void> sweep(Book const& book, store::Transaction& transaction);

/// The microseconds that a job is another's while nothing is heard.
inline constexpr std::int64_t kLease = 30'000'000;

}  // namespace koine::operation
