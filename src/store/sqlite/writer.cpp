#include "store/sqlite/writer.hpp"

#include "store/sqlite/collations.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace koine::store::sqlite {
namespace {

using query::Expression;
using query::Operator;
using query::Predicate;
using query::Source;

std::string_view comparison(Operator op) {
    switch (op) {
        case Operator::eq: return " = ";
        case Operator::neq: return " <> ";
        case Operator::gt: return " > ";
        case Operator::gte: return " >= ";
        case Operator::lt: return " < ";
        case Operator::lte: return " <= ";
        case Operator::is_distinct: return " IS NOT ";
        default: return " = ";
    }
}

std::string_view test(Operator op) {
    switch (op) {
        case Operator::is_not_null: return " IS NOT NULL";
        case Operator::is_true: return " IS TRUE";
        case Operator::is_false: return " IS FALSE";
        default: return " IS NULL";
    }
}

/// What is compared with a value, and how.
void write_left(Writer& out, Predicate const& predicate) {
    auto const& left = predicate.operands.front();
    write_expression(out, left);
    out.text(collation_of(out.model(), left, predicate.op));
}

/// `=`, `<>` and IS NOT compare with both classes; the others only within the value's class, since in SQLite every number is less than
/// every text.
void write_dynamic(Writer& out, Predicate const& predicate) {
    auto left = [&]() -> Writer& {
        write_expression(out, predicate.operands.front());
        return out;
    };
    query::Slot slot = predicate.slot;
    switch (predicate.op) {
        case Operator::gt:
        case Operator::gte:
            out.text("(");
            left().text(comparison(predicate.op)).bind(BindForm::order_value, slot).text(" AND ");
            left().text(" < ").bind(BindForm::order_above, slot).text(")");
            return;
        case Operator::lt:
        case Operator::lte:
            out.text("(");
            left().text(comparison(predicate.op)).bind(BindForm::order_value, slot).text(" AND ");
            left().text(" >= ").bind(BindForm::order_below, slot).text(")");
            return;
        case Operator::is_distinct:
            out.text("(");
            left().text(" IS NOT ").bind(BindForm::value, slot).text(" AND ");
            left().text(" IS NOT ").bind(BindForm::number_or_text, slot).text(")");
            return;
        default:
            left().text(predicate.op == Operator::neq ? " NOT IN (" : " IN (");
            out.bind(BindForm::value, slot).text(", ").bind(BindForm::number_or_text, slot).text(")");
    }
}

void write_pattern(Writer& out, Predicate const& predicate) {
    auto const& left = predicate.operands.front();
    if (predicate.op == Operator::like) {
        write_expression(out, left);
        out.text(" GLOB ").bind(BindForm::glob, predicate.slot);
        return;
    }
    bool ilike = predicate.op == Operator::ilike;
    out.text(ilike ? "koine_ilike(" : "koine_match(");
    write_expression(out, left);
    BindForm form = ilike ? BindForm::pattern : predicate.op == Operator::imatch ? BindForm::iregex : BindForm::regex;
    out.text(", ").bind(form, predicate.slot).text(")");
}

void write_contains(Writer& out, Predicate const& predicate) {
    out.text("koine_contains(");
    if (predicate.op == Operator::contained) out.bind(BindForm::value, predicate.slot).text(", ");
    write_expression(out, predicate.operands.front());
    if (predicate.op != Operator::contained) out.text(", ").bind(BindForm::value, predicate.slot);
    out.text(")");
}

void write_json_compare(Writer& out, Predicate const& predicate) {
    out.text("koine_json_compare(");
    write_expression(out, predicate.operands.front());
    out.text(", ").bind(BindForm::value, predicate.slot).text(")").text(comparison(predicate.op)).text("0");
}

void write_junction(Writer& out, Predicate const& predicate, std::string_view word, std::string_view empty) {
    bool first = true;
    for (auto const& child : predicate.children) {
        if (!std::exchange(first, false)) out.text(word);
        write_operand(out, child);
    }
    if (first) out.text(empty);
}

void write_negation(Writer& out, Predicate const& inner) {
    NegationScope negated(out, true);
    out.text("NOT (");
    write_condition(out, inner);
    out.text(")");
}

std::string_view join_word(Source::Join join) {
    switch (join) {
        case Source::Join::root: return "";
        case Source::Join::inner: return " JOIN ";
        case Source::Join::left: return " LEFT JOIN ";
    }
    return "";
}

}  // namespace

Writer& Writer::number(std::size_t count) {
    std::array<char, 20> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), count).ptr;
    text_.append(digits.data(), end);
    return *this;
}

