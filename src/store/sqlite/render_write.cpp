#include "store/sqlite/render_write.hpp"

#include "store/sqlite/writer.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace koine::store::sqlite {
namespace {

using model::ColumnId;
using query::Change;
using query::OnConflict;
using query::Select;
using query::WritePlan;
using Telling = RenderedWrite::Telling;

Rendered finished(Writer& out, std::size_t width) {
    return {out.take_text(), out.take_binds(), static_cast<std::uint32_t>(std::max<std::size_t>(width, 1)), false};
}

/// Calls `each` for the numbers below `count`, with commas between.
template <class Each>
void listed(Writer& out, std::size_t count, Each each) {
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out.text(", ");
        each(i);
    }
}

void write_names(Writer& out, model::Entity const& entity, std::vector<ColumnId> const& columns) {
    listed(out, columns.size(), [&](std::size_t i) { out.name(entity.columns[columns[i]].name); });
}

/// Part `index` of the identity, without the source's name before it.
void write_part(Writer& out, model::Entity const& entity, RowIdentity const& identity, std::size_t index) {
    if (identity.kind == RowIdentity::Kind::rowid)
        out.text(identity.rowid);
    else
        out.name(entity.columns[identity.columns[index]].name);
}

/// "alias.part, alias.part" with `alias` written by the caller's function.
template <class Alias>
void write_parts(Writer& out, model::Entity const& entity, RowIdentity const& identity, Alias alias) {
    listed(out, identity.width(), [&](std::size_t i) {
        alias();
        out.text(".");
        write_part(out, entity, identity, i);
    });
}

void write_where(Writer& out, query::Predicate const& where) {
    if (where.kind == query::Predicate::Kind::always) return;
    out.text(" WHERE ");
    write_condition(out, where);
}

/// The identities of the chosen rows.
void write_choice(Writer& out, model::Entity const& entity, RowIdentity const& identity, Select const& chosen) {
    out.text("SELECT ");
    write_parts(out, entity, identity, [&] { out.alias(0); });
    out.text(" FROM ");
    write_sources(out, chosen.sources);
    write_where(out, chosen.where);
    write_order_by(out, chosen.order);
    write_window(out, chosen);
}

bool is_windowed(Select const& select) { return select.limit || select.offset; }

void write_returning(Writer& out, RenderedWrite const& write, model::Entity const& entity) {
    if (!write.returns) return;
    out.text(" RETURNING ");
    if (write.returned_width == 0)
        out.text("1");
    else
        listed(out, write.returned_width, [&](std::size_t i) { write_part(out, entity, write.identity, i); });
}

void write_assignments(Writer& out, model::Entity const& entity, std::vector<ColumnId> const& columns) {
    out.text(" SET ");
    listed(out, columns.size(), [&](std::size_t i) {
        out.name(entity.columns[columns[i]].name).text(" = ").bind(BindForm::given, static_cast<query::Slot>(i));
    });
}

/// Update or remove, by condition or by identities. A view takes no alias (the triggers' rows do not have it).
Rendered render_change(model::Model const& model, RenderedWrite const& write) {
    WritePlan const& plan = *write.plan;
    auto const& entity = model[plan.entity];
    bool is_view = write.kind == model::EntityKind::view;
    bool by_identity = write.telling == Telling::before || is_windowed(plan.chosen);
    Writer out(model);
    auto target = [&]() -> Writer& { return is_view ? out.name(entity.name) : out.text(by_identity ? "w" : "t0"); };
    out.text(plan.change == Change::update ? "UPDATE " : "DELETE FROM ").name(entity.name);
    if (!is_view) out.text(by_identity ? " AS w" : " AS t0");
    if (plan.change == Change::update) write_assignments(out, entity, plan.columns);
    if (!by_identity) {
        if (is_view) out.unaliased(plan.entity);
        write_where(out, plan.chosen.where);
    } else {
        bool one = write.identity.width() == 1;
        out.text(one ? " WHERE " : " WHERE (");
        write_parts(out, entity, write.identity, target);
        out.text(one ? " IN (" : ") IN (");
        if (write.telling == Telling::before) {
            out.text("SELECT ");
            listed(out, write.identity.width(), [&](std::size_t i) { out.text("c").number(i); });
            out.text(" FROM koine_keys(").bind(BindForm::keys, 0).text(")");
        } else {
            write_choice(out, entity, write.identity, plan.chosen);
        }
        out.text(")");
    }
    write_returning(out, write, entity);
    return finished(out, write.returned_width);
}

