/// @file What one table that is there lacks to be as it is wanted: in place where that can be, else by building it anew.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/catalogue.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate_text.hpp"
#include "store/tables.hpp"

#include <functional>
#include <string>
#include <vector>

namespace koine::store::sqlite {

/// A wanted table and the one it is to come from.
struct TableMatch {
    WantedTable const& wanted;
    RelationRow const& present;
    bool renamed = false;  ///< by a step before: from then on it has the wanted name
};

/// The steps of one table, none if it is as wanted. @param now_named the name that a table has by then.
/// @return configuration, without a place: what cannot be done with the rows that are there.
Result<std::vector<MigrationStep>> plan_table(
    Connection& connection,
    TableTexts const& texts,
    TableMatch const& match,
    std::function<std::string(std::string const&)> const& now_named
);

/// "peer(asn, name)".
std::string shown_columns(std::string_view table, ColumnNames const& columns);

}  // namespace koine::store::sqlite
