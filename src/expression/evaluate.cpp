#include "expression/functions.hpp"

#include <charconv>
#include <optional>

namespace koine::expression {
namespace {

using Kind = Formula::Kind;

Value number_of(std::string_view digits) {
    double number = 0;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return {};
    return number_value(number);
}

/// Nothing for null. Numbers are true unless 0, as in SQL.
std::optional<bool> truth(Value const& value) {
    if (value.kind == Value::Kind::null) return std::nullopt;
    return value.number != 0;
}

/// -1, 0 or 1; as SQLite orders them, a text is greater than any number.
int order(Value const& a, Value const& b) {
    bool const text_a = a.kind == Value::Kind::text;
    bool const text_b = b.kind == Value::Kind::text;
    if (text_a != text_b) return text_a ? 1 : -1;
    if (text_a) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

Value compared(Formula const& formula, Row const& row) {
    auto const& left = formula.operands[0];
    auto const& right = formula.operands[1];
    if (left.kind == Kind::null || right.kind == Kind::null) {
        auto const value = evaluate(left.kind == Kind::null ? right : left, row);
        return boolean_value((value.kind == Value::Kind::null) == (formula.op == Formula::Op::eq));
    }
    auto const a = evaluate(left, row);
    auto const b = evaluate(right, row);
    if (a.kind == Value::Kind::null || b.kind == Value::Kind::null) return {};
    auto const sign = order(a, b);
    switch (formula.op) {
        case Formula::Op::eq: return boolean_value(sign == 0);
        case Formula::Op::neq: return boolean_value(sign != 0);
        case Formula::Op::lt: return boolean_value(sign < 0);
        case Formula::Op::lte: return boolean_value(sign <= 0);
        case Formula::Op::gt: return boolean_value(sign > 0);
        case Formula::Op::gte: return boolean_value(sign >= 0);
        default: return {};
    }
}

Value calculated(Formula const& formula, Row const& row) {
    auto const a = evaluate(formula.operands[0], row);
    auto const b = evaluate(formula.operands[1], row);
    if (a.kind == Value::Kind::null || b.kind == Value::Kind::null) return {};
    switch (formula.op) {
        case Formula::Op::add: return number_value(a.number + b.number);
        case Formula::Op::subtract: return number_value(a.number - b.number);
        case Formula::Op::multiply: return number_value(a.number * b.number);
        case Formula::Op::divide: return b.number == 0 ? Value() : number_value(a.number / b.number);
        default: return {};
    }
}

/// All of them, or any: `decisive` settles it, else a null leaves it open.
Value combined(Formula const& formula, Row const& row, bool decisive) {
    bool open = false;
    for (auto const& operand : formula.operands) {
        auto const value = truth(evaluate(operand, row));
        if (value == decisive) return boolean_value(decisive);
        open |= !value;
    }
    return open ? Value() : boolean_value(!decisive);
}

Value found_in(Formula const& formula, Row const& row) {
    auto const wanted = evaluate(formula.operands.front(), row);
    if (wanted.kind == Value::Kind::null) return {};
    bool open = false;
    for (std::size_t i = 1; i < formula.operands.size(); ++i) {
        auto const value = evaluate(formula.operands[i], row);
        if (value.kind == Value::Kind::null) {
            open = true;
        } else if (order(wanted, value) == 0) {
            return boolean_value(true);
        }
    }
    return open ? Value() : boolean_value(false);
}

Value called(Formula const& formula, Row const& row) {
    switch (formula.function) {
        case Function::exists:
        case Function::count: return row(std::string(to_string(formula.function)) + "(" + formula.relation + ")", false);
        case Function::choose: return evaluate(formula.operands[truth(evaluate(formula.operands[0], row)).value_or(false) ? 1 : 2], row);
        case Function::coalesce:
            for (auto const& operand : formula.operands)
                if (auto value = evaluate(operand, row); value.kind != Value::Kind::null) return value;
            return {};
        default: break;
    }
    std::vector<Value> arguments;
    arguments.reserve(formula.operands.size());
    for (auto const& operand : formula.operands) arguments.push_back(evaluate(operand, row));
    return call(formula.function, arguments);
}

Value of_path(Formula const& formula, Row const& row) {
    auto value = row(formula.path, formula.outer);
    // Decimals are stored as texts.
    if (formula.type == Class::number && value.kind == Value::Kind::text) return number_of(value.text);
    return value;
}

}  // namespace

Value evaluate(Formula const& formula, Row const& row) {
    switch (formula.kind) {
        case Kind::null: return {};
        case Kind::boolean: return boolean_value(formula.literal == "true");
        case Kind::number: return number_of(formula.literal);
        case Kind::text: return {.kind = Value::Kind::text, .number = 0, .text = formula.literal};
        case Kind::path: return of_path(formula, row);
        case Kind::negation: {
            auto const value = truth(evaluate(formula.operands[0], row));
            return value ? boolean_value(!*value) : Value();
        }
        case Kind::all_of: return combined(formula, row, false);
        case Kind::any_of: return combined(formula, row, true);
        case Kind::compare: return compared(formula, row);
        case Kind::in: return found_in(formula, row);
        case Kind::arithmetic: return calculated(formula, row);
        case Kind::call: return called(formula, row);
    }
    return {};
}

}  // namespace koine::expression