Problem unsupported(std::string_view feature) { return Problem(Reason::feature_not_supported).with("feature", feature); }

Result<void> check(RenderedWrite const& write) {
    WritePlan const& plan = *write.plan;
    if (plan.on_conflict != OnConflict::fail && write.kind != model::EntityKind::table)
        return unsupported("resolving conflicts in a view or a virtual table");
    if (write.identity) return outcome::success();
    if (plan.returning) return unsupported("reading back written rows of a relation without a key");
    if (plan.change != Change::insert && is_windowed(plan.chosen)) return unsupported("writing only some rows of a relation without a key");
    if (plan.merges()) return unsupported("merging rows into a relation without a key");
    return outcome::success();
}

Telling telling_of(RenderedWrite const& write, model::Entity const& entity) {
    WritePlan const& plan = *write.plan;
    if (!plan.returning && !plan.merges()) return Telling::nothing;
    if (plan.change == Change::remove) return Telling::before;
    if (plan.change == Change::update) return write.kind == model::EntityKind::virtual_table ? Telling::before : Telling::returning;
    bool exact = !plan.merges() || (plan.conflict_columns.size() == 1 && entity.is_rowid(plan.conflict_columns.front()));
    return write.identity.kind == RowIdentity::Kind::rowid && exact ? Telling::last_rowid : Telling::returning;
}

std::vector<std::size_t> given_columns(WritePlan const& plan, GivenSet given) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < plan.columns.size(); ++i)
        if (given.empty() || given[i] != 0) columns.push_back(i);
    return columns;
}

/// The default as the file's own schema declares it: no text of a request.
void write_default(Writer& out, model::Column const& column) {
    out.text("(").text(column.default_value ? std::string_view(*column.default_value) : "NULL").text(")");
}

void write_values(Writer& out, WritePlan const& plan, model::Entity const& entity, GivenSet given) {
    auto columns = given_columns(plan, given);
    if (columns.empty() && plan.on_conflict == OnConflict::fail) {
        out.text(" DEFAULT VALUES");
        return;
    }
    out.text("(");
    if (columns.empty()) out.name(entity.columns[plan.conflict_columns.front()].name);
    listed(out, columns.size(), [&](std::size_t i) { out.name(entity.columns[plan.columns[columns[i]]].name); });
    out.text(") VALUES (");
    // DEFAULT VALUES takes no conflict clause: one column is given its default by name.
    if (columns.empty()) write_default(out, entity.columns[plan.conflict_columns.front()]);
    listed(out, columns.size(), [&](std::size_t i) { out.bind(BindForm::given, static_cast<query::Slot>(columns[i])); });
    out.text(")");
}

void write_conflict(Writer& out, WritePlan const& plan, model::Entity const& entity) {
    if (plan.on_conflict == OnConflict::fail) return;
    out.text(" ON CONFLICT(");
    write_names(out, entity, plan.conflict_columns);
    if (plan.on_conflict == OnConflict::ignore) {
        out.text(") DO NOTHING");
        return;
    }
    out.text(") DO UPDATE SET ");
    listed(out, plan.merged.size(), [&](std::size_t i) {
        auto const& name = entity.columns[plan.merged[i]].name;
        out.name(name).text(" = excluded.").name(name);
    });
}

}  // namespace

Result<std::shared_ptr<RenderedWrite const>> render_write(model::Model const& model, std::shared_ptr<query::WritePlan const> plan) {
    auto made = std::make_shared<RenderedWrite>();
    made->plan = std::move(plan);
    made->kind = model[made->plan->entity].kind;
    made->identity = row_identity(model, made->plan->entity);
    KOINE_TRY(check(*made));
    made->telling = telling_of(*made, model[made->plan->entity]);
    made->returns = made->telling == Telling::returning || made->kind == model::EntityKind::view;
    if (made->telling == Telling::returning) made->returned_width = static_cast<std::uint32_t>(made->identity.width());
    if (made->plan->change == Change::remove || (made->plan->change == Change::update && !made->plan->columns.empty()))
        made->chosen.steps.push_back(render_change(model, *made));
    if (made->telling == Telling::before && !made->chosen.steps.empty()) {
        Writer out(model);
        write_choice(out, model[made->plan->entity], made->identity, made->plan->chosen);
        made->chosen.steps.push_back(finished(out, made->identity.width()));
    }
    if (made->plan->returning) {
        KOINE_TRY(made->returning, render_plan(model, made->plan->returning, made->identity));
    }
    return std::shared_ptr<RenderedWrite const>(std::move(made));
}

