/// @file Views: what a resource's view fetches and how it lays it out, as a selection.
#pragma once

#include "base/result.hpp"
#include "query/selection.hpp"
#include "resource/resource.hpp"
#include "resource/ways.hpp"

#include <memory>
#include <string>
#include <vector>

namespace koine::resource {

/// Nested views are followed so many levels deep; below, references are keys.
inline constexpr int kMostLevels = 4;

/// The selection of a view. @return configuration.
Result<std::shared_ptr<query::Selection const>> make_selection(
    Ways const& ways, Forms const& forms, bool closed, description::Resource const& resource, description::View const& view
);
/// What a change log records. @return configuration.
Result<Record> make_record(Ways const& ways, description::Entity const& entity);

/// The same selection with only these members of its layout (in its own order), and only what they need of the items.
query::Selection pruned(query::Selection const& whole, std::vector<std::string> const& names);

}  // namespace koine::resource
