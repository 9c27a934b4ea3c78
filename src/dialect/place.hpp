/// @file Places: where in the tables the target of an app's filter or order stands.
#pragma once

#include "model/schema.hpp"
#include "query/intent.hpp"
#include "resource/resource.hpp"

#include <optional>
#include <string>

namespace koine::dialect {

/// A column behind relationships.
struct Place {
    resource::Path path;  ///< from the resource's entity
    model::EntityId entity = 0;
    std::string column;
    model::Type type = model::Type::dynamic;
    bool nullable = true;
    bool operator==(Place const&) const = default;
};

/// Where a target is. The key at the end of a reference to one row is found in the row that refers: no relationship is gone over for it.
Place place_of(model::Model const& model, model::EntityId root, resource::Target const& target);
/// The column of rows of their own that the values of a place come from: a key's that refers to some, or what stands behind relationships.
/// Nothing if the place is the root's own value.
std::optional<model::ColumnOrigin> source_of(model::Model const& model, resource::Target const& target);

}  // namespace koine::dialect
