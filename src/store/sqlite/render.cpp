#include "store/sqlite/render.hpp"

#include "store/sqlite/writer.hpp"

#include <algorithm>
#include <span>

namespace koine::store::sqlite {
namespace {

using query::Expression;
using query::Select;
using query::Source;
using query::Step;

bool is_always(query::Predicate const& predicate) { return predicate.kind == query::Predicate::Kind::always; }

void write_columns(Writer& out, std::vector<Expression> const& columns, bool named) {
    if (columns.empty()) out.text("NULL");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, columns[i]);
        if (named) out.text(" AS c").number(i);
    }
}

void write_order_by(Writer& out, std::vector<query::OrderBy> const& order) {
    if (order.empty()) return;
    out.text(" ORDER BY ");
    write_order(out, order);
}

void write_where(Writer& out, std::vector<Expression> const& keys, query::Predicate const& where) {
    bool first = true;
    auto conjunct = [&] { out.text(std::exchange(first, false) ? " WHERE " : " AND "); };
    for (std::size_t i = 0; i < keys.size(); ++i) {
        conjunct();
        write_expression(out, keys[i]);
        out.text(" = k.c").number(i);
    }
    if (is_always(where)) return;
    conjunct();
    keys.empty() ? write_condition(out, where) : write_operand(out, where);
}

/// Parents and children in one: `koine_keys(?1) AS k CROSS JOIN child …`. CROSS JOIN keeps SQLite from turning the loops around.
void write_seek_body(Writer& out, Step const& step) {
    out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text(") AS k CROSS JOIN ");
    write_sources(out, step.select.sources);
    write_where(out, step.keys, step.select.where);
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

void write_seek(Writer& out, Step const& step) {
    auto const& select = step.select;
    bool windowed = step.limit || step.offset;
    if (!windowed) {
        out.text("SELECT k.ordinal, ");
        write_columns(out, select.columns, false);
        write_seek_body(out, step);
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
    write_seek_body(out, step);
    out.text(")");
    write_window(out, step);
    out.text(" ORDER BY ordinal, n");
}

/// The child's rows of all parents, once each: cells as c0…, order terms as o0…, keys as k0….
void write_gathered(Writer& out, Step const& step) {
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
    for (std::size_t i = 0; i < step.keys.size(); ++i) out.text(i == 0 ? "c" : ", c").number(i);
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

void write_gathered_join(Writer& out, Step const& step) {
    out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text(") AS k CROSS JOIN m WHERE ");
    for (std::size_t i = 0; i < step.keys.size(); ++i) out.text(i == 0 ? "m.k" : " AND m.k").number(i).text(" = k.c").number(i);
}

void write_gather(Writer& out, Step const& step) {
    auto const& select = step.select;
    write_gathered(out, step);
    std::size_t width = std::max<std::size_t>(select.columns.size(), 1);
    if (!step.limit && !step.offset) {
        out.text("SELECT k.ordinal");
        for (std::size_t i = 0; i < width; ++i) out.text(", m.c").number(i);
        write_gathered_join(out, step);
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
    write_gathered_join(out, step);
    out.text(")");
    write_window(out, step);
    out.text(" ORDER BY ordinal, n");
}

Rendered finished(Writer& out, std::size_t columns, bool is_child) {
    return {out.take_text(), out.take_binds(), static_cast<std::uint32_t>(std::max<std::size_t>(columns, 1)), is_child};
}

}  // namespace

std::string quoted(std::string_view name) {
    std::string text = "`";
    for (char c : name) text.append(c == '`' ? 2 : 1, c);
    return text += '`';
}

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

ChildForm child_form(model::Model const& model, Step const& step) {
    std::vector<model::ColumnId> columns;
    for (auto const& key : step.keys) {
        if (key.kind != Expression::Kind::column || key.alias != step.select.sources.front().alias) return ChildForm::gather;
        columns.push_back(key.column);
    }
    return model[step.select.sources.front().entity].has_index_on(columns) ? ChildForm::seek : ChildForm::gather;
}

Result<Rendered> render_child(model::Model const& model, Step const& step) {
    if (step.select.sources.empty()) return Problem(Reason::internal).because("a step without sources");
    return render_child(model, step, child_form(model, step));
}

Result<Rendered> render_child(model::Model const& model, Step const& step, ChildForm form) {
    if (step.select.sources.empty() || step.keys.empty() || step.keys.size() != step.parent_cells.size())
        return Problem(Reason::internal).because("a child step without sources or keys");
    if (step.select.grouped) return Problem(Reason::internal).because("a grouped child step");
    if (step.keys.size() > kMaxKeyColumns)
        return Problem(Reason::feature_not_supported).with("feature", "relations of more than 8 columns");
    Writer out(model);
    form == ChildForm::seek ? write_seek(out, step) : write_gather(out, step);
    return finished(out, step.select.columns.size(), true);
}

Result<std::shared_ptr<RenderedPlan const>> render_plan(model::Model const& model, std::shared_ptr<query::Plan const> plan) {
    auto rendered = std::make_shared<RenderedPlan>();
    for (std::size_t i = 0; i < plan->steps.size(); ++i) {
        Step const& step = plan->steps[i];
        if (step.parent == query::kNoStep) {
            rendered->steps.push_back(render(model, step.select));
            continue;
        }
        if (step.parent >= i) return Problem(Reason::internal).because("a step before its parent");
        KOINE_TRY(auto child, render_child(model, step));
        rendered->steps.push_back(std::move(child));
    }
    if (plan->total) rendered->total.push_back(render_total(model, *plan->total));
    rendered->schema_version = model.version;
    rendered->plan = std::move(plan);
    return std::shared_ptr<RenderedPlan const>(std::move(rendered));
}

}  // namespace koine::store::sqlite
