/// @file Texts on a connection: compiled under a guard, so that they can but read tables; and run.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/connection.hpp"
#include "store/store.hpp"
#include "store/text.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// A text's statement on one connection. Keeps the text, by whose address it is found, alive.
struct CompiledText {
    std::shared_ptr<Text const> text;
    StatementHandle statement;

    std::size_t count() const { return 1; }
    void shrink() {}
};

/// While it compiles, nothing is allowed but reading the tables and views of the file, and functions that look at nothing else. Other statements of the
/// connection are compiled anew at their next run.
/// @return configuration, without a file: as TextCheck::check; as Connection::compile.
Result<StatementHandle> compile_text(Connection& connection, std::string_view text);

/// What compiled texts say of themselves.
std::vector<std::string> columns_of(sqlite3_stmt* statement);
std::vector<Text::Parameter> parameters_of(sqlite3_stmt* statement, std::string_view text);

/// Runs it in the connection's present transaction under its watch; resets it when it returns. @return as Session::run of texts.
Result<void> run_text(
    Connection& connection, sqlite3_stmt* statement, std::span<Named const> values, RunLimits const& limits, TextRows& rows
);

}  // namespace koine::store::sqlite
