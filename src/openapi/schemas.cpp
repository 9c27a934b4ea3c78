#include "openapi/schemas.hpp"

#include "dialect/examples.hpp"
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
Form form_of(Type type, dialect::Description const& description) {
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
        case Type::blob: return {"string", "", description.base64 ? "Bytes, in base64" : "Bytes: \\x and two hexadecimal digits for each"};
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

std::string note_of(Entity const& entity, ColumnId id, model::Model const& model, Form const& form, bool writable) {
    auto const& column = entity.columns[id];
    std::vector<std::string> notes;
    if (!form.note.empty()) notes.emplace_back(form.note);
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

void write_column(
    Entity const& entity, ColumnId id, model::Model const& model, dialect::Description const& description, bool writable, Json& json
) {
    auto const& column = entity.columns[id];
    auto const form = form_of(column.type, description);
    bool const may_be_text = description.integer_texts && form.format == "int64";
    if (!form.type.empty() && (column.nullable || may_be_text)) {
        json.list("type", [&] {
            json.text(form.type);
            if (may_be_text) json.text("string");
            if (column.nullable) json.text("null");
        });
    } else {
        json.member_if_any("type", form.type);
    }
    json.member_if_any("format", form.format);
    json.member_if_any("description", note_of(entity, id, model, form, writable));
    if (column.type == Type::blob && description.base64) json.member("contentEncoding", "base64");
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

std::string row_schema(
    Entity const& entity, model::Model const& model, dialect::Description const& description, SchemaName const& schema_name, bool writable
) {
    auto const is_nested = [&](std::string_view name) {
        return std::ranges::find(description.nested, name, &dialect::NestedDocument::name) != description.nested.end();
    };
    return written([&](Json& json) {
        json.object([&] {
            json.member("type", "object");
            json.member("description", fmt::format("A row of the {} {}", word_for(entity.kind), entity.name));
            json.object("properties", [&] {
                for (ColumnId id = 0; id < entity.columns.size(); ++id)
                    if (!is_nested(entity.columns[id].name))
                        json.object(entity.columns[id].name, [&] { write_column(entity, id, model, description, writable, json); });
                for (auto const& [name, relation] : description.nested)
                    json.object(name, [&] {
                        json.list("anyOf", [&] {
                            json.reference("schemas", schema_name(relation));
                            json.object([&] { json.member("type", "null"); });
                        });
                        json.member("description", fmt::format("The row of {} that is referred to", relation));
                    });
            });
        });
    });
}

std::string written_row_schema(Entity const& entity, model::Model const& model, dialect::Description const& description) {
    dialect::Description as_written = description;  // bodies have bytes and integers as filters do
    as_written.base64 = as_written.integer_texts = false;
    return written([&](Json& json) {
        json.object([&] {
            json.member("type", "object");
            json.member("description", fmt::format("What a row of the {} {} is given", word_for(entity.kind), entity.name));
            json.object("properties", [&] {
                for (ColumnId id = 0; id < entity.columns.size(); ++id) {
                    auto const& column = entity.columns[id];
                    if (column.generated) continue;
                    json.object(column.name, [&] {
                        write_column(entity, id, model, as_written, true, json);
                        if (!model::is_integer(column.type)) return;
                        json.key("minimum");
                        json.json("-9223372036854775808");
                        json.key("maximum");
                        json.json("9223372036854775807");
                    });
                }
            });
            json.key("additionalProperties");
            json.json("false");
        });
    });
}

std::string example_row(Entity const& entity, std::vector<std::string> const& required) {
    auto const* telling = dialect::telling_column(entity);
    return written([&](Json& json) {
        json.object([&] {
            for (auto const& column : entity.columns) {
                bool const is_required = std::ranges::find(required, column.name) != required.end();
                if (column.generated || (!is_required && &column != telling)) continue;
                auto const value = dialect::example_value(column.type);
                json.key(column.name);
                bool const is_text = !model::is_number(column.type) && column.type != Type::boolean && column.type != Type::json;
                is_text ? json.text(value) : json.json(value);
            }
        });
    });
}

}  // namespace koine::openapi
