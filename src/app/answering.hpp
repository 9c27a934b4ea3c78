/// @file Answering: from what was found to the bytes of an answer, in the dialect's form.
#pragma once

#include "app/turn.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace koine::app {

/// Rows to be told, and in which form.
struct Told {
    dialect::Format const& format;
    represent::Program const& program;
    query::Rows const& rows;
    bool written = false;                       ///< they are told because they were written
    unsigned indent = 0;                        ///< blanks for each level of JSON; 0: compact
    std::span<std::uint32_t const> order = {};  ///< which root rows, in this order; empty: all as they came
};

/// Where the paths of a dialect begin, as this request reaches it. @param prefix one of the dialect's own.
std::string base_url(http::Request const& request, MountedDialect const& mount, std::string_view prefix);
/// Writes the rows as the list or item that was asked. @return offset_beyond_total, not_singular, not_found.
Result<void> write_read(Turn const& turn, Told const& told);
/// Writes what came of a write, with the rows if they were asked for.
Result<void> write_written(Turn const& turn, Told const& told, dialect::WriteAnswer const& answer);
/// The head of an answer that is neither rows nor a problem, with the headers that the dialect gives to items.
void start_document(Turn const& turn, int status, std::string_view content_type);
struct TextOptions {
    int status = 200;
    bool secret = false;  ///< nobody on the way may keep it
    std::span<std::pair<std::string, std::string> const> headers = {};
};
/// A document of JSON that is no row, in the form that was agreed on.
void write_text(Turn const& turn, dialect::Negotiated const& form, std::string_view json, TextOptions const& options = {});
/// What the head of a request says of itself.
dialect::Exchange exchange_of(http::Request const& request);
/// What methods the endpoint takes. `entity` is null at the root.
Result<void> write_options(Turn const& turn, model::Entity const* entity);
/// Answers a CORS preflight. @return false if the request is none.
bool write_preflight(dialect::Dialect const& dialect, dialect::Exchange const& exchange, http::Answer& answer);
/// Words a problem; throws away what was begun. `exchange` may be null.
void write_problem(
    Application const& application,
    dialect::Dialect const& dialect,
    Problem const& problem,
    dialect::Exchange const* exchange,
    http::Request const& request,
    http::Answer& answer
);
/// No functions are served: the problem that names the one asked for and its parameters (of the query, or members of a JSON body).
Problem unknown_function(dialect::Exchange const& exchange, std::string_view schema, std::string_view body);

}  // namespace koine::app
