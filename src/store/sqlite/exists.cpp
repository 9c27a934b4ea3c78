#include "store/sqlite/comparison.hpp"
#include "store/sqlite/writer.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace koine::store::sqlite {
namespace {

using query::Alias;
using query::Expression;
using query::Predicate;
using query::Select;
using Kind = Predicate::Kind;

bool is_within(Predicate const& predicate, std::vector<Alias> const& aliases);
bool is_within(Select const& select, std::vector<Alias> aliases);

bool is_within(Expression const& expression, std::vector<Alias> const& aliases) {
    using ExpressionKind = Expression::Kind;
    bool named = expression.kind == ExpressionKind::column || expression.kind == ExpressionKind::present;
    if (named && std::ranges::find(aliases, expression.alias) == aliases.end()) return false;
    if (expression.select && !is_within(*expression.select, aliases)) return false;
    if (expression.condition && !is_within(*expression.condition, aliases)) return false;
    return std::ranges::all_of(expression.operands, [&](Expression const& operand) { return is_within(operand, aliases); });
}

std::vector<Alias> aliases_of(Select const& select) {
    std::vector<Alias> aliases;
    for (auto const& source : select.sources) aliases.push_back(source.alias);
    return aliases;
}

bool is_within(Select const& select, std::vector<Alias> aliases) {
    std::ranges::copy(aliases_of(select), std::back_inserter(aliases));
    return is_within(select.where, aliases) &&
           std::ranges::all_of(select.columns, [&](Expression const& column) { return is_within(column, aliases); }) &&
           std::ranges::all_of(select.sources, [&](query::Source const& source) { return is_within(source.on, aliases); });
}

/// True if the condition speaks of these sources only.
bool is_within(Predicate const& predicate, std::vector<Alias> const& aliases) {
    return std::ranges::all_of(predicate.operands, [&](Expression const& operand) { return is_within(operand, aliases); }) &&
           std::ranges::all_of(predicate.children, [&](Predicate const& child) { return is_within(child, aliases); }) &&
           std::ranges::all_of(predicate.select, [&](Select const& select) { return is_within(select, aliases); });
}

/// An existence that speaks of the rows around it in its links only: these columns inside equal those outside.
struct Membership {
    std::vector<Expression const*> inside;
    std::vector<Expression const*> outside;
    std::vector<Predicate const*> conditions;
};

std::span<Predicate const> conjuncts_of(Predicate const& predicate) {
    if (predicate.kind == Kind::all_of) return predicate.children;
    return {&predicate, 1};
}

bool is_plain(Expression const& expression) { return expression.kind == Expression::Kind::column; }

std::optional<Membership> membership_of(Select const& select) {
    auto aliases = aliases_of(select);
    for (auto const& source : select.sources)
        if (!is_within(source.on, aliases)) return std::nullopt;
    Membership found;
    for (auto const& condition : conjuncts_of(select.where)) {
        if (condition.kind == Kind::always) continue;
        if (is_within(condition, aliases)) {
            found.conditions.push_back(&condition);
            continue;
        }
        if (condition.kind != Kind::equal || !is_plain(condition.operands[0]) || !is_plain(condition.operands[1])) return std::nullopt;
        bool left = is_within(condition.operands[0], aliases);
        if (!left && !is_within(condition.operands[1], aliases)) return std::nullopt;
        found.inside.push_back(&condition.operands[left ? 0 : 1]);
        found.outside.push_back(&condition.operands[left ? 1 : 0]);
    }
    if (found.inside.empty()) return std::nullopt;
    return found;
}

model::Column const& column_of(model::Model const& model, Expression const& column) { return model[column.entity].columns[column.column]; }

/// IN takes its collation from the left side, `=` of the link from the other: only where it cannot matter.
bool is_binary(model::Model const& model, Membership const& membership) {
    auto binary = [&](Expression const* column) { return !column_of(model, *column).not_binary; };
    return std::ranges::all_of(membership.inside, binary) && std::ranges::all_of(membership.outside, binary);
}

/// True if an index finds the row of each outer row.
bool is_sought(model::Model const& model, Membership const& membership) {
    std::vector<LinkColumn> columns;
    auto const& first = *membership.inside.front();
    for (std::size_t i = 0; i < membership.inside.size(); ++i) {
        auto const& outside = *membership.outside[i];
        if (membership.inside[i]->alias != first.alias) return false;
        columns.push_back({membership.inside[i]->column, affinity_of(model, outside.entity, outside.column)});
    }
    return is_sought(model, first.entity, columns);
}

void write_list(Writer& out, std::vector<Expression const*> const& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, *columns[i]);
    }
}

/// All keys inside are gathered once. A NULL in a key makes IN unknown, which is as good as false unless something turns it around:
/// there CASE makes it false (and spares the library the search for NULLs that could make it unknown).
void write_membership(Writer& out, Select const& select, Membership const& membership) {
    bool guarded = out.is_negated();
    bool one = membership.outside.size() == 1;
    out.text(guarded ? "CASE WHEN " : "").text(one ? "" : "(");
    write_list(out, membership.outside);
    out.text(one ? " IN (SELECT " : ") IN (SELECT ");
    write_list(out, membership.inside);
    out.text(" FROM ");
    NegationScope inner(out, false);
    write_sources(out, select.sources);
    bool first = true;
    auto conjunct = [&] { out.text(std::exchange(first, false) ? " WHERE " : " AND "); };
    for (auto const* column : membership.inside) {
        if (!column_of(out.model(), *column).nullable) continue;
        conjunct();
        write_expression(out, *column);
        out.text(" IS NOT NULL");
    }
    for (auto const* condition : membership.conditions) {
        conjunct();
        write_operand(out, *condition);
    }
    out.text(guarded ? ") THEN 1 ELSE 0 END" : ")");
}

void write_correlated(Writer& out, Select const& select) {
    NegationScope inner(out, false);
    out.text("EXISTS (SELECT 1 FROM ");
    write_sources(out, select.sources);
    if (select.where.kind != Kind::always) {
        out.text(" WHERE ");
        write_condition(out, select.where);
    }
    write_window(out, select);
    out.text(")");
}

}  // namespace

ExistsForm exists_form(model::Model const& model, Select const& select) {
    if (select.limit || select.offset) return ExistsForm::correlated;
    auto membership = membership_of(select);
    if (!membership || !is_binary(model, *membership) || is_sought(model, *membership)) return ExistsForm::correlated;
    return ExistsForm::gathered;
}

void write_exists(Writer& out, Select const& select) {
    auto form = out.forced_exists().value_or(exists_form(out.model(), select));
    auto membership = form == ExistsForm::gathered ? membership_of(select) : std::nullopt;
    membership ? write_membership(out, select, *membership) : write_correlated(out, select);
}

}  // namespace koine::store::sqlite
