/// @file The strategies of the page axis: how a page is asked, its bounds, and what the answer says of it.
#pragma once

#include "base/result.hpp"
#include "dialect/axes.hpp"
#include "model/yaml.hpp"

#include <memory>

namespace koine::dialect {

/// `range_header`: `limit`, `offset`, `album.limit` … and, on GET, a `Range: 3-7` header, intersected. What is no integer is ignored; of
/// repeated ones the last counts; a count is taken if the preferences ask for one. Options: `default` (rows without a limit; none),
/// `max` (rows at most; none; bounds the windows given to embedded relations too).
/// Reading fails with literal_out_of_range, invalid_syntax (what = "tree path"); finish with negative_limit, negative_nested_limit,
/// inverted_range; facts with offset_beyond_total. Facts fill `range` and `status` (206 if the total is known and more than returned).
Result<std::unique_ptr<Page const>> compile_page_range_header(yaml::Node const& options);

/// `offset`: `limit=20&offset=40`. Options: `limit` (name, limit), `offset` (name, offset), `default` (50), `max` (1000),
/// `over: clamp|problem` (a limit beyond max; clamp), `total: always|never` (whether rows are counted; always), `zero: none|max|all|default`
/// (what `limit=0` asks; none, an empty page), `bad: problem|default` (what is no such number; with default it is as if it had not been given),
/// `keep: order|sorted` (the parameters of links: order; sorted are by name, always with the limit, and without an offset of zero). A `max` of 0 is
/// no bound, and `zero: max` then asks for all rows; a page of all rows has no neighbours.
/// Reading fails with invalid_parameter. Facts fill everything but `range`.
Result<std::unique_ptr<Page const>> compile_page_offset(yaml::Node const& options);

/// `numbered`: `page=3&per_page=20`. Options: `page` (name, page), `size` (name, per_page), `default` (50), `max` (1000),
/// `over: clamp|problem` (clamp), `first: 0|1` (number of the first page; 1), `beyond: empty|not_found` (a page after the last; empty),
/// `total: always|never` (always).
/// Reading fails with invalid_parameter; facts with offset_beyond_total where `beyond: not_found`.
Result<std::unique_ptr<Page const>> compile_page_numbered(yaml::Node const& options);

}  // namespace koine::dialect
