#include "store/sqlite/keys_table.hpp"

#include <new>

namespace koine::store::sqlite {
namespace {

enum class Kind : int { keys, list };

struct Table : sqlite3_vtab {
    Kind kind = Kind::keys;
};

struct Cursor : sqlite3_vtab_cursor {
    KeyList const* keys = nullptr;
    ValueList const* list = nullptr;
    std::size_t row = 0;

    std::size_t count() const { return keys ? keys->count : list ? list->size() : 0; }
    bool is_usable() const { return keys ? keys->is_complete(row) : !(*list)[row].is_null(); }
    void skip_unusable() {
        while (row < count() && !is_usable()) ++row;
    }
};

Cursor* cursor_of(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor); }
Kind kind_of(sqlite3_vtab* table) { return static_cast<Table*>(table)->kind; }
/// The hidden column that takes the function's argument: after the others.
int argument_column(Kind kind) { return kind == Kind::keys ? 1 + 2 * static_cast<int>(kMaxKeyColumns) : 1; }

Kind kKeys = Kind::keys;
Kind kList = Kind::list;

int connect(sqlite3* database, void* kind, int, char const* const*, sqlite3_vtab** out, char**) {
    Kind which = *static_cast<Kind*>(kind);
    // c0… are compared as they are, n0… (the same values) as a column of numbers is: what `=` does depends on both columns' types.
    int rc = sqlite3_declare_vtab(
        database,
        which == Kind::keys ? "CREATE TABLE x(ordinal, c0, c1, c2, c3, c4, c5, c6, c7, n0 NUMERIC, n1 NUMERIC, n2 NUMERIC, n3 "
                              "NUMERIC, n4 NUMERIC, n5 NUMERIC, n6 NUMERIC, n7 NUMERIC, pointer HIDDEN)"
                            : "CREATE TABLE x(value, pointer HIDDEN)"
    );
    if (rc != SQLITE_OK) return rc;
    sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
    auto* table = new (std::nothrow) Table{};
    if (!table) return SQLITE_NOMEM;
    table->kind = which;
    *out = table;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
}

/// Cheap and short, so that the planner starts from it; rows come in the order of the ordinals.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
    Kind kind = kind_of(table);
    bool found = false;
    for (int i = 0; i < info->nConstraint; ++i) {
        auto const& constraint = info->aConstraint[i];
        if (constraint.iColumn != argument_column(kind) || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
        if (!constraint.usable) return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        found = true;
    }
    if (!found) return SQLITE_CONSTRAINT;
    info->estimatedCost = 5;
    info->estimatedRows = 25;
    bool by_ordinal = info->nOrderBy == 1 && info->aOrderBy[0].iColumn == 0 && !info->aOrderBy[0].desc;
    info->orderByConsumed = kind == Kind::keys && by_ordinal;
    return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
    auto* cursor = new (std::nothrow) Cursor{};
    if (!cursor) return SQLITE_NOMEM;
    *out = cursor;
    return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
    delete cursor_of(cursor);
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int, char const*, int count, sqlite3_value** values) {
    auto* cursor = cursor_of(base);
    cursor->keys = nullptr;
    cursor->list = nullptr;
    cursor->row = 0;
    if (count == 1 && kind_of(base->pVtab) == Kind::keys)
        cursor->keys = static_cast<KeyList const*>(sqlite3_value_pointer(values[0], kKeysPointer));
    else if (count == 1)
        cursor->list = static_cast<ValueList const*>(sqlite3_value_pointer(values[0], kListPointer));
    cursor->skip_unusable();
    return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
    auto* cursor = cursor_of(base);
    ++cursor->row;
    cursor->skip_unusable();
    return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* base) { return cursor_of(base)->row >= cursor_of(base)->count(); }

void give(sqlite3_context* context, query::Cell const& cell) {
    auto bytes = [&] { return static_cast<sqlite3_uint64>(cell.view().size()); };
    switch (cell.kind()) {
        case query::Cell::Kind::null: sqlite3_result_null(context); return;
        case query::Cell::Kind::integer: sqlite3_result_int64(context, cell.integer()); return;
        case query::Cell::Kind::real: sqlite3_result_double(context, cell.real()); return;
        case query::Cell::Kind::text:
            sqlite3_result_text64(context, bytes() ? cell.view().data() : "", bytes(), SQLITE_STATIC, SQLITE_UTF8);
            return;
        case query::Cell::Kind::blob: sqlite3_result_blob64(context, bytes() ? cell.view().data() : "", bytes(), SQLITE_STATIC); return;
    }
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
    auto const* cursor = cursor_of(base);
    if (!cursor->keys) {
        if (index == 0) give(context, (*cursor->list)[cursor->row]);
        return SQLITE_OK;
    }
    if (index == 0)
        sqlite3_result_int64(context, static_cast<sqlite3_int64>(cursor->row));
    else if (auto key = static_cast<std::size_t>(index - 1) % kMaxKeyColumns; key < cursor->keys->column_count)
        give(context, cursor->keys->at(cursor->row, key));
    return SQLITE_OK;
}

int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>(cursor_of(base)->row);
    return SQLITE_OK;
}

/// No xCreate: the tables exist without being made, and cannot be made under other names.
sqlite3_module module() {
    sqlite3_module made{};
    made.xConnect = connect;
    made.xBestIndex = best_index;
    made.xDisconnect = disconnect;
    made.xOpen = open;
    made.xClose = close;
    made.xFilter = filter;
    made.xNext = next;
    made.xEof = at_end;
    made.xColumn = column;
    made.xRowid = rowid;
    return made;
}

}  // namespace

int register_tables(sqlite3* database) {
    static sqlite3_module const kModule = module();
    int rc = sqlite3_create_module_v2(database, kKeysPointer, &kModule, &kKeys, nullptr);
    return rc == SQLITE_OK ? sqlite3_create_module_v2(database, kListPointer, &kModule, &kList, nullptr) : rc;
}

}  // namespace koine::store::sqlite
