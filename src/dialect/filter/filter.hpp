/// @file The strategies of the filter axis: which rows, asked by parameters.
#pragma once

#include "base/result.hpp"
#include "dialect/axes.hpp"
#include "model/yaml.hpp"

#include <memory>

namespace koine::dialect {

/// `dotted`: `price=gte.5`, `album.title=eq.Post`, `or=(a.eq.1,not.and(b.is.null,c.in.(1,2)))`. Claims every parameter, so it is asked
/// last; one without `=` says nothing. Options: `max_terms` (5000 conditions a request), `max_depth` (50 groups in each other), `max_list`
/// (10000 items of one list).
/// Reading fails with invalid_syntax (what = "filter", "tree path", "logic path", "logic tree"), invalid_array_literal,
/// feature_not_supported, limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_filter_dotted(yaml::Node const& options);

/// `plain`: `country=SE`, with suffixes `price__gte=5`. Claims every parameter, so it is asked last; unknown fields are the planner's to
/// judge. Options: `repeat: any|all|last` (what several values of one field mean; any), `sep` (`__`), `suffixes` (map word → operator, or
/// a list of operators that are their own words; none), `null_word` (the value that means null; none), `max_terms` (500).
/// An `in` splits its value at commas, `is_null` takes true or false. Reading fails with invalid_parameter, limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_filter_plain(yaml::Node const& options);

}  // namespace koine::dialect
