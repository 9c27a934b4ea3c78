/// @file The rows of SQLite's catalogue, read set-wise: what introspection makes a model of.
#pragma once

#include "base/result.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// What SQLite's error code means for a request, or for the start. The message is the cause: for the log only.
Problem catalogue_problem(sqlite3* connection, int code);

/// A statement of the catalogue's own, stepped row by row. For loading only: not cached, one thread.
class CatalogueQuery {
public:
    /// Compiles the text; `failed` tells whether it could be.
    CatalogueQuery(sqlite3* connection, std::string_view sql);

    bool failed() const { return code_ != SQLITE_OK && code_ != SQLITE_ROW && code_ != SQLITE_DONE; }
    /// Steps; false at the end and on failure.
    bool next();
    /// Begins anew with this text in the first parameter; forgets a failure of the last run.
    void restart(std::string_view argument);
    Problem problem() const { return catalogue_problem(connection_, code_); }
    std::string message() const { return sqlite3_errmsg(connection_); }

    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    int integer(int column) const { return sqlite3_column_int(statement_.get(), column); }
    bool is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
    sqlite3_stmt* handle() const { return statement_.get(); }

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int code_ = SQLITE_OK;
};

struct ColumnRow {
    std::string name;
    std::string type;
    bool not_null = false;
    std::optional<std::string> default_value;
    int key_position = 0;  ///< from 1 in the primary key; 0 = not in it
    int hidden = 0;        ///< 1 hidden (virtual tables), 2 virtual generated, 3 stored generated
};

struct ForeignKeyRow {
    std::string parent;
    std::vector<std::string> from;
    std::vector<std::optional<std::string>> to;  ///< nothing: the parent's primary key
    std::string on_delete;                       ///< "NO ACTION", "RESTRICT", "CASCADE" …
};

struct IndexRow {
    struct Part {
        int column = 0;  ///< as in the table's columns with the hidden ones; below 0: an expression (-2) or the rowid (-1)
        std::string collation;
    };
    std::string name;
    bool unique = false;
    bool partial = false;
    char origin = 'c';  ///< 'c' CREATE INDEX, 'u' UNIQUE, 'p' PRIMARY KEY
    std::vector<Part> parts;
};

/// One relation as the catalogue tells it.
struct RelationRow {
    enum class Kind : std::uint8_t { table, view, virtual_table };
    std::string name;
    Kind kind = Kind::table;
    bool without_rowid = false;
    bool strict = false;
    std::string sql;
    std::vector<ColumnRow> columns;           ///< of a view: none
    std::vector<ForeignKeyRow> foreign_keys;  ///< in the order of the text
    std::vector<IndexRow> indexes;            ///< in the order of their making
    std::vector<std::string> triggers;        ///< of a view: the texts of its triggers
};

struct Catalogue {
    std::uint64_t schema_version = 0;
    std::map<std::string, RelationRow, std::less<>> relations;  ///< without shadow tables and SQLite's own
    std::vector<std::string> notes;                             ///< what could not be read
};

/// Reads schema `main` by a handful of statements, whatever the number of tables.
/// @return database_busy, database_corrupt, database_unavailable, internal.
Result<Catalogue> read_catalogue(sqlite3* connection);

}  // namespace koine::store::sqlite
