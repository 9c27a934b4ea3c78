#include "dialect/examples.hpp"

#include <algorithm>

namespace koine::dialect {

std::string_view example_value(model::Type type) {
    switch (type) {
        case model::Type::boolean: return "true";
        case model::Type::smallint:
        case model::Type::integer:
        case model::Type::bigint: return "1";
        case model::Type::real:
        case model::Type::numeric: return "1.5";
        case model::Type::text: return "abc";
        case model::Type::uuid: return "6f1c1f6e-0d5e-4a52-9b2c-3d1f0a7c9e10";
        case model::Type::date: return "2024-01-01";
        case model::Type::time: return "12:00:00";
        case model::Type::timestamp: return "2024-01-01T12:00:00";
        case model::Type::json: return "{}";
        case model::Type::blob: return "\\x00ff";
        case model::Type::dynamic: return "1";
    }
    return "";
}

std::string example_list(model::Type type) {
    std::string list(example_value(type));
    list += ',';
    if (type == model::Type::text) return list += "def";
    if (type == model::Type::boolean) return list += "false";
    return list += model::is_number(type) || type == model::Type::dynamic ? "2" : example_value(type);
}

std::string_view literal_type(model::Type type) {
    if (model::is_integer(type)) return "integer";
    if (model::is_number(type)) return "number";
    return type == model::Type::boolean ? "boolean" : "string";
}

bool is_key_column(model::Entity const& entity, model::ColumnId column) {
    auto const holds = [&](auto const& key) { return std::ranges::find(key.columns, column) != key.columns.end(); };
    return (entity.primary_key && holds(*entity.primary_key)) || std::ranges::any_of(entity.foreign_keys, holds);
}

model::Column const* telling_column(model::Entity const& entity) {
    for (model::ColumnId i = 0; i < entity.columns.size(); ++i)
        if (entity.columns[i].type == model::Type::text && !is_key_column(entity, i)) return &entity.columns[i];
    return entity.columns.empty() ? nullptr : &entity.columns.front();
}

}  // namespace koine::dialect
