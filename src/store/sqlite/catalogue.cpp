#include "store/sqlite/catalogue.hpp"

#include <algorithm>
#include <utility>

namespace koine::store::sqlite {
namespace {

constexpr std::string_view kSchemaVersion = "PRAGMA main.schema_version";
constexpr std::string_view kRelations =
    "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual')";
constexpr std::string_view kTexts = "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE type IN ('table', 'view', 'trigger')";
// Joined with ordinary tables only: a broken view or a virtual table without its module would fail the whole statement.
constexpr std::string_view kColumns =
    "SELECT t.name, x.name, x.type, x.`notnull`, x.dflt_value, x.pk, x.hidden"
    " FROM main.sqlite_schema t JOIN pragma_table_xinfo(t.name, 'main') x WHERE t.type = 'table' AND t.rootpage > 0";
constexpr std::string_view kVirtualColumns =
    "SELECT ?1, x.name, x.type, x.`notnull`, x.dflt_value, x.pk, x.hidden FROM pragma_table_xinfo(?1, 'main') x";
constexpr std::string_view kForeignKeys =
    "SELECT t.name, f.seq, f.`table`, f.`from`, f.`to`, f.on_delete"
    " FROM main.sqlite_schema t JOIN pragma_foreign_key_list(t.name, 'main') f WHERE t.type = 'table' AND t.rootpage > 0"
    " ORDER BY t.name, f.id DESC, f.seq";
constexpr std::string_view kIndexes =
    "SELECT t.name, i.name, i.`unique`, i.origin, i.partial, x.seqno, x.cid, x.coll"
    " FROM main.sqlite_schema t JOIN pragma_index_list(t.name, 'main') i JOIN pragma_index_xinfo(i.name, 'main') x"
    " WHERE t.type = 'table' AND t.rootpage > 0 AND x.key = 1 ORDER BY t.name, i.seq DESC, x.seqno";

class Reader {
public:
    explicit Reader(sqlite3* connection) : connection_(connection) {}

    Result<Catalogue> read() {
        KOINE_TRY(read_version());
        KOINE_TRY(read_relations());
        KOINE_TRY(read_texts());
        KOINE_TRY(read_columns());
        KOINE_TRY(read_virtual_columns());
        KOINE_TRY(read_foreign_keys());
        KOINE_TRY(read_indexes());
        return std::move(catalogue_);
    }

private:
    template <class Row>
    Result<void> each(std::string_view sql, Row row) {
        CatalogueQuery query(connection_, sql);
        while (query.next()) row(query);
        if (query.failed()) return query.problem();
        return outcome::success();
    }

    RelationRow* relation(std::string_view name) {
        auto found = catalogue_.relations.find(name);
        return found == catalogue_.relations.end() ? nullptr : &found->second;
    }

    Result<void> read_version() {
        return each(kSchemaVersion, [&](CatalogueQuery& q) { catalogue_.schema_version = static_cast<std::uint32_t>(q.integer(0)); });
    }

    Result<void> read_relations() {
        return each(kRelations, [&](CatalogueQuery& q) {
            RelationRow row;
            row.name = q.text(0);
            if (row.name.starts_with("sqlite_")) return;
            std::string const type = q.text(1);
            if (type == "view") row.kind = RelationRow::Kind::view;
            if (type == "virtual") row.kind = RelationRow::Kind::virtual_table;
            row.without_rowid = q.integer(2) != 0;
            row.strict = q.integer(3) != 0;
            catalogue_.relations.emplace(row.name, std::move(row));
        });
    }

    Result<void> read_texts() {
        return each(kTexts, [&](CatalogueQuery& q) {
            std::string const type = q.text(0);
            bool const trigger = type == "trigger";
            RelationRow* row = relation(q.text(trigger ? 2 : 1));
            if (row == nullptr) return;
            if (!trigger)
                row->sql = q.text(3);
            else if (row->kind == RelationRow::Kind::view)
                row->triggers.push_back(q.text(3));
        });
    }

    void add_column(CatalogueQuery& q, RelationRow& row) {
        row.columns.push_back({q.text(1), q.text(2), q.integer(3) != 0, q.optional_text(4), q.integer(5), q.integer(6)});
    }

    Result<void> read_columns() {
        return each(kColumns, [&](CatalogueQuery& q) {
            if (RelationRow* row = relation(q.text(0))) add_column(q, *row);
        });
    }

    Result<void> read_virtual_columns() {
        CatalogueQuery query(connection_, kVirtualColumns);
        if (query.failed()) return query.problem();
        for (auto at = catalogue_.relations.begin(); at != catalogue_.relations.end();) {
            RelationRow& row = at->second;
            if (row.kind != RelationRow::Kind::virtual_table) {
                ++at;
                continue;
            }
            query.restart(row.name);
            while (query.next()) add_column(query, row);
            if (query.failed()) {
                catalogue_.notes.push_back("virtual table '" + row.name + "' is left out: " + query.message());
                at = catalogue_.relations.erase(at);
            } else {
                ++at;
            }
        }
        return outcome::success();
    }

    Result<void> read_foreign_keys() {
        return each(kForeignKeys, [&](CatalogueQuery& q) {
            RelationRow* row = relation(q.text(0));
            if (row == nullptr) return;
            if (q.integer(1) == 0) row->foreign_keys.push_back({q.text(2), {}, {}, q.text(5)});
            if (row->foreign_keys.empty()) return;
            row->foreign_keys.back().from.push_back(q.text(3));
            row->foreign_keys.back().to.push_back(q.optional_text(4));
        });
    }

    Result<void> read_indexes() {
        return each(kIndexes, [&](CatalogueQuery& q) {
            RelationRow* row = relation(q.text(0));
            if (row == nullptr) return;
            if (q.integer(5) == 0) {
                std::string const origin = q.text(3);
                row->indexes.push_back({q.text(1), q.integer(2) != 0, q.integer(4) != 0, origin.empty() ? 'c' : origin.front(), {}});
            }
            if (!row->indexes.empty()) row->indexes.back().parts.push_back({q.integer(6), q.text(7)});
        });
    }

    sqlite3* connection_;
    Catalogue catalogue_;
};

}  // namespace

Problem catalogue_problem(sqlite3* connection, int code) {
    auto reason = Reason::internal;
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: reason = Reason::database_busy; break;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: reason = Reason::database_corrupt; break;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH: reason = Reason::database_unavailable; break;
        default: break;
    }
    return Problem(reason).because(sqlite3_errmsg(connection));
}

CatalogueQuery::CatalogueQuery(sqlite3* connection, std::string_view sql) : connection_(connection) {
    sqlite3_stmt* statement = nullptr;
    code_ = sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    statement_.reset(statement);
}

bool CatalogueQuery::next() {
    if (failed() || statement_ == nullptr) return false;
    code_ = sqlite3_step(statement_.get());
    return code_ == SQLITE_ROW;
}

void CatalogueQuery::restart(std::string_view argument) {
    sqlite3_reset(statement_.get());
    code_ = sqlite3_bind_text(statement_.get(), 1, argument.data(), static_cast<int>(argument.size()), SQLITE_TRANSIENT);
}

std::string CatalogueQuery::text(int column) const { return optional_text(column).value_or(std::string()); }

std::optional<std::string> CatalogueQuery::optional_text(int column) const {
    auto const* text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return std::nullopt;
    return std::string(reinterpret_cast<char const*>(text), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

Result<Catalogue> read_catalogue(sqlite3* connection) { return Reader(connection).read(); }

}  // namespace koine::store::sqlite
