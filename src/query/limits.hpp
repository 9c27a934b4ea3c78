/// @file Caps on what one read may ask. Each names itself in the refusal. What a Selection holds was made by an app at load and is trusted: max_depth,
/// max_embeds and max_columns are not for it, nor are max_joins for its spreads.
#pragma once

#include <cstdint>

namespace koine::query {

struct PlanLimits {
    std::uint32_t max_depth = 8;          ///< levels of embedding below the root
    std::uint32_t max_embeds = 40;        ///< relations in one selection
    std::uint32_t max_terms = 500;        ///< filter conditions in all, each value of a quantifier counted
    std::uint32_t max_order_terms = 20;   ///< in one order
    std::uint32_t max_columns = 500;      ///< selected members in all, as written (`*` is one)
    std::uint32_t max_joins = 12;         ///< to-one relations fetched in one statement; further ones get a step of their own
    std::uint32_t max_forced_joins = 48;  ///< the same where a step will not do: spreads of a Selection, orders through relations
    std::uint32_t max_members = 5'000;    ///< members of the answer's documents with every `*` unfolded
    std::uint32_t max_cells = 2'000;      ///< columns of one statement
    /// Conditions in all statements: a relation's own come again wherever its existence is tested, which multiplies in nested tests.
    std::uint32_t max_conditions = 2'000;
    /// Weight of conditions inside each other (nesting_of): SQL parsers have a fixed stack.
    std::uint32_t max_nesting = 80;
};

}  // namespace koine::query
