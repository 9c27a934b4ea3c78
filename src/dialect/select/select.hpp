/// @file The strategies of the select axis: which members, asked by a parameter.
#pragma once

#include "base/result.hpp"
#include "dialect/axes.hpp"
#include "model/yaml.hpp"

#include <memory>

namespace koine::dialect {

/// `embed`: `select=id,label:meta->>label,price::int.sum(),artist!inner(name,...profile(url))`. The first such parameter counts; written
/// without `=` or empty it means all columns. Also checks `columns` and `on_conflict`, which reads do not use. Options: `param` (select),
/// `max_depth` (50 relations in each other), `max_items` (5000 in all), `max_embeds` (500 in all).
/// Reading fails with invalid_syntax (what = "select parameter", "columns parameter", "on_conflict parameter"), limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_select_embed(yaml::Node const& options);

/// `fields`: `fields=id,name`. Repeated ones add up; empty or absent means all columns. Options: `param` (fields), `max_items` (200).
/// Reading fails with invalid_parameter, limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_select_fields(yaml::Node const& options);

/// `views`: which members of an app's resource an answer shows. `fields=id,name` those, in the order of the documents, whatever else is asked; names that are
/// none are passed over, repeated ones add up. A flag such as `brief=1`, with any value but an empty one, shows the rows by a view of the resource;
/// the first flag whose view the resource has counts. Options: `fields` (name, fields), `default` (view, full), `max_items` (500); each other option is a flag:
/// `brief: {view: brief}`. Endpoints without a resource are left alone. Reading fails with limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_select_views(yaml::Node const& options);

}  // namespace koine::dialect
