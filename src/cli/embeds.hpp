/// @file How a relationship is asked for in a request.
#pragma once

#include "model/schema.hpp"

#include <string>
#include <vector>

namespace koine::cli {

/// One relationship of an entity, as a request may name it.
struct Embed {
    model::Relationship const* relationship = nullptr;
    std::string written;  ///< "album", or with a hint "address!shipping_id"; empty if no way of writing means this one alone
};

/// The relationships of an entity in the model's order, at most `most` of them. Each is written the shortest way that the planner takes
/// for it and nothing else: the target's name, with a constraint, junction or column as hint, else the constraint or column alone.
std::vector<Embed> embeds_of(model::Model const& model, model::EntityId origin, std::size_t most);

}  // namespace koine::cli
