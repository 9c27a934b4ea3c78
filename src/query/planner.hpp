/// @file The planner: from what was asked, in names, to the few statements that fetch it. Here it is judged whether it can be.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/cell.hpp"
#include "query/intent.hpp"
#include "query/limits.hpp"
#include "query/plan.hpp"
#include "query/write_plan.hpp"

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

/// Plans a write; like a read's, the plan depends on the shape only (`shape_of`).
/// @return unknown_relation, unknown_body_column, unknown_column (of a conflict target, a filter, the selection), generated_column,
///         not_writable (a view without the trigger), no_conflict_target, limit_without_order, and what plan_read returns for
///         `chosen` and `returned`.
Result<std::shared_ptr<WritePlan const>> plan_write(
    model::Model const& model, Mutation const& mutation, PlanLimits const& limits, std::string_view schema
);

/// Makes the arguments of `chosen` (WritePlan::slots), as `bind` does. A plan's `returning` is bound by `bind` with Mutation::returned.
Result<void> bind_chosen(WritePlan const& plan, Mutation const& mutation, Arena& arena, std::vector<Argument>& arguments);

/// Makes the rows to write: each value checked against its column's type. Of an update the first row counts.
/// @return invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal, limit_exceeded.
Result<void> bind_values(
    model::Model const& model, WritePlan const& plan, Mutation const& mutation, Body const& body, Arena& arena, WriteValues& values
);

}  // namespace koine::query
