/// @file A work on the writer's connection: its reads and writes, under one deadline.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/transaction.hpp"

namespace koine::store::sqlite {

/// Runs the work in the connection's present savepoint, under its watch. Each of its writes stands in a savepoint of its own, so that what
/// explains a failure sees the rows that the work had written before. After a failing write nothing further is done, and the work fails.
/// After a failure the caller goes back to its savepoint, if there still is a transaction. May be run again after that.
/// @return what the work returns; of a work that goes on after a failure, that failure; statement_timeout; internal if the work throws.
Result<void> run_work(WriteConnection& connection, model::Model const& model, Work const& work);

}  // namespace koine::store::sqlite
