#include "store/sqlite/render.hpp"

#include "store/sqlite/comparison.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/writer.hpp"

#include <algorithm>
#include <span>

namespace koine::store::sqlite {
namespace {

using query::Expression;
using query::Select;
using query::Source;
using query::Step;

/// A child step, and what its keys are compared with.
struct Child {
    Step const& step;
    std::vector<LinkColumn> keys;  ///< fewer than the step's if one is no column of its first source
    std::vector<bool> as_number;   ///< for each key: takes the parent's value as a number does
};

Child child_of(model::Model const& model, query::Plan const& plan, std::size_t index) {
    Child child{.step = plan.steps[index], .keys = {}, .as_number = {}};
    auto const& parent = plan.steps[child.step.parent].select.columns;
    for (std::size_t i = 0; i < child.step.keys.size(); ++i) {
        auto const& key = child.step.keys[i];
        auto const& other = parent[child.step.parent_cells[i]];
        bool is_column = key.kind == Expression::Kind::column;
        Affinity outer = other.kind == Expression::Kind::column ? affinity_of(model, other.entity, other.column) : Affinity::none;
        child.as_number.push_back(is_column && compares_as_number(affinity_of(model, key.entity, key.column), outer));
        if (is_column && key.alias == child.step.select.sources.front().alias) child.keys.push_back({key.column, outer});
    }
    return child;
}

/// Adds the source's columns that equal a value in every row that meets the condition.
void add_fixed(query::Predicate const& where, query::Alias source, std::vector<model::ColumnId>& fixed) {
    if (where.kind == query::Predicate::Kind::all_of)
        for (auto const& part : where.children) add_fixed(part, source, fixed);
    if (where.kind != query::Predicate::Kind::compare || where.op != query::Operator::eq) return;
    auto const& left = where.operands.front();
    if (left.kind == Expression::Kind::column && left.alias == source) fixed.push_back(left.column);
}

/// Column of `koine_keys` for this key.
void write_key(Writer& out, Child const& child, std::size_t index) { out.text(child.as_number[index] ? "n" : "c").number(index); }

bool is_always(query::Predicate const& predicate) { return predicate.kind == query::Predicate::Kind::always; }

void write_columns(Writer& out, std::vector<Expression> const& columns, bool named) {
    if (columns.empty()) out.text("NULL");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, columns[i]);
        if (named) out.text(" AS c").number(i);
    }
}

void write_where(Writer& out, Child const& child) {
    auto const& keys = child.step.keys;
    auto const& where = child.step.select.where;
    bool first = true;
    auto conjunct = [&] { out.text(std::exchange(first, false) ? " WHERE " : " AND "); };
    for (std::size_t i = 0; i < keys.size(); ++i) {
        conjunct();
        write_expression(out, keys[i]);
        out.text(" = k.");
        write_key(out, child, i);
    }
    if (is_always(where)) return;
    conjunct();
    keys.empty() ? write_condition(out, where) : write_operand(out, where);
}

/// Parents and children in one: `koine_keys(?1) AS k CROSS JOIN child …`. CROSS JOIN keeps SQLite from turning the loops around.
void write_seek_body(Writer& out, Child const& child) {
    out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text(") AS k CROSS JOIN ");
    write_sources(out, child.step.select.sources);
    write_where(out, child);
}

void write_window(Writer& out, Step const& step) {
    if (!step.limit && !step.offset) return;
    out.text(" WHERE n > ");
    step.offset ? out.bind(BindForm::offset, *step.offset) : out.text("0");
    if (step.limit) {
        out.text(" AND n - ");
        step.offset ? out.bind(BindForm::offset, *step.offset) : out.text("0");
        out.text(" <= ").bind(BindForm::limit, *step.limit);
    }
}

void write_names(Writer& out, std::size_t count) {
    for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) out.text(", c").number(i);
}

