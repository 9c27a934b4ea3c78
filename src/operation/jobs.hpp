/// @file Jobs: functions that run later, durably: rows of `koine_job`, and how an app shows them.
#pragma once

#include "operation/writes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace koine::operation {

inline constexpr std::string_view kJobTable = "koine_job";

/// A job to be started.
struct JobOrder {
    std::string name;
    std::string call;       ///< "file.function"
    std::string arguments;  ///< JSON
    std::int64_t due = 0;   ///< microseconds since 1970
    std::optional<std::pair<std::string, std::optional<std::int64_t>>>
        object;  ///< type word and key of what it is about; without a key: of the kind
};

/// A function that is to run again and again.
struct Repeat {
    std::string name;        ///< there is one schedule of each
    std::string call;        ///< "file.function"
    std::string arguments;   ///< JSON
    std::int64_t every = 0;  ///< microseconds; 0: not any more
};

/// What a job's function changes of how the job is shown.
struct JobChange {
    std::int64_t shown = 0;
    std::string json;
};

/// Adds the job, and the row that shows it. @return that row in stored form, or the one of `koine_job` if jobs are not shown; operation_failed: the
/// app has no jobs.
Result<std::unique_ptr<Written>> start_job(Book const& book, JobOrder const& order, Author const& author, store::Transaction& transaction);

/// Adds the schedule, changes it, or takes it away; one that runs goes when it is over. @return operation_failed: the app has no jobs, its YAML has that schedule, or there are too many.
Result<void> repeat(Book const& book, Repeat const& order, Author const& author, store::Transaction& transaction);

}  // namespace koine::operation
