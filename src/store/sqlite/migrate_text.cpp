#include "store/sqlite/migrate_text.hpp"

#include "store/sqlite/ddl.hpp"
#include "store/sqlite/quoted_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

namespace koine::store::sqlite {
namespace {

Problem unfit(std::string_view sentence) { return configuration_problem({}, 0, 0, sentence); }

std::string joined(ColumnNames const& names, std::string_view between) {
    std::string text;
    for (auto const& name : names) text.append(text.empty() ? "" : between).append(name);
    return text;
}

std::string quoted_list(ColumnNames const& names) {
    std::string text;
    for (auto const& name : names) text.append(text.empty() ? "" : ", ").append(quoted_name(name));
    return text;
}

bool is_number_text(std::string_view text) {
    double number = 0;
    auto const* end = text.data() + text.size();
    auto [stop, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc() && stop == end && std::isfinite(number);
}

bool is_integer_text(std::string_view text) {
    std::int64_t number = 0;
    auto const* end = text.data() + text.size();
    auto [stop, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc() && stop == end;
}

std::string_view action_text(OnDelete action) {
    switch (action) {
        // At the statement's end, not row by row: so rows that refer to each other can go together.
        case OnDelete::restrict: return "";
        case OnDelete::cascade: return " ON DELETE CASCADE";
        case OnDelete::set_null: return " ON DELETE SET NULL";
    }
    return "";
}

}  // namespace

std::string_view declaration_of(model::Type type) {
    using model::Type;
    switch (type) {
        case Type::boolean: return "BOOLEAN";
        case Type::smallint: return "SMALLINT";
        case Type::integer: return "INTEGER";
        case Type::bigint: return "BIGINT";
        case Type::real: return "REAL";
        case Type::numeric: return "NUMERIC";
        case Type::text: return "TEXT";
        case Type::uuid: return "UUID TEXT";
        case Type::date: return "DATE";
        case Type::time: return "TIME";
        case Type::timestamp: return "TIMESTAMP T";
        case Type::json: return "JSON TEXT";
        case Type::blob: return "BLOB";
        case Type::dynamic: return "";
    }
    return "";
}

Result<std::optional<std::string>> default_of(WantedColumn const& column) {
    if (!column.default_text || *column.default_text == "null") return std::optional<std::string>();
    std::string const& text = *column.default_text;
    auto wrong = [&](std::string_view what) {
        return unfit(fmt::format("the default '{}' of column '{}' is not {}", text, column.name, what));
    };
    if (column.type == model::Type::boolean) {
        if (text == "true" || text == "1") return std::optional<std::string>("1");
        if (text == "false" || text == "0") return std::optional<std::string>("0");
        return wrong("true or false");
    }
    if (model::is_integer(column.type)) {
        if (!is_integer_text(text)) return wrong("an integer");
        return std::optional(text);
    }
    if (model::is_number(column.type)) {
        if (!is_number_text(text)) return wrong("a number");
        return std::optional(text);
    }
    if (text.contains('\0')) return wrong("a text without NUL");
    return std::optional(string_literal(text));
}

std::string string_literal(std::string_view text) {
    std::string made = "'";
    for (char c : text) made.append(c == '\'' ? 2 : 1, c);
    return made += "'";
}

std::string foreign_key_name(std::string_view table, std::string_view column) { return fmt::format("{}_{}_fkey", table, column); }
std::string unique_name(std::string_view table, ColumnNames const& columns) {
    return fmt::format("{}_{}_key", table, joined(columns, "_"));
}
std::string index_name(std::string_view table, ColumnNames const& columns) { return fmt::format("{}_{}_idx", table, joined(columns, "_")); }

WantedTable const* TableTexts::named(std::string_view name) const {
    auto found = std::ranges::find(wanted_, name, &WantedTable::name);
    return found == wanted_.end() ? nullptr : &*found;
}

Result<void> TableTexts::check() const {
    std::set<std::string> names;
    for (auto const& table : wanted_) {
        if (!names.insert(folded_name(table.name)).second) return unfit(fmt::format("table '{}' is wanted twice", table.name));
        if (table.name.empty() || folded_name(table.name).starts_with("sqlite_"))
            return unfit(fmt::format("a table cannot be named '{}'", table.name));
        KOINE_TRY(check(table));
    }
    return outcome::success();
}

Result<void> TableTexts::check(WantedTable const& table) const {
    std::set<std::string> names;
    if (table.numbered) names.insert("id");
    if (!table.numbered && table.columns.empty()) return unfit(fmt::format("table '{}' has no column", table.name));
    for (auto const& column : table.columns) {
        if (column.name.empty() || !names.insert(folded_name(column.name)).second)
            return unfit(fmt::format("column '{}' of table '{}' is there twice", column.name, table.name));
        KOINE_TRY(default_of(column));
        if (column.target.empty()) continue;
        auto const* target = named(column.target);
        if (!target)
            return unfit(fmt::format("column '{}.{}' refers to table '{}', which nobody wants", table.name, column.name, column.target));
        if (!target->numbered && target->columns.size() != 1)
            return unfit(
                fmt::format("column '{}.{}' refers to table '{}', whose key has several columns", table.name, column.name, column.target)
            );
    }
    auto known = [&](std::vector<ColumnNames> const& lists) -> Result<void> {
        for (auto const& list : lists)
            for (auto const& name : list)
                if (!names.contains(folded_name(name))) return unfit(fmt::format("table '{}' has no column '{}'", table.name, name));
        return outcome::success();
    };
    KOINE_TRY(known(table.uniques));
    return known(table.indexes);
}

std::string TableTexts::column_text(WantedTable const& table, WantedColumn const& column) const {
    std::string text = quoted_name(column.name);
    if (auto declared = declaration_of(column.type); !declared.empty()) text.append(" ").append(declared);
    if (!column.nullable || !table.numbered) text += " NOT NULL";
    if (auto value = default_of(column); value && value.value()) text.append(" DEFAULT ").append(*value.value());
    if (column.target.empty()) return text;
    auto const& target = *named(column.target);
    return text + fmt::format(
                      " CONSTRAINT {} REFERENCES {}({}){}",
                      quoted_name(foreign_key_name(table.name, column.name)),
                      quoted_name(column.target),
                      quoted_name(target.numbered ? "id" : target.columns.front().name),
                      action_text(column.on_delete)
                  );
}

std::string TableTexts::create_table(WantedTable const& table, std::string_view as) const {
    std::string text = "CREATE TABLE " + quoted_name(as) + " (";
    if (table.numbered) text += "`id` INTEGER PRIMARY KEY AUTOINCREMENT";
    ColumnNames key;
    for (auto const& column : table.columns) {
        text.append(text.ends_with('(') ? "" : ", ").append(column_text(table, column));
        key.push_back(column.name);
    }
    for (auto const& unique : table.uniques)
        text += fmt::format(", CONSTRAINT {} UNIQUE ({})", quoted_name(unique_name(table.name, unique)), quoted_list(unique));
    if (table.numbered) return text + ")";
    return text + ", PRIMARY KEY (" + quoted_list(key) + ")) WITHOUT ROWID";
}

std::string TableTexts::create_index(WantedTable const& table, ColumnNames const& columns) const {
    return fmt::format(
        "CREATE INDEX {} ON {} ({})", quoted_name(index_name(table.name, columns)), quoted_name(table.name), quoted_list(columns)
    );
}

std::string TableTexts::add_column(WantedTable const& table, WantedColumn const& column) const {
    return "ALTER TABLE " + quoted_name(table.name) + " ADD COLUMN " + column_text(table, column);
}

}  // namespace koine::store::sqlite
