/// @file The JSON Schema of an entity's rows.
#pragma once

#include "model/schema.hpp"

#include <string>

namespace koine::openapi {

/// The schema of a row, as JSON. No member is required: a request may select others. @param writable tells the columns' defaults.
std::string row_schema(model::Entity const& entity, model::Model const& model, bool writable);

}  // namespace koine::openapi
