/// @file Shape: a query with its values removed, the key under which its plan is kept.
#pragma once

#include "query/mutation.hpp"

#include <string>
#include <vector>

namespace koine::query {

/// The conditions of a query in the one order in which plans count them: filters as listed, each tree from left to right.
void conditions_of(Query const& query, std::vector<Condition const*>& conditions);

/// Writes the shape into `key` (cleared first): relation, selection, filter columns and operators, order terms, presence of
/// windows, count mode. A selection made beforehand is its id. Two queries with the same shape have the same plan. Values never enter, but for the number of a quantifier's.
void shape_of(Query const& query, std::string& key);

/// The same of a write: what changes, its columns, its conflict target, whether absent means default, and the shapes of `chosen` and
/// `returned`. Never equal to a read's.
void shape_of(Mutation const& mutation, std::string& key);

/// True if this window leaves a to-one relation nothing to show: part of the shape, since it changes the statement.
inline bool hides_one(Window const& window) { return (window.limit && *window.limit == 0) || window.offset > 0; }

}  // namespace koine::query
