/// @file Turn: what the stages of one request share.
#pragma once

#include "app/shared.hpp"
#include "app/work.hpp"
#include "dialect/dialect.hpp"
#include "http/answer.hpp"
#include "http/request.hpp"
#include "query/principal.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::app {

/// Lives in the handler's coroutine, which awaits the stages.
struct Turn {
    Shared const& shared;
    WorkerState& state;
    MountedDialect const& mount;
    dialect::Exchange const& exchange;
    http::Request const& request;
    query::Principal const& principal;
    Work& work;
    http::Answer& answer;

    Options const& options() const { return shared.options; }
    dialect::Dialect const& dialect() const { return *mount.dialect; }
    model::Model const& model() const { return state.application->store->model(); }
    /// Whether anyone may write.
    bool writable() const { return state.application->store->writable(); }
    /// The schema by which messages call what is served.
    std::string_view schema() const {
        return exchange.schema.empty() ? dialect().context.default_schema() : std::string_view(exchange.schema);
    }
};

/// A read, from the query to the answer.
Awaitable<Result<void>> read(Turn& turn);
/// Reads these fields of the endpoint's row. @return the read, whose plan has them in this order; item_not_found.
Awaitable<Result<std::shared_ptr<CompiledRead const>>> read_named(Turn& turn, std::vector<std::string> const& fields, query::Rows& rows);
/// Asks an app's functions for the members that they give, where the program has such.
Awaitable<Result<void>> fill(Turn& turn, represent::Program const& program, query::Rows& rows);
/// A write of documents of an app's resource, from the body to the answer.
Awaitable<Result<void>> edit(Turn& turn);
/// A write, from the body to the answer. Whoever calls has asked whether the principal may.
Awaitable<Result<void>> write(Turn& turn, model::Entity const& entity);

}  // namespace koine::app
