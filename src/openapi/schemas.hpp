/// @file The JSON Schema of an entity's rows.
#pragma once

#include "dialect/axes.hpp"
#include "model/schema.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::openapi {

/// The name in components of a relation's row schema.
using SchemaName = std::function<std::string(std::string_view relation)>;

/// The schema of a row, as JSON. No member is required: a request may select others. @param description of the entity: how its values are
/// spelled, and which rows stand inside it. @param writable tells the columns' defaults.
std::string row_schema(
    model::Entity const& entity,
    model::Model const& model,
    dialect::Description const& description,
    SchemaName const& schema_name,
    bool writable
);

/// The schema of what a body may say of a row, as JSON: its columns but those that are computed. No member is required.
std::string written_row_schema(model::Entity const& entity, model::Model const& model, dialect::Description const& description);

/// A row to write with these members and what tells most of it, as JSON.
std::string example_row(model::Entity const& entity, std::vector<std::string> const& required);

}  // namespace koine::openapi
