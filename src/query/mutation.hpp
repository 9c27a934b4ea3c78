/// @file Mutation: a write as asked, in names as written. Dialects make it; only the planner judges it.
#pragma once

#include "query/intent.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::query {

enum class Change : std::uint8_t { insert, update, remove };

/// As statements are called: "INSERT", "UPDATE", "DELETE".
std::string_view statement_of(Change change);

/// What becomes of a row to insert whose key is taken.
enum class OnConflict : std::uint8_t {
    fail,
    ignore,  ///< it is passed over
    merge,   ///< the present row takes the columns that are given
    replace  ///< the present row takes all columns: those not given get their defaults
};

/// What the answer needs to know of the rows written.
enum class Returning : std::uint8_t { nothing, rows };

struct Mutation {
    Change change = Change::insert;
    std::string relation;
    /// Update, remove: the rows meant, by `key` or `filters`, all if there are none; `orders` and `window` if only the first of them are.
    /// Paths are empty: what is said of embedded relations chooses no rows, unless a filter tests whether one that `returned` selects is
    /// there: then the rows of it that a read with the same filters would show.
    Query chosen;
    std::vector<std::string> columns;           ///< insert, update: the columns written, each once
    bool absent_is_default = false;             ///< insert: what a row lacks is the column's default; else null
    OnConflict on_conflict = OnConflict::fail;  ///< insert
    std::vector<std::string> conflict_columns;  ///< a unique key's, in any order; empty: the primary key's
    Returning returning = Returning::nothing;
    Query
        returned;  ///< with Returning::rows: `select` or `selection`, and filters, orders and windows of what it embeds; `orders` of the rows themselves
};

/// A mutation's `relation`, `chosen` and `returned`, of what a dialect read from the request's parameters as if it were a read. The root's
/// orders go to both; its count to none.
void split(Query&& read, Mutation& mutation);

}  // namespace koine::query
