/// @file Rows: what was read, as values of Lua.
#pragma once

#include "operation/book.hpp"
#include "query/rows.hpp"
#include "script/host.hpp"

#include <cstdint>
#include <string_view>

namespace koine::operation {

/// How absent values are told.
enum class Absent : std::uint8_t {
    left_out,  ///< a member without a value is nil: rows in stored form
    null       ///< it is `null`: documents, which are given on as they are
};

/// Writes one root row as a map. @param base_url before links.
void push_row(
    Planned const& planned, query::Rows const& rows, std::uint32_t row, Absent absent, std::string_view base_url, script::Pusher& out
);
/// All root rows as a list.
void push_rows(Planned const& planned, query::Rows const& rows, Absent absent, std::string_view base_url, script::Pusher& out);

}  // namespace koine::operation
