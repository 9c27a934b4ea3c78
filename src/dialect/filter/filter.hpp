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

/// `lookups`: the filters that an app's resource says, `asn=64500`, with suffixes `asn__gte=5`. Several values of one name widen each other (of a filter that
/// says `combine: all`, narrow); different names narrow. Those that are negated leave out each of their values, not rows without a value.
/// Options: `sep` (`__`), `suffixes` (by class number, datetime, text, choice, related a map word → not, contains, not_contains, starts, not_starts, ends,
/// not_ends, iexact, not_iexact, lt, lte, gt, gte, empty; none), `null_word` (the value that means null; none) for the classes of `null_of` ([text, related]),
/// `booleans` (words that a boolean may be, `true True 1 yes on` or `false False 0 no off`; [true, false]): others, and empty values, ask nothing;
/// `unknown: ignore|problem` (names of no filter; problem), `empty: off|value` (whether an empty value asks nothing; off), `after` and `before` (endings of ranges, `_after`, `_before`),
/// `max_terms` (500 values a request), `max_text` (1000 bytes of free text). A bare database's tables are filtered as `plain` does.
/// A parameter that another axis takes should not be called like a filter. Reading fails with unknown_parameter, limit_exceeded, and invalid_filters, whose
/// faults have the reasons filter_not_a_number, filter_not_a_choice, filter_not_a_datetime, filter_not_a_uuid, filter_not_a_value. Values of filters that must
/// exist are left in Query::required.
Result<std::unique_ptr<ParameterReader const>> compile_filter_lookups(yaml::Node const& options);

}  // namespace koine::dialect
