/// @file Identities: which rows a write has written, as they are learnt on the way.
#pragma once

#include "base/arena.hpp"
#include "query/cell.hpp"
#include "store/sqlite/keys_table.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// Identities, row after row.
struct Identities {
    std::size_t width = 0;
    std::vector<query::Cell> cells;
    Arena texts{1024};

    std::size_t count() const { return width == 0 ? 0 : cells.size() / width; }
    void add(sqlite3_stmt* statement) {
        for (std::size_t i = 0; i < width; ++i) cells.push_back(copied(sqlite3_column_value(statement, static_cast<int>(i))));
    }
    query::Cell copied(sqlite3_value* value) {
        switch (int type = sqlite3_value_type(value)) {
            case SQLITE_NULL: return {};
            case SQLITE_INTEGER: return query::Cell::of(std::int64_t{sqlite3_value_int64(value)});
            case SQLITE_FLOAT: return query::Cell::of(sqlite3_value_double(value));
            default: {
                auto const* data = type == SQLITE_TEXT ? static_cast<void const*>(sqlite3_value_text(value)) : sqlite3_value_blob(value);
                auto bytes = texts.copy({static_cast<char const*>(data), data ? static_cast<std::size_t>(sqlite3_value_bytes(value)) : 0});
                return type == SQLITE_TEXT ? query::Cell::text(bytes) : query::Cell::blob(bytes);
            }
        }
    }
    KeyList list() const {
        KeyList made;
        made.cells = cells.data();
        made.width = made.column_count = width;
        made.count = count();
        for (std::uint32_t i = 0; i < width; ++i) made.columns[i] = i;
        return made;
    }
};

/// The rowids that one table is given while this lives, by whatever trigger.
class RowidWatch {
public:
    RowidWatch(sqlite3* handle, std::string_view table) : handle_(handle), table_(table) {
        sqlite3_update_hook(
            handle,
            [](void* self, int operation, char const*, char const* name, sqlite3_int64 rowid) {
                auto& watch = *static_cast<RowidWatch*>(self);
                if (operation != SQLITE_INSERT || name != watch.table_) return;
                watch.last_ = rowid;
                ++watch.count_;
            },
            this
        );
    }
    ~RowidWatch() { sqlite3_update_hook(handle_, nullptr, nullptr); }
    RowidWatch(RowidWatch const&) = delete;
    RowidWatch& operator=(RowidWatch const&) = delete;

    void restart() { count_ = 0; }
    /// The one rowid given since; nothing if there were none or several.
    std::optional<std::int64_t> only() const { return count_ == 1 ? std::optional(last_) : std::nullopt; }

private:
    sqlite3* handle_;
    std::string_view table_;
    std::int64_t last_ = 0;
    std::size_t count_ = 0;
};

}  // namespace koine::store::sqlite
