/// @file Transaction: several reads and writes that happen together or not at all, on the store's one writer.
#pragma once

#include "base/result.hpp"
#include "query/plan.hpp"
#include "query/rows.hpp"
#include "query/write_plan.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>
#include <span>

namespace koine::store {

/// What a work sees. It reads what it has written. Lives on the writer's thread, as long as the work.
class Transaction {
public:
    virtual ~Transaction() = default;
    /// Runs a read; statements are kept by the plan's address, so that plans made once are compiled once. @return as Session::run.
    virtual Result<void> read(
        std::shared_ptr<query::Plan const> const& plan, std::span<query::Argument const> arguments, RunLimits limits, query::Rows& rows
    ) = 0;
    /// Runs a text, kept by its address likewise. @return as Session::prepare and Session::run of texts.
    virtual Result<void> read(std::shared_ptr<Text const> const& text, std::span<Named const> values, RunLimits limits, TextRows& rows) = 0;
    /// Writes all rows of it or fails: then the work must end with that failure. @return as Session::write.
    virtual Result<void> write(
        std::shared_ptr<query::WritePlan const> const& plan, WriteRequest const& request, query::Written& written
    ) = 0;
    /// Does a part of the work: if it fails, what it wrote is undone, and only that; the work may go on without it. Parts may hold parts.
    /// @return what the part returns; a failure that took the whole transaction along, or its time, is the work's.
    virtual Result<void> attempt(std::function<Result<void>()> const& part) = 0;
};

/// What is done in a transaction. Runs on the writer's thread, at most some milliseconds; a failure undoes all of it. It may be run again from
/// its beginning (when another request's failure has undone the group), so it begins by clearing what it fills.
using Work = std::function<Result<void>(Transaction&)>;

}  // namespace koine::store
