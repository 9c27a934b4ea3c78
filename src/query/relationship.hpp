/// @file Which relationship an embed means.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"

#include <string_view>

namespace koine::query {

/// The relationship that `target`, perhaps with `hint`, names from `origin`. `target` is a relation, a constraint or, on the origin's
/// side, the single column of a key; the hint is a constraint, a single column on either side, or a junction. A relation that refers
/// to itself is its children by its own name and its parent by its column.
/// @return unknown_relationship, ambiguous_relationship (with the candidates as records).
Result<model::Relationship const*> find_relationship(
    model::Model const& model, model::EntityId origin, std::string_view target, std::string_view hint, std::string_view schema
);

}  // namespace koine::query
