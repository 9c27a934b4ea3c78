/// @file Which relation the examples of a page are about.
#pragma once

#include "model/schema.hpp"
#include "page/start_page.hpp"

#include <optional>
#include <vector>

namespace koine::page {

/// The relation whose rows are worth reading first: a table that is named plainly, is not known to be empty, says something in words and is
/// related to others. Nothing if there are no relations.
std::optional<model::EntityId> to_read(model::Model const& model, std::vector<std::optional<RowCount>> const& counts);

/// The table into which an example row is most likely to go: one that needs no other table's rows and has few conditions. Nothing if no table
/// takes rows that could be made up.
std::optional<model::EntityId> to_insert_into(model::Model const& model);

}  // namespace koine::page
