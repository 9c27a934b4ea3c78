#include "openapi/schemas.hpp"

#include "openapi/writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace koine::openapi {
namespace {

using model::ColumnId;
using model::Entity;
using model::Type;

struct Form {
    std::string_view type;  ///< empty: any
    std::string_view format;
    std::string_view note;
};

/// Dates and times have no zone, which is what the formats "…-local" say.
Form form_of(Type type) {
    switch (type) {
        case Type::boolean: return {"boolean", "", ""};
        case Type::smallint: return {"integer", "int32", ""};
        case Type::integer:
        case Type::bigint: return {"integer", "int64", ""};
        case Type::real: return {"number", "double", ""};
        case Type::numeric: return {"number", "", ""};
        case Type::text: return {"string", "", ""};
        case Type::uuid: return {"string", "uuid", ""};
        case Type::date: return {"string", "date", ""};
        case Type::time: return {"string", "time-local", ""};
        case Type::timestamp: return {"string", "date-time-local", ""};
        case Type::blob: return {"string", "", "Bytes: \\x and two hexadecimal digits for each"};
        case Type::json: return {"", "", "Any JSON value"};
        case Type::dynamic: return {"", "", "A value of any type"};
    }
    return {};
}

std::string names(Entity const& entity, std::vector<ColumnId> const& columns) {
    std::vector<std::string_view> all;
    for (auto const id : columns) all.emplace_back(entity.columns[id].name);
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string note_of(Entity const& entity, ColumnId id, model::Model const& model, bool writable) {
    auto const& column = entity.columns[id];
    std::vector<std::string> notes;
    if (auto const note = form_of(column.type).note; !note.empty()) notes.emplace_back(note);
    auto const holds = [&](auto const& key) { return std::ranges::find(key.columns, id) != key.columns.end(); };
    if (entity.primary_key && holds(*entity.primary_key)) {
        bool const alone = entity.primary_key->columns.size() == 1;
        notes.push_back(alone ? "Primary key" : fmt::format("Part of the primary key ({})", names(entity, entity.primary_key->columns)));
    }
    for (auto const& key : entity.foreign_keys) {
        if (!holds(key)) continue;
        auto const& target = model[key.target];
        auto const columns = names(target, key.target_columns);
        bool const alone = key.columns.size() == 1;
        notes.push_back(
            alone ? fmt::format("References {}.{}", target.name, columns)
                  : fmt::format("Part of ({}), which references {} ({})", names(entity, key.columns), target.name, columns)
        );
    }
    if (writable && column.default_value) notes.push_back("Default: " + *column.default_value);
    return fmt::format("{}", fmt::join(notes, ". "));
}

void write_column(Entity const& entity, ColumnId id, model::Model const& model, bool writable, Json& json) {
    auto const& column = entity.columns[id];
    auto const form = form_of(column.type);
    if (!form.type.empty() && column.nullable) {
        json.list("type", [&] {
            json.text(form.type);
            json.text("null");
        });
    } else {
        json.member_if_any("type", form.type);
    }
    json.member_if_any("format", form.format);
    json.member_if_any("description", note_of(entity, id, model, writable));
    if (!column.generated) return;
    json.key("readOnly");
    json.json("true");
}

std::string_view word_for(model::EntityKind kind) {
    switch (kind) {
        case model::EntityKind::table: return "table";
        case model::EntityKind::view: return "view";
        case model::EntityKind::virtual_table: return "virtual table";
    }
    return "";
}

}  // namespace

std::string row_schema(Entity const& entity, model::Model const& model, bool writable) {
    return written([&](Json& json) {
        json.object([&] {
            json.member("type", "object");
            json.member("description", fmt::format("A row of the {} {}", word_for(entity.kind), entity.name));
            json.object("properties", [&] {
                for (ColumnId id = 0; id < entity.columns.size(); ++id)
                    json.object(entity.columns[id].name, [&] { write_column(entity, id, model, writable, json); });
            });
        });
    });
}

}  // namespace koine::openapi
