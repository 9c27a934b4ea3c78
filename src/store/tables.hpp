/// @file Tables as an app wants them, and how a database gets there.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace koine::store {

enum class OnDelete : std::uint8_t { restrict, cascade, set_null };

struct WantedColumn {
    std::string name;
    model::Type type = model::Type::text;
    bool nullable = false;
    std::optional<std::string> default_text;  ///< a constant, as a text, number (by type) or "null"
    std::string target;                       ///< of a foreign key to that table's primary key; empty: none
    OnDelete on_delete = OnDelete::restrict;
    std::vector<std::string> former;  ///< earlier names: a column of one of them is renamed
};
struct WantedTable {
    std::string name;
    bool numbered = true;               ///< has `id`, INTEGER PRIMARY KEY AUTOINCREMENT, as its first column; else the columns are its key
    std::vector<WantedColumn> columns;  ///< without `id`
    std::vector<std::vector<std::string>> uniques;
    std::vector<std::vector<std::string>> indexes;
    std::vector<std::string> former;
};

/// One change, in words and as statements.
struct MigrationStep {
    std::string words;   ///< "add column peer.asn (integer)"
    bool loses = false;  ///< removes what is stored, or may fail on it
    std::vector<std::string> statements;
};
struct Migration {
    std::vector<MigrationStep> steps;
    bool empty() const { return steps.empty(); }
    bool loses() const;
};

/// What must be done to the file (made if absent) to have these tables. Tables that nobody wants, whose names begin otherwise than `koine_`, are to be
/// dropped (a loss). Columns change their type, nullability or key by building the table anew, all rows copied.
/// @return configuration: as open_sqlite; a column that is wanted not null, without a default, in a table with rows.
Result<Migration> plan_migration(std::string const& file, std::vector<WantedTable> const& wanted);
/// What a database of just these tables looks like. @return configuration: they cannot be made.
Result<model::Model> model_of(std::vector<WantedTable> const& wanted);
/// Does it in one transaction, foreign keys checked at its end. @return configuration: what failed; then nothing has changed.
Result<void> apply_migration(std::string const& file, Migration const& migration);

}  // namespace koine::store