Rendered render_insert(model::Model const& model, RenderedWrite const& write, GivenSet given) {
    auto const& entity = model[write.plan->entity];
    Writer out(model);
    out.text("INSERT INTO ").name(entity.name);
    write_values(out, *write.plan, entity, given);
    write_conflict(out, *write.plan, entity);
    write_returning(out, write, entity);
    return finished(out, write.returned_width);
}

Rendered render_probe(model::Model const& model, RenderedWrite const& write, GivenSet given) {
    WritePlan const& plan = *write.plan;
    auto const& entity = model[plan.entity];
    Writer out(model);
    out.text("SELECT ").text(write.telling == Telling::last_rowid ? write.identity.rowid : "1");
    out.text(" FROM ").name(entity.name).text(" WHERE ");
    for (std::size_t i = 0; i < plan.conflict_columns.size(); ++i) {
        auto const& column = entity.columns[plan.conflict_columns[i]];
        out.text(i == 0 ? "" : " AND ").name(column.name).text(" = ");
        auto place = static_cast<std::size_t>(std::ranges::find(plan.columns, plan.conflict_columns[i]) - plan.columns.begin());
        bool is_given = place < plan.columns.size() && (given.empty() || given[place] != 0);
        is_given ? (void)out.bind(BindForm::given, static_cast<query::Slot>(place)) : write_default(out, column);
    }
    return finished(out, 1);
}

Rendered render_by_identity(model::Model const& model, Select const& select, RowIdentity const& identity) {
    Writer out(model);
    auto const& root = select.sources.front();
    out.text("SELECT ");
    listed(out, select.columns.size(), [&](std::size_t i) { write_expression(out, select.columns[i]); });
    out.text(select.columns.empty() ? "NULL" : "").text(" FROM koine_keys(").bind(BindForm::keys, 0).text(") AS k CROSS JOIN ");
    write_sources(out, select.sources);
    for (std::size_t i = 0; i < identity.width(); ++i) {
        out.text(i == 0 ? " WHERE " : " AND ").alias(root.alias).text(".");
        write_part(out, model[root.entity], identity, i);
        out.text(" = k.c").number(i);
    }
    if (select.where.kind != query::Predicate::Kind::always) {
        out.text(" AND ");
        write_operand(out, select.where);
    }
    for (std::size_t i = 0; i < select.group_by.size(); ++i) {
        out.text(i == 0 ? " GROUP BY " : ", ");
        write_expression(out, select.group_by[i]);
    }
    if (select.order.empty() && !select.grouped && select.group_by.empty()) out.text(" ORDER BY k.ordinal");
    write_order_by(out, select.order);
    return finished(out, select.columns.size());
}

Rendered render_target_probe(model::Model const& model, model::ForeignKey const& key) {
    Writer out(model);
    auto const& target = model[key.target];
    out.text("SELECT 1 FROM ").name(target.name);
    for (std::size_t i = 0; i < key.target_columns.size(); ++i) {
        out.text(i == 0 ? " WHERE " : " AND ").name(target.columns[key.target_columns[i]].name).text(" = ");
        out.bind(BindForm::given, static_cast<query::Slot>(i));
    }
    return finished(out, 1);
}

Rendered render_reference_probe(model::Model const& model, WritePlan const& plan, model::EntityId origin, model::ForeignKey const& key) {
    Writer out(model);
    auto const& entity = model[plan.entity];
    out.text("SELECT ");
    listed(out, key.target_columns.size(), [&](std::size_t i) { out.alias(0).text(".").name(entity.columns[key.target_columns[i]].name); });
    out.text(" FROM ");
    write_sources(out, plan.chosen.sources);
    out.text(" WHERE EXISTS (SELECT 1 FROM ").name(model[origin].name).text(" AS c WHERE ");
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        out.text(i == 0 ? "c." : " AND c.").name(model[origin].columns[key.columns[i]].name).text(" = ").alias(0).text(".");
        out.name(entity.columns[key.target_columns[i]].name);
    }
    out.text(")");
    if (plan.chosen.where.kind != query::Predicate::Kind::always) {
        out.text(" AND ");
        write_operand(out, plan.chosen.where);
    }
    out.text(" LIMIT 1");
    return finished(out, key.target_columns.size());
}

}  // namespace koine::store::sqlite
