/// @file Names: how tables, columns and relationships of an app are called.
#pragma once

#include "description/description.hpp"

#include <string>

namespace koine::resource {

/// The column of a plain field; of a reference to one row (or to any), that of its key.
std::string column_of(description::Field const& field);
/// The column that says which entity an any_ref refers to.
std::string type_column_of(description::Field const& field);
/// The table between the rows and those of a refs.
std::string junction_of(description::Entity const& entity, description::Field const& field);
/// Of an owned: the column of the target's table that holds the owner's key.
std::string owner_column_of(description::Entity const& entity, description::Field const& field);
/// How the rows that are referred to call those that refer to them.
std::string inverse_of(description::Entity const& entity, description::Field const& field);

/// The problem, which has no place, at that one.
Problem placed(description::Place const& place, Problem const& problem);
Problem placed(description::Place const& place, std::string_view message);

}  // namespace koine::resource
