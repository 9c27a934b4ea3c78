#include "store/sqlite/migrate_table.hpp"

#include "store/sqlite/ddl.hpp"
#include "store/sqlite/declared_type.hpp"
#include "store/sqlite/quoted_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace koine::store::sqlite {
namespace {

using model::Type;

Problem impossible(std::string_view sentence) { return configuration_problem({}, 0, 0, sentence); }

/// Values of the one read as the other as they stand.
bool keeps_values(Type from, Type to) {
    if (to == Type::text || to == Type::dynamic || from == to) return true;
    return model::is_integer(from) && (to == Type::bigint || (to == Type::integer && from == Type::smallint) || to == Type::numeric);
}

bool same_action(std::string_view stored, OnDelete wanted) {
    switch (wanted) {
        case OnDelete::restrict: return stored == "NO ACTION" || stored == "RESTRICT";
        case OnDelete::cascade: return stored == "CASCADE";
        case OnDelete::set_null: return stored == "SET NULL";
    }
    return false;
}

class TablePlan {
public:
    TablePlan(
        Connection& connection,
        TableTexts const& texts,
        TableMatch const& match,
        std::function<std::string(std::string const&)> const& now_named
    )
        : connection_(connection),
          texts_(texts),
          wanted_(match.wanted),
          present_(match.present),
          renamed_(match.renamed),
          now_named_(now_named),
          ddl_(parse_create_table(match.present.sql)) {}

    Result<std::vector<MigrationStep>> steps();

private:
    Result<bool> has_rows(std::string_view where = {});
    ColumnRow const* present_column(std::string_view name) const;
    std::string where(std::string_view column) const { return wanted_.name + "." + std::string(column); }
    void step(std::string words, bool loses = false, std::vector<std::string> statements = {}) {
        steps_.push_back({std::move(words), loses, std::move(statements)});
    }
    void anew(std::string words, bool loses = false) {
        step(std::move(words), loses);
        rebuilt_ = true;
    }

    Result<void> match_columns();
    Result<void> add_column(WantedColumn const& column);
    Result<void> change_column(WantedColumn const& column, ColumnRow const& from);
    Result<void> change_null(WantedColumn const& column, ColumnRow const& from);
    Result<void> change_key();
    void change_reference(WantedColumn const& column, ColumnRow const& from);
    Result<void> change_uniques();
    void change_indexes();
    void check_names();
    Result<std::vector<std::string>> rebuild();
    Result<std::vector<std::string>> kept_texts();

    bool is_numbered() const;
    ColumnNames part_names(IndexRow const& index) const;
    ColumnNames by_new_names(ColumnNames names) const;
    std::string const& named_now() const { return renamed_ ? wanted_.name : present_.name; }

