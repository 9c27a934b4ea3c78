/// @file The strategies of the sort axis: in which order, asked by a parameter.
#pragma once

#include "base/result.hpp"
#include "dialect/axes.hpp"
#include "model/yaml.hpp"
#include "query/intent.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace koine::dialect {

/// Where nulls stand if a term does not say: as the largest or smallest value, or always at one end.
enum class NullOrder : std::uint8_t { largest, smallest, first, last };
query::Nulls default_nulls(NullOrder order, query::Direction direction);
/// Reads the option `nulls`.
NullOrder null_order(yaml::Options& options);
/// The terms already asked for that relation; null if there are none. Borrowed from the query.
std::vector<query::OrderTerm>* order_of(query::Query& query, std::vector<std::string> const& path);

/// `pairs`: `order=country.desc.nullslast,artist(name),meta->n`; `album.order=title` orders an embedded relation. The first one of a
/// relation counts. Options: `param` (order), `separator` (one character, `.`), `nulls: largest|smallest|first|last` (largest),
/// `max_terms` (500).
/// Reading fails with invalid_syntax (what = "order", "tree path"), limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_sort_pairs(yaml::Node const& options);

/// `signs`: `sort=-price,name`. Repeated ones add up. Options: `param` (order), `nulls` as above, `max_terms` (500), `unknown: problem|ignore` (of an
/// app's resources: names by which they cannot be ordered; problem). A list of a resource that is not asked for an order has the resource's own.
/// Reading fails with invalid_parameter, limit_exceeded.
Result<std::unique_ptr<ParameterReader const>> compile_sort_signs(yaml::Node const& options);

}  // namespace koine::dialect
