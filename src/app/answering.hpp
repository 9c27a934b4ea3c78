/// @file Answering: from what was found to the bytes of an answer, in the dialect's form.
#pragma once

#include "app/application.hpp"
#include "app/work.hpp"
#include "dialect/dialect.hpp"
#include "http/answer.hpp"
#include "http/request.hpp"

namespace koine::app {

/// A read that has run.
struct Read {
    dialect::Dialect const& dialect;
    dialect::Exchange const& exchange;
    dialect::Format const& format;
    CompiledRead const& compiled;
    Work const& work;
};

/// Where the paths of a dialect begin, as this request reaches it. @param prefix one of the dialect's own.
std::string base_url(http::Request const& request, MountedDialect const& mount, std::string_view prefix);
/// Writes the rows as the list or item that was asked. @return offset_beyond_total, not_singular, not_found.
Result<void> write_read(Read const& read, http::Answer& answer);
/// What methods the endpoint takes. `entity` is null at the root.
Result<void> write_options(
    dialect::Dialect const& dialect, dialect::Exchange const& exchange, model::Entity const* entity, http::Answer& answer
);
/// The root: the document of what is served here. @return not_acceptable.
Result<void> write_index(
    Application const& application, MountedDialect const& mount, dialect::Exchange const& exchange, http::Answer& answer
);
/// Answers a CORS preflight. @return false if the request is none.
bool write_preflight(dialect::Dialect const& dialect, dialect::Exchange const& exchange, http::Answer& answer);
/// Words a problem; throws away what was begun. `exchange` may be null.
void write_problem(
    dialect::Dialect const& dialect,
    Problem const& problem,
    dialect::Exchange const* exchange,
    http::Request const& request,
    http::Answer& answer
);
/// The engine's own paths, the same in every dialect: /-/health, /-/ready, /-/openapi.json (of the dialect at the shortest place).
void write_reserved(http::Request const& request, Applications const& applications, http::Answer& answer);
/// No functions are served: the problem that names the one asked for and its parameters (of the query, or members of a JSON body).
Problem unknown_function(dialect::Exchange const& exchange, std::string_view schema, std::string_view body);

}  // namespace koine::app