    Connection& connection_;
    TableTexts const& texts_;
    WantedTable const& wanted_;
    RelationRow const& present_;
    bool renamed_;
    std::function<std::string(std::string const&)> const& now_named_;
    TableDdl ddl_;
    std::optional<bool> has_rows_;
    std::vector<MigrationStep> steps_;
    bool rebuilt_ = false;
    std::map<std::string, std::string> new_names_;             ///< of present columns
    std::vector<std::pair<std::string, std::string>> copied_;  ///< new column, and what it takes of an old row
    std::set<std::string> own_indexes_;                        ///< made by us: not kept as they are
};

Result<bool> TablePlan::has_rows(std::string_view where) {
    if (where.empty() && has_rows_) return *has_rows_;
    KOINE_TRY(auto found, connection_.number(fmt::format("SELECT EXISTS (SELECT 1 FROM main.{}{})", quoted_name(present_.name), where)));
    if (where.empty()) has_rows_ = found != 0;
    return found != 0;
}

ColumnRow const* TablePlan::present_column(std::string_view name) const {
    auto found =
        std::ranges::find_if(present_.columns, [&](auto const& column) { return column.hidden == 0 && same_name(column.name, name); });
    return found == present_.columns.end() ? nullptr : &*found;
}

bool TablePlan::is_numbered() const {
    auto const* id = present_column("id");
    auto keys = std::ranges::count_if(present_.columns, [](auto const& column) { return column.key_position > 0; });
    return id && id->key_position == 1 && keys == 1 && !present_.without_rowid && same_name(id->type, "INTEGER") && !present_.strict &&
           std::ranges::any_of(tokenize_ddl(present_.sql), [](auto const& token) { return token.is("AUTOINCREMENT"); });
}

ColumnNames TablePlan::part_names(IndexRow const& index) const {
    ColumnNames names;
    for (auto const& part : index.parts) {
        if (part.column < 0 || static_cast<std::size_t>(part.column) >= present_.columns.size()) return {};
        names.push_back(present_.columns[static_cast<std::size_t>(part.column)].name);
    }
    return names;
}

ColumnNames TablePlan::by_new_names(ColumnNames names) const {
    for (auto& name : names)
        if (auto found = new_names_.find(name); found != new_names_.end()) name = found->second;
    return names;
}

Result<void> TablePlan::change_key() {
    if (wanted_.numbered) {
        if (present_column("id")) copied_.emplace_back("id", quoted_name(present_column("id")->name));
        if (is_numbered()) return outcome::success();
        KOINE_TRY(auto rows, has_rows());
        anew("number the rows of table " + wanted_.name + " by id", rows);
        return outcome::success();
    }
    std::vector<std::pair<int, std::string>> key;
    for (auto const& column : present_.columns)
        if (column.key_position > 0) key.emplace_back(column.key_position, column.name);
    std::ranges::sort(key);
    ColumnNames present;
    for (auto const& [position, name] : key) present.push_back(name);
    ColumnNames wanted;
    for (auto const& column : wanted_.columns) wanted.push_back(column.name);
    if (by_new_names(present) == wanted && present_.without_rowid) return outcome::success();
    KOINE_TRY(auto rows, has_rows());
    anew("make " + shown_columns(wanted_.name, wanted) + " the key", rows);
    return outcome::success();
}

Result<void> TablePlan::match_columns() {
    std::vector<std::pair<WantedColumn const*, ColumnRow const*>> matches;
    std::set<std::string> used;
    if (wanted_.numbered) used.insert("id");
    for (auto const& column : wanted_.columns) {
        auto const* from = present_column(column.name);
        for (auto const& former : column.former) {
            if (from) break;
            bool taken = std::ranges::any_of(wanted_.columns, [&](auto const& other) { return same_name(other.name, former); });
            if (!taken) from = present_column(former);
            if (from && used.contains(folded_name(from->name))) from = nullptr;
        }
        if (from) used.insert(folded_name(from->name));
        matches.emplace_back(&column, from);
    }
    for (auto const& [column, from] : matches) {
        if (!from || from->name == column->name) continue;
        new_names_.emplace(from->name, column->name);
        anew("rename column " + where(from->name) + " to " + column->name);
    }
    for (auto const& [column, from] : matches) {
        KOINE_TRY(from ? change_column(*column, *from) : add_column(*column));
    }
    for (auto const& column : present_.columns)
        if (!used.contains(folded_name(column.name)) && column.hidden == 0) anew("drop column " + where(column.name), true);
    return outcome::success();
}

Result<void> TablePlan::add_column(WantedColumn const& column) {
    KOINE_TRY(auto value, default_of(column));
    KOINE_TRY(auto rows, has_rows());
    if (!column.nullable && !value && rows)
        return impossible(fmt::format(
            "column '{}' cannot be added: it is not nullable and has no default, and there are rows; give it a default", where(column.name)
        ));
    auto words = fmt::format("add column {} ({})", where(column.name), model::sql_name(column.type));
    if (wanted_.numbered)
        step(std::move(words), false, {texts_.add_column(wanted_, column)});
    else
        anew(std::move(words), rows);
    return outcome::success();
}

Result<void> TablePlan::change_column(WantedColumn const& column, ColumnRow const& from) {
    auto type = declared_type(from.type);
    if (type != column.type) {
        KOINE_TRY(auto rows, has_rows());
        auto words = fmt::format("change column {} from {} to {}", where(column.name), model::sql_name(type), model::sql_name(column.type));
        anew(std::move(words), rows && !keeps_values(type, column.type));
    }
    KOINE_TRY(change_null(column, from));
    KOINE_TRY(auto value, default_of(column));
    auto before = from.default_value;
    if (before && same_name(*before, "null")) before.reset();
    if (value != before)
        anew(
            value ? fmt::format("make {} the default of column {}", *value, where(column.name))
                  : "drop the default of column " + where(column.name)
        );
    change_reference(column, from);
    return outcome::success();
}

Result<void> TablePlan::change_null(WantedColumn const& column, ColumnRow const& from) {
    bool nullable = column.nullable && wanted_.numbered;
    bool was_nullable = !from.not_null && !(present_.without_rowid && from.key_position > 0);
    std::string taken = quoted_name(from.name);
    if (nullable && !was_nullable) anew("let column " + where(column.name) + " be null");
    if (!nullable && was_nullable) {
        KOINE_TRY(auto value, default_of(column));
        KOINE_TRY(auto nulls, has_rows(" WHERE " + quoted_name(from.name) + " IS NULL"));
        if (nulls && !value)
            return impossible(fmt::format(
                "column '{}' cannot be made not nullable: there are rows that have null there, and it has no default; give it one",
                where(column.name)
            ));
        if (value) taken = fmt::format("coalesce({}, {})", taken, *value);
        anew("let column " + where(column.name) + " no longer be null");
    }
    copied_.emplace_back(column.name, std::move(taken));
    return outcome::success();
}

void TablePlan::change_reference(WantedColumn const& column, ColumnRow const& from) {
    auto is_of = [&](ForeignKeyRow const& key) { return key.from.size() == 1 && same_name(key.from.front(), from.name); };
    auto present = std::ranges::find_if(present_.foreign_keys, is_of);
    bool is_there = present != present_.foreign_keys.end();
    if (column.target.empty() && is_there)
        anew("drop the reference of column " + where(column.name) + " to " + now_named_(present->parent));
    if (column.target.empty()) return;
    auto words = fmt::format("let column {} refer to {}", where(column.name), column.target);
    if (column.on_delete == OnDelete::cascade) words += ", and go with its row";
    if (column.on_delete == OnDelete::set_null) words += ", and become null with its row";
    // Rows may refer to what is not there.
    if (!is_there || now_named_(present->parent) != column.target)
        anew(std::move(words), has_rows_.value_or(true));
    else if (!same_action(present->on_delete, column.on_delete))
        anew(std::move(words));
}

Result<void> TablePlan::change_uniques() {
    std::vector<ColumnNames> present;
    for (auto const& index : present_.indexes)
        if (index.origin == 'u') present.push_back(by_new_names(part_names(index)));
    for (auto const& unique : wanted_.uniques) {
        if (std::ranges::find(present, unique) != present.end()) continue;
        KOINE_TRY(auto rows, has_rows());
        anew("make " + shown_columns(wanted_.name, unique) + " unique", rows);
    }
    for (auto const& unique : present)
        if (std::ranges::find(wanted_.uniques, unique) == wanted_.uniques.end())
            anew("let " + shown_columns(wanted_.name, unique) + " no longer be unique");
    return outcome::success();
}

void TablePlan::change_indexes() {
    std::set<std::string> present;
    for (auto const& index : present_.indexes) {
        auto columns = part_names(index);
        bool is_ours = index.origin == 'c' && !index.unique && !index.partial && index.name == index_name(present_.name, columns);
        if (!is_ours) continue;
        own_indexes_.insert(index.name);
        auto renamed = by_new_names(columns);
        auto drop = "DROP INDEX " + quoted_name(index.name);
        if (std::ranges::find(wanted_.indexes, renamed) == wanted_.indexes.end()) {
            step("drop index " + index.name, false, {drop});
            continue;
        }
        auto name = index_name(wanted_.name, renamed);
        present.insert(name);
        if (name != index.name) step("rename index " + index.name + " to " + name, false, {drop, texts_.create_index(wanted_, renamed)});
    }
    for (auto const& columns : wanted_.indexes)
        if (!present.contains(index_name(wanted_.name, columns)))
            step("add index " + index_name(wanted_.name, columns), false, {texts_.create_index(wanted_, columns)});
}

/// Errors are told by them, so they follow the table's name and the columns'.
void TablePlan::check_names() {
    if (rebuilt_) return;
    auto differs = [&](std::vector<DdlKey> const& keys, auto name_of) {
        return std::ranges::any_of(keys, [&](DdlKey const& key) { return !key.name.empty() && key.name != name_of(key.columns); });
    };
    bool uniques = differs(ddl_.unique_keys, [&](ColumnNames const& columns) { return unique_name(wanted_.name, columns); });
    bool references = differs(ddl_.foreign_keys, [&](ColumnNames const& columns) {
        return columns.empty() ? std::string() : foreign_key_name(wanted_.name, columns.front());
    });
    if (uniques || references) anew("name the constraints of table " + wanted_.name + " after it");
}

/// Triggers, and indexes that somebody else made: they go with the old table, and are made again as they were.
Result<std::vector<std::string>> TablePlan::kept_texts() {
    std::vector<std::string> texts;
    CatalogueQuery query(
        connection_.handle(),
        "SELECT name, sql FROM main.sqlite_schema WHERE lower(tbl_name) = lower(?1) AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    );
    query.restart(present_.name);
    while (query.next()) {
        if (own_indexes_.contains(query.text(0))) continue;
        if (renamed_)
            return impossible(fmt::format(
                "table '{}' cannot be renamed to '{}' while it has '{}', which was made by another hand; drop that first",
                present_.name,
                wanted_.name,
                query.text(0)
            ));
        texts.push_back(query.text(1));
    }
    if (query.failed()) return query.problem();
    return texts;
}

Result<std::vector<std::string>> TablePlan::rebuild() {
    KOINE_TRY(auto kept, kept_texts());
    std::string const fresh = "koine_new_" + wanted_.name;
    std::string into;
    std::string taken;
    for (auto const& [column, expression] : copied_) {
        into.append(into.empty() ? "" : ", ").append(quoted_name(column));
        taken.append(taken.empty() ? "" : ", ").append(expression);
    }
    std::vector<std::string> made{texts_.create_table(wanted_, fresh)};
    if (!into.empty())
        made.push_back(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", quoted_name(fresh), into, taken, quoted_name(named_now())));
    if (wanted_.numbered && is_numbered()) {
        // Numbers of rows that are gone are not given again.
        made.push_back("DELETE FROM sqlite_sequence WHERE name = " + string_literal(fresh));
        made.push_back(fmt::format(
            "INSERT INTO sqlite_sequence(name, seq) SELECT {}, seq FROM sqlite_sequence WHERE name = {}",
            string_literal(fresh),
            string_literal(named_now())
        ));
    }
    made.push_back("DROP TABLE " + quoted_name(named_now()));
    made.push_back("ALTER TABLE " + quoted_name(fresh) + " RENAME TO " + quoted_name(wanted_.name));
    for (auto const& columns : wanted_.indexes) made.push_back(texts_.create_index(wanted_, columns));
    std::ranges::move(kept, std::back_inserter(made));
    return made;
}

Result<std::vector<MigrationStep>> TablePlan::steps() {
    KOINE_TRY(has_rows());
    if (!renamed_ && present_.name != wanted_.name) anew("rename table " + present_.name + " to " + wanted_.name);
    KOINE_TRY(match_columns());
    KOINE_TRY(change_key());
    for (auto const& key : present_.foreign_keys)
        if (key.from.size() != 1) anew("drop the reference of " + shown_columns(wanted_.name, key.from) + " to " + now_named_(key.parent));
    KOINE_TRY(change_uniques());
    change_indexes();
    check_names();
    if (!rebuilt_) return std::move(steps_);
    for (auto& one : steps_) one.statements.clear();
    KOINE_TRY(steps_.front().statements, rebuild());
    return std::move(steps_);
}

}  // namespace

std::string shown_columns(std::string_view table, ColumnNames const& columns) {
    return fmt::format("{}({})", table, fmt::join(columns, ", "));
}

Result<std::vector<MigrationStep>> plan_table(
    Connection& connection,
    TableTexts const& texts,
    TableMatch const& match,
    std::function<std::string(std::string const&)> const& now_named
) {
    return TablePlan(connection, texts, match, now_named).steps();
}

}  // namespace koine::store::sqlite