void write_seek(Writer& out, Child const& child) {
    auto const& step = child.step;
    auto const& select = step.select;
    bool windowed = step.limit || step.offset;
    if (!windowed) {
        out.text("SELECT k.ordinal, ");
        write_columns(out, select.columns, false);
        write_seek_body(out, child);
        if (select.order.empty()) return;
        out.text(" ORDER BY k.ordinal, ");
        write_order(out, select.order);
        return;
    }
    out.text("SELECT ordinal");
    write_names(out, select.columns.size());
    out.text(" FROM (SELECT k.ordinal AS ordinal, ");
    write_columns(out, select.columns, true);
    if (select.columns.empty()) out.text(" AS c0");
    out.text(", row_number() OVER (PARTITION BY k.ordinal");
    write_order_by(out, select.order);
    out.text(") AS n");
    write_seek_body(out, child);
    out.text(")");
    write_window(out, step);
    out.text(" ORDER BY ordinal, n");
}

/// The child's rows of all parents, once each: cells as c0…, order terms as o0…, keys as k0….
void write_gathered(Writer& out, Child const& child) {
    auto const& step = child.step;
    auto const& select = step.select;
    out.text("WITH m AS MATERIALIZED (SELECT ");
    write_columns(out, select.columns, true);
    if (select.columns.empty()) out.text(" AS c0");
    for (std::size_t i = 0; i < select.order.size(); ++i) {
        out.text(", ");
        write_expression(out, select.order[i].expression);
        out.text(" AS o").number(i);
    }
    for (std::size_t i = 0; i < step.keys.size(); ++i) {
        out.text(", ");
        write_expression(out, step.keys[i]);
        out.text(" AS k").number(i);
    }
    out.text(" FROM ");
    write_sources(out, select.sources);
    out.text(" WHERE ").text(step.keys.size() == 1 ? "" : "(");
    for (std::size_t i = 0; i < step.keys.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, step.keys[i]);
    }
    out.text(step.keys.size() == 1 ? "" : ")").text(" IN (SELECT ");
    for (std::size_t i = 0; i < step.keys.size(); ++i) {
        out.text(i == 0 ? "" : ", ");
        write_key(out, child, i);
    }
    out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text("))");
    if (!is_always(select.where)) {
        out.text(" AND ");
        write_operand(out, select.where);
    }
    out.text(") ");
}

void write_gathered_order(Writer& out, std::vector<query::OrderBy> const& order) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        out.text(i == 0 ? "m.o" : ", m.o").number(i);
        write_direction(out, order[i]);
    }
}

void write_gathered_join(Writer& out, Child const& child) {
    out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text(") AS k CROSS JOIN m WHERE ");
    for (std::size_t i = 0; i < child.step.keys.size(); ++i) {
        out.text(i == 0 ? "m.k" : " AND m.k").number(i).text(" = k.");
        write_key(out, child, i);
    }
}

void write_gather(Writer& out, Child const& child) {
    auto const& step = child.step;
    auto const& select = step.select;
    write_gathered(out, child);
    std::size_t width = std::max<std::size_t>(select.columns.size(), 1);
    if (!step.limit && !step.offset) {
        out.text("SELECT k.ordinal");
        for (std::size_t i = 0; i < width; ++i) out.text(", m.c").number(i);
        write_gathered_join(out, child);
        if (select.order.empty()) return;
        out.text(" ORDER BY k.ordinal, ");
        write_gathered_order(out, select.order);
        return;
    }
    out.text("SELECT ordinal");
    write_names(out, width);
    out.text(" FROM (SELECT k.ordinal AS ordinal");
    for (std::size_t i = 0; i < width; ++i) out.text(", m.c").number(i).text(" AS c").number(i);
    out.text(", row_number() OVER (PARTITION BY k.ordinal");
    if (!select.order.empty()) {
        out.text(" ORDER BY ");
        write_gathered_order(out, select.order);
    }
    out.text(") AS n");
    write_gathered_join(out, child);
    out.text(")");
    write_window(out, step);
    out.text(" ORDER BY ordinal, n");
}

