/// @file The tables of an app.
#pragma once

#include "description/description.hpp"
#include "store/tables.hpp"

#include <vector>

namespace koine::resource {

/// What the app's entities are kept in: entity NAME is table NAME; a plain field F is column F, ref F is F_id, any_ref F is F_type and F_id; refs F is
/// the table NAME_F with source_id and target_id, its key. Foreign keys are indexed, as are the two columns of an any_ref together.
std::vector<store::WantedTable> tables_of(description::App const& app);

}  // namespace koine::resource
