/// @file Rendering: from a plan's typed trees to SQLite's text. The only place where SQL is written for reads.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/plan.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace koine::store::sqlite {

struct RowIdentity;

/// How an argument goes into a placeholder.
enum class BindForm : std::uint8_t {
    value,           ///< the scalar as it is
    list,            ///< the list, for `koine_list`
    keys,            ///< the parents' key cells, for `koine_keys`; has no slot
    limit,           ///< a count of rows; NULL or negative = all
    offset,          ///< rows to skip; NULL or negative = none
    number_or_text,  ///< of a dynamic pair: the number, else the text once more (an IN with NULL would never be false)
    order_value,     ///< of a dynamic pair, for < and >: the number if there is one, else the text
    order_above,     ///< the least value above the class of `order_value`: '' over numbers, x'' over texts
    order_below,     ///< the least value of the class of `order_value`: -Infinity or ''
    pattern,         ///< a LIKE pattern, made ready for `koine_ilike`
    regex,
    iregex,  ///< an expression, compiled for `koine_match`
    path,    ///< a JSON path, parsed for `koine_json`
    glob,    ///< a GLOB pattern, refused if too long
    given    ///< a value of the row to write: `slot` is its place in WritePlan::columns
};

struct Bind {
    BindForm form = BindForm::value;
    query::Slot slot = 0;
    bool operator==(Bind const&) const = default;
};

/// One statement's text. Placeholder ?N takes binds[N-1]. Values are never in the text.
struct Rendered {
    std::string text;
    std::vector<Bind> binds;
    std::uint32_t width = 0;  ///< cells a row, without the ordinal that stands before them in a child step
    bool is_child = false;    ///< the first column is the ordinal of the parent's row
};

/// All statements of a plan. Immutable; shared by a session and the slow lane.
struct RenderedPlan {
    std::shared_ptr<query::Plan const> plan;
    std::vector<Rendered> steps;       ///< as Plan::steps
    std::vector<Rendered> total;       ///< none or one
    std::uint64_t schema_version = 0;  ///< of the model it was rendered for
};

/// Keys that a child step may have at most.
inline constexpr std::size_t kMaxKeyColumns = 8;

/// One select without parents (a root or a total).
Rendered render(model::Model const& model, query::Select const& select);
/// The total of a plan; with groups, the number of its rows.
Rendered render_total(model::Model const& model, query::Select const& select);
/// Step number `index` of the plan, a child step. With an index on its keys each parent seeks in it, in the order of the parents;
/// without, the child's rows are gathered in one pass and then joined to the parents through SQLite's own temporary index
/// (decisions.md 1). Keys compare as the two columns would by `=`.
/// @return feature_not_supported (more than kMaxKeyColumns), internal (a grouped child, a step without keys, no parent before it).
Result<Rendered> render_child(model::Model const& model, query::Plan const& plan, std::size_t index);
/// The same with the form given, for tests that compare both.
enum class ChildForm : std::uint8_t { seek, gather };
Result<Rendered> render_child(model::Model const& model, query::Plan const& plan, std::size_t index, ChildForm form);
/// The form that `render_child` takes for this step, which it can render.
ChildForm child_form(model::Model const& model, query::Plan const& plan, std::size_t index);

Result<std::shared_ptr<RenderedPlan const>> render_plan(model::Model const& model, std::shared_ptr<query::Plan const> plan);
/// The same with its root restricted to the rows of these identities, given by `koine_keys`: in their order, unless the root has its own.
Result<std::shared_ptr<RenderedPlan const>> render_plan(
    model::Model const& model, std::shared_ptr<query::Plan const> plan, RowIdentity const& identity
);

}  // namespace koine::store::sqlite
