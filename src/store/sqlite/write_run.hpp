/// @file One write on the writer's connection: its statements, what is read back, and the conditions under which it counts.
#pragma once

#include "base/result.hpp"
#include "query/write_plan.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/store.hpp"

#include <memory>

namespace koine::store::sqlite {

/// Does everything that the request asks for in the connection's present savepoint, under its watch, and fills `written` (cleared first).
/// After a failure the caller goes back to the savepoint, if there still is a transaction. May be run again after that.
/// @return what Session::write says of one write.
Result<void> run_write(
    WriteConnection& connection,
    model::Model const& model,
    std::shared_ptr<RenderedWrite const> const& write,
    WriteRequest const& request,
    query::Written& written
);

}  // namespace koine::store::sqlite
