#include "store/sqlite/collations.hpp"
#include "store/sqlite/formula_functions.hpp"
#include "store/sqlite/writer.hpp"

#include <array>

namespace koine::store::sqlite {
namespace {

using query::Expression;
using query::Predicate;

std::string_view cast_function(model::Type type) {
    using model::Type;
    switch (type) {
        case Type::boolean: return "koine_to_boolean(";
        case Type::smallint: return "koine_to_smallint(";
        case Type::integer: return "koine_to_integer(";
        case Type::bigint: return "koine_to_bigint(";
        case Type::real: return "koine_to_real(";
        case Type::numeric: return "koine_to_numeric(";
        case Type::text: return "koine_to_text(";
        case Type::uuid: return "koine_to_uuid(";
        case Type::date: return "koine_to_date(";
        case Type::time: return "koine_to_time(";
        case Type::timestamp: return "koine_to_timestamp(";
        case Type::json: return "koine_to_json(";
        case Type::blob: return "koine_to_blob(";
        case Type::dynamic: return "(";
    }
    return "(";
}

void write_column(Writer& out, Expression const& column) {
    out.alias(column.alias).text(".").name(out.model()[column.entity].columns[column.column].name);
}

void write_cast(Writer& out, Expression const& cast) {
    auto const& operand = cast.operands.front();
    bool word = operand.type == model::Type::boolean && model::is_textual(cast.type);
    out.text(cast_function(cast.type)).text(word ? "koine_boolean_word(" : "");
    write_expression(out, operand);
    out.text(word ? "))" : ")");
}

void write_aggregate(Writer& out, Expression const& aggregate) {
    constexpr std::array<std::string_view, 6> kNames = {"", "count(", "sum(", "avg(", "min(", "max("};
    out.text(kNames[static_cast<std::size_t>(aggregate.aggregate)]);
    if (aggregate.operands.empty()) {
        out.text("*");
    } else {
        auto const& of = aggregate.operands.front();
        bool const is_extreme = aggregate.aggregate == query::Aggregate::min || aggregate.aggregate == query::Aggregate::max;
        write_expression(out, of);
        if (is_extreme) out.text(collation_of(of.ordering));
    }
    out.text(")");
}

void write_constant(Writer& out, query::Slot slot) {
    if (slot == query::kNoSlot)
        out.text("NULL");
    else
        out.bind(BindForm::value, slot);
}

/// A select of one cell: how many rows there are, or the column of the one row.
void write_nested(Writer& out, Expression const& nested) {
    auto const& select = *nested.select;
    NegationScope inner(out, false);
    out.text("(SELECT ");
    if (nested.kind == Expression::Kind::count)
        out.text("count(*)");
    else
        write_expression(out, select.columns.front());
    out.text(" FROM ");
    write_sources(out, select.sources);
    if (select.where.kind != Predicate::Kind::always) {
        out.text(" WHERE ");
        write_condition(out, select.where);
    }
    out.text(")");
}

/// As a value unknown and false differ, as they do below a NOT.
void write_truth(Writer& out, Predicate const& condition) {
    NegationScope exact(out, true);
    out.text("(");
    write_condition(out, condition);
    out.text(")");
}

void write_operands(Writer& out, Expression const& call) {
    for (std::size_t i = 0; i < call.operands.size(); ++i) {
        if (i > 0) out.text(", ");
        write_expression(out, call.operands[i]);
    }
    out.text(")");
}

void write_call(Writer& out, Expression const& call) {
    using expression::Function;
    switch (call.function) {
        case Function::coalesce:
            // SQLite's takes two at least.
            out.text("coalesce(NULL, ");
            return write_operands(out, call);
        case Function::choose:
            out.text("CASE WHEN ");
            write_expression(out, call.operands[0]);
            out.text(" THEN ");
            write_expression(out, call.operands[1]);
            out.text(" ELSE ");
            write_expression(out, call.operands[2]);
            out.text(" END");
            return;
        default: out.text(formula_function(call.function)).text("("); return write_operands(out, call);
    }
}

void write_arithmetic(Writer& out, Expression const& arithmetic) {
    using Op = expression::Formula::Op;
    auto sign = [&]() -> std::string_view {
        switch (arithmetic.op) {
            case Op::subtract: return " - ";
            case Op::multiply: return " * ";
            case Op::divide: return " * 1.0 / ";  // of integers SQLite gives an integer
            default: return " + ";
        }
    };
    out.text("(");
    write_expression(out, arithmetic.operands[0]);
    out.text(sign());
    write_expression(out, arithmetic.operands[1]);
    out.text(")");
}

}  // namespace

void write_expression(Writer& out, Expression const& expression) {
    switch (expression.kind) {
        case Expression::Kind::column: return write_column(out, expression);
        case Expression::Kind::json_path:
            out.text("koine_json(");
            write_expression(out, expression.operands.front());
            out.text(", ").bind(BindForm::path, expression.slot).text(expression.as_text ? ", 1)" : ", 0)");
            return;
        case Expression::Kind::cast: return write_cast(out, expression);
        case Expression::Kind::aggregate: return write_aggregate(out, expression);
        case Expression::Kind::present:
            out.text("CASE WHEN ");
            write_column(out, expression);
            out.text(" IS NOT NULL THEN 1 END");
            return;
        case Expression::Kind::choose:
            out.text("CASE WHEN ");
            write_expression(out, expression.operands[1]);
            out.text(" = ").bind(BindForm::value, expression.slot).text(" THEN ");
            write_expression(out, expression.operands[0]);
            out.text(" END");
            return;
        case Expression::Kind::count:
        case Expression::Kind::lookup: return write_nested(out, expression);
        case Expression::Kind::call: return write_call(out, expression);
        case Expression::Kind::constant: return write_constant(out, expression.slot);
        case Expression::Kind::predicate: return write_truth(out, *expression.condition);
        case Expression::Kind::arithmetic: return write_arithmetic(out, expression);
    }
}

}  // namespace koine::store::sqlite
