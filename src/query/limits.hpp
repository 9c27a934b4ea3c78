/// @file Caps on what one read may ask. Each names itself in the refusal.
#pragma once

#include <cstdint>

namespace koine::query {

struct PlanLimits {
    std::uint32_t max_depth = 8;         ///< levels of embedding below the root
    std::uint32_t max_embeds = 40;       ///< relations in one selection
    std::uint32_t max_terms = 500;       ///< filter conditions in all
    std::uint32_t max_order_terms = 20;  ///< in one order
    std::uint32_t max_columns = 500;     ///< selected members in all
    std::uint32_t max_joins = 12;        ///< to-one relations fetched in one statement; further ones get a step of their own
};

}  // namespace koine::query