Result<void> check_child(query::Plan const& plan, std::size_t index) {
    auto const& step = plan.steps[index];
    auto internal = [](std::string_view cause) { return Problem(Reason::internal).because(cause); };
    if (step.select.sources.empty() || step.keys.empty() || step.keys.size() != step.parent_cells.size())
        return internal("a child step without sources or keys");
    if (step.parent >= index) return internal("a step before its parent");
    auto width = plan.steps[step.parent].select.columns.size();
    if (std::ranges::any_of(step.parent_cells, [&](std::uint32_t cell) { return cell >= width; })) return internal("a key without a cell");
    if (step.select.grouped) return internal("a grouped child step");
    if (step.keys.size() > kMaxKeyColumns)
        return Problem(Reason::feature_not_supported).with("feature", "relations of more than 8 columns");
    return outcome::success();
}

Rendered finished(Writer& out, std::size_t columns, bool is_child) {
    return {out.take_text(), out.take_binds(), static_cast<std::uint32_t>(std::max<std::size_t>(columns, 1)), is_child};
}

}  // namespace

Rendered render(model::Model const& model, Select const& select) {
    Writer out(model);
    write_select(out, select);
    return finished(out, select.columns.size(), false);
}

Rendered render_total(model::Model const& model, Select const& select) {
    if (select.group_by.empty()) return render(model, select);
    Writer out(model);
    out.text("SELECT count(*) FROM (");
    write_select(out, select);
    out.text(")");
    return finished(out, 1, false);
}

ChildForm child_form(model::Model const& model, query::Plan const& plan, std::size_t index) {
    auto child = child_of(model, plan, index);
    if (child.keys.size() < child.step.keys.size()) return ChildForm::gather;
    auto const& select = child.step.select;
    std::vector<model::ColumnId> fixed;
    add_fixed(select.where, select.sources.front().alias, fixed);
    return is_sought(model, select.sources.front().entity, child.keys, fixed) ? ChildForm::seek : ChildForm::gather;
}

Result<Rendered> render_child(model::Model const& model, query::Plan const& plan, std::size_t index) {
    KOINE_TRY(check_child(plan, index));
    return render_child(model, plan, index, child_form(model, plan, index));
}

Result<Rendered> render_child(model::Model const& model, query::Plan const& plan, std::size_t index, ChildForm form) {
    KOINE_TRY(check_child(plan, index));
    auto child = child_of(model, plan, index);
    Writer out(model);
    form == ChildForm::seek ? write_seek(out, child) : write_gather(out, child);
    return finished(out, child.step.select.columns.size(), true);
}

namespace {

Result<std::shared_ptr<RenderedPlan const>> render_plan_by(
    model::Model const& model, std::shared_ptr<query::Plan const> plan, RowIdentity const* identity
) {
    auto rendered = std::make_shared<RenderedPlan>();
    for (std::size_t i = 0; i < plan->steps.size(); ++i) {
        auto const& step = plan->steps[i];
        if (step.parent == query::kNoStep) {
            rendered->steps.push_back(identity ? render_by_identity(model, step.select, *identity) : render(model, step.select));
            continue;
        }
        KOINE_TRY(auto child, render_child(model, *plan, i));
        rendered->steps.push_back(std::move(child));
    }
    if (plan->total) rendered->total.push_back(render_total(model, *plan->total));
    rendered->schema_version = model.version;
    rendered->plan = std::move(plan);
    return std::shared_ptr<RenderedPlan const>(std::move(rendered));
}

}  // namespace

Result<std::shared_ptr<RenderedPlan const>> render_plan(model::Model const& model, std::shared_ptr<query::Plan const> plan) {
    return render_plan_by(model, std::move(plan), nullptr);
}

Result<std::shared_ptr<RenderedPlan const>> render_plan(
    model::Model const& model, std::shared_ptr<query::Plan const> plan, RowIdentity const& identity
) {
    return render_plan_by(model, std::move(plan), &identity);
}

}  // namespace koine::store::sqlite