Writer& Writer::alias(query::Alias which) {
    if (which == 0 && unaliased_) return name(model_[*unaliased_].name);
    return text("t").number(which);
}

Writer& Writer::bind(BindForm form, query::Slot slot) {
    Bind wanted{form, slot};
    auto found = std::ranges::find(binds_, wanted);
    auto index = static_cast<std::size_t>(found - binds_.begin());
    if (found == binds_.end()) binds_.push_back(wanted);
    return text("?").number(index + 1);
}

void write_condition(Writer& out, Predicate const& predicate) {
    using Kind = Predicate::Kind;
    switch (predicate.kind) {
        case Kind::always: out.text("1"); return;
        case Kind::never: out.text("0"); return;
        case Kind::all_of: return write_junction(out, predicate, " AND ", "1");
        case Kind::any_of: return write_junction(out, predicate, " OR ", "0");
        case Kind::negation: return write_negation(out, predicate.children.front());
        case Kind::compare:
            write_left(out, predicate);
            out.text(comparison(predicate.op)).bind(BindForm::value, predicate.slot);
            return;
        case Kind::compare_dynamic: return write_dynamic(out, predicate);
        case Kind::in:
            write_left(out, predicate);
            out.text(" IN (SELECT value FROM koine_list(").bind(BindForm::list, predicate.slot).text("))");
            return;
        case Kind::test:
            write_expression(out, predicate.operands.front());
            out.text(test(predicate.op));
            return;
        case Kind::pattern: return write_pattern(out, predicate);
        case Kind::json_compare: return write_json_compare(out, predicate);
        case Kind::json_contains: return write_contains(out, predicate);
        case Kind::equal:
            write_expression(out, predicate.operands[0]);
            out.text(" = ");
            write_expression(out, predicate.operands[1]);
            return;
        case Kind::compare_two:
            write_expression(out, predicate.operands[0]);
            out.text(comparison(predicate.op));
            write_expression(out, predicate.operands[1]);
            return;
        case Kind::holds: return write_expression(out, predicate.operands.front());
        case Kind::exists: return write_exists(out, predicate.select.front());
    }
}

void write_operand(Writer& out, Predicate const& predicate) {
    using Kind = Predicate::Kind;
    bool wrapped = (predicate.kind == Kind::all_of || predicate.kind == Kind::any_of) && predicate.children.size() > 1;
    if (wrapped) out.text("(");
    write_condition(out, predicate);
    if (wrapped) out.text(")");
}

void write_sources(Writer& out, std::vector<Source> const& sources) {
    for (auto const& source : sources) {
        out.text(join_word(source.join)).name(out.model()[source.entity].name).text(" AS t").number(source.alias);
        if (source.join == Source::Join::root) continue;
        out.text(" ON ");
        write_condition(out, source.on);
    }
}

void write_direction(Writer& out, query::OrderBy const& term) {
    out.text(collation_of(term.expression.ordering));
    if (term.direction == query::Direction::descending) out.text(" DESC");
    if (term.nulls) out.text(*term.nulls == query::Nulls::first ? " NULLS FIRST" : " NULLS LAST");
}

void write_order(Writer& out, std::vector<query::OrderBy> const& order) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, order[i].expression);
        write_direction(out, order[i]);
    }
}

void write_order_by(Writer& out, std::vector<query::OrderBy> const& order) {
    if (order.empty()) return;
    out.text(" ORDER BY ");
    write_order(out, order);
}

void write_window(Writer& out, query::Select const& select) {
    if (!select.limit && !select.offset) return;
    out.text(" LIMIT ");
    select.limit ? out.bind(BindForm::limit, *select.limit) : out.text("-1");
    if (select.offset) out.text(" OFFSET ").bind(BindForm::offset, *select.offset);
}

void write_select(Writer& out, query::Select const& select) {
    out.text("SELECT ");
    for (std::size_t i = 0; i < select.columns.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, select.columns[i]);
    }
    out.text(select.columns.empty() ? "NULL FROM " : " FROM ");
    write_sources(out, select.sources);
    if (select.where.kind != Predicate::Kind::always) {
        out.text(" WHERE ");
        write_condition(out, select.where);
    }
    for (std::size_t i = 0; i < select.group_by.size(); ++i) {
        out.text(i == 0 ? " GROUP BY " : ", ");
        write_expression(out, select.group_by[i]);
    }
    if (!select.order.empty()) {
        out.text(" ORDER BY ");
        write_order(out, select.order);
    }
    write_window(out, select);
}

}  // namespace koine::store::sqlite
