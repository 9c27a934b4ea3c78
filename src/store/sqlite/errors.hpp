/// @file Errors: what SQLite's codes mean to a caller.
#pragma once

#include "base/problem.hpp"

#include <string_view>

namespace koine::store::sqlite {

/// @param code an extended result code.
/// @param message SQLite's own text: kept as the cause, for the log only.
/// @return database_busy (BUSY, LOCKED), database_corrupt (CORRUPT, NOTADB), database_unavailable (CANTOPEN, IOERR, a journal that
///         cannot be replayed read-only), read_only (without its argument), database_full, statement_timeout (INTERRUPT),
///         integer_overflow, limit_exceeded (TOOBIG), schema_changed (SCHEMA, a file that was moved), else internal.
Problem problem_of(int code, std::string_view message);

}  // namespace koine::store::sqlite
