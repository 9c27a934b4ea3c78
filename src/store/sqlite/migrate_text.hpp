/// @file The statements that make tables as an app wants them, and the names that their constraints and indexes get.
#pragma once

#include "base/result.hpp"
#include "store/tables.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

using ColumnNames = std::vector<std::string>;

/// The declaration by which introspection knows the type again, and whose affinity leaves its values as they are written.
std::string_view declaration_of(model::Type type);

/// The default as SQL text, as the catalogue tells it again; nothing if it has none or is null.
/// @return configuration, without a place: it is no constant of the type.
Result<std::optional<std::string>> default_of(WantedColumn const& column);

/// A text in single quotes.
std::string string_literal(std::string_view text);

std::string foreign_key_name(std::string_view table, std::string_view column);
std::string unique_name(std::string_view table, ColumnNames const& columns);
std::string index_name(std::string_view table, ColumnNames const& columns);

/// All wanted tables, as one refers to another.
class TableTexts {
public:
    explicit TableTexts(std::vector<WantedTable> const& wanted) : wanted_(wanted) {}

    /// Whether all of it can be written: names are known and not given twice, keys have one column, defaults are constants.
    /// @return configuration, without a place.
    Result<void> check() const;

    /// After `check`. Under another name than its own when it is built anew.
    std::string create_table(WantedTable const& table, std::string_view as) const;
    std::string create_index(WantedTable const& table, ColumnNames const& columns) const;
    std::string add_column(WantedTable const& table, WantedColumn const& column) const;

private:
    Result<void> check(WantedTable const& table) const;
    WantedTable const* named(std::string_view name) const;
    std::string column_text(WantedTable const& table, WantedColumn const& column) const;

    std::vector<WantedTable> const& wanted_;
};

}  // namespace koine::store::sqlite
