/// @file The planner: from what was asked, in names, to the few statements that fetch it. Here it is judged whether it can be.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/cell.hpp"
#include "query/intent.hpp"
#include "query/limits.hpp"
#include "query/plan.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace koine::query {

/// Plans a read. The plan depends on the query's shape only, never on its values. One statement for the root with its to-one
/// relations joined, and one for each to-many relation of the selection, whatever the number of rows.
/// `schema` is the name by which messages call the set of relations.
/// @return unknown_relation, unknown_column, unknown_type, unknown_relationship, ambiguous_relationship, not_embedded, embed_operator,
///         related_order_to_many, spread_to_many, undefined_operator, undefined_function, not_boolean, ungrouped_column, not_found
///         (a key of the wrong length), limit_exceeded, feature_not_supported.
Result<std::shared_ptr<Plan const>> plan_read(
    model::Model const& model, Query const& query, PlanLimits const& limits, std::string_view schema
);

/// The problem that no relation has that name, with the one that may have been meant.
Problem unknown_relation(model::Model const& model, std::string_view name, std::string_view schema);

/// Makes the arguments of a plan from the values of a query of its shape, into `arguments` (resized to Plan::slots). Views are of the
/// query and of `arena`. The root's limit (of every parent's rows too, where one is set) is bound as at most `max_rows` + 1, so that the store sees a cut; negative as 0.
/// @return invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal, trailing_escape,
///         limit_exceeded (the length of a pattern), internal (a query that is not of the plan's shape).
Result<void> bind(Plan const& plan, Query const& query, std::uint32_t max_rows, Arena& arena, std::vector<Argument>& arguments);

}  // namespace koine::query
