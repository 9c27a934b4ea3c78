#include "expression/typing.hpp"

#include "expression/functions.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

namespace koine::expression {
namespace {

using Kind = Formula::Kind;

std::string_view name_of(Class type) {
    switch (type) {
        case Class::boolean: return "a truth value";
        case Class::number: return "a number";
        case Class::text: return "a text";
        case Class::time: return "a time";
        case Class::any: return "any value";
    }
    return {};
}

/// Times are texts as stored, so a literal may stand for one.
bool comparable(Class a, Class b) {
    if (a == b || a == Class::any || b == Class::any) return true;
    return (a == Class::time && b == Class::text) || (a == Class::text && b == Class::time);
}

Result<void> need(Formula const& formula, Class wanted, std::string_view of) {
    bool const fits = formula.type == wanted || formula.type == Class::any || wanted == Class::any ||
                      (wanted == Class::text && formula.type == Class::time);
    if (fits) return outcome::success();
    return mistake_at(formula.column, fmt::format("{} takes {}, this is {}", of, name_of(wanted), name_of(formula.type)));
}

std::string_view symbol_of(Formula::Op op) {
    switch (op) {
        case Formula::Op::eq: return "==";
        case Formula::Op::neq: return "!=";
        case Formula::Op::lt: return "<";
        case Formula::Op::lte: return "<=";
        case Formula::Op::gt: return ">";
        case Formula::Op::gte: return ">=";
        case Formula::Op::add: return "+";
        case Formula::Op::subtract: return "-";
        case Formula::Op::multiply: return "*";
        case Formula::Op::divide: return "/";
    }
    return {};
}

Result<void> type_operands(Formula& formula, Class type, std::string_view word) {
    formula.type = type;
    for (auto const& operand : formula.operands) {
        KOINE_TRY(need(operand, type, fmt::format("`{}`", word)));
    }
    return outcome::success();
}

Problem not_comparable(Formula const& formula, Formula const& other, Formula const& one) {
    return mistake_at(formula.column, fmt::format("{} cannot be compared with {}", name_of(one.type), name_of(other.type)));
}

Result<void> type_comparison(Formula& formula) {
    formula.type = Class::boolean;
    auto const& left = formula.operands[0];
    auto const& right = formula.operands[1];
    bool const equality = formula.op == Formula::Op::eq || formula.op == Formula::Op::neq;
    if (!comparable(left.type, right.type)) return not_comparable(formula, right, left);
    if (equality) return outcome::success();
    for (auto const* operand : {&left, &right}) {
        if (operand->kind == Kind::null)
            return mistake_at(operand->column, fmt::format("nothing is `{}` null: test with == or !=", symbol_of(formula.op)));
        if (operand->type == Class::boolean)
            return mistake_at(
                operand->column, fmt::format("`{}` takes numbers, texts or times, this is a truth value", symbol_of(formula.op))
            );
    }
    return outcome::success();
}

Result<void> type_list(Formula& formula) {
    formula.type = Class::boolean;
    auto const& wanted = formula.operands.front();
    for (auto const& each : formula.operands) {
        if (each.kind == Kind::null) return mistake_at(each.column, "null is never `in` a list: test with == or !=");
        if (!comparable(wanted.type, each.type)) return not_comparable(each, each, wanted);
    }
    return outcome::success();
}

/// The one class of operands from `first` on; any if they leave it open.
Result<Class> common(Formula const& formula, std::size_t first) {
    auto type = Class::any;
    for (auto i = first; i < formula.operands.size(); ++i) {
        auto const& operand = formula.operands[i];
        if (type == Class::any) {
            type = operand.type;
        } else if (operand.type != Class::any && operand.type != type) {
            return mistake_at(
                operand.column,
                fmt::format("`{}` gives {} or {}: make them one", to_string(formula.function), name_of(type), name_of(operand.type))
            );
        }
    }
    return type;
}

Result<void> check_pattern(Formula const& pattern) {
    if (pattern.kind != Kind::text) return mistake_at(pattern.column, "the expression of `matches` is a literal: '[a-z]+'");
    auto const& expression = compiled(pattern.literal);
    if (!expression.ok()) return mistake_at(pattern.column, fmt::format("this is no regular expression: {}", expression.error()));
    return outcome::success();
}

std::string arity_of(Signature const& signature) {
    if (signature.most == 0) return "nothing";
    if (signature.least != signature.most) return fmt::format("at least {} value{}", signature.least, signature.least == 1 ? "" : "s");
    return fmt::format("{} value{}", signature.least, signature.least == 1 ? "" : "s");
}

Result<void> type_call(Formula& formula) {
    auto const& signature = signature_of(formula.function);
    formula.type = signature.result;
    auto const& operands = formula.operands;
    bool const of_rows = formula.function == Function::exists || formula.function == Function::count;
    if (!of_rows && (operands.size() < signature.least || operands.size() > signature.most))
        return mistake_at(formula.column, fmt::format("`{}` takes {}, not {}", signature.name, arity_of(signature), operands.size()));
    auto const of = fmt::format("`{}`", signature.name);
    for (auto const& operand : operands) {
        KOINE_TRY(need(operand, signature.argument, of));
    }
    if (formula.function == Function::matches) return check_pattern(operands[1]);
    if (formula.function == Function::choose) {
        KOINE_TRY(need(operands[0], Class::boolean, of));
    }
    if (signature.result != Class::any) return outcome::success();
    KOINE_TRY(auto type, common(formula, formula.function == Function::choose ? 1 : 0));
    formula.type = type;
    return outcome::success();
}

}  // namespace

Problem mistake_at(int column, std::string_view message) {
    return configuration_problem("", 0, 0, fmt::format("column {}: {}", column, message));
}

Result<void> give_type(Formula& formula) {
    switch (formula.kind) {
        case Kind::negation: return type_operands(formula, Class::boolean, "not");
        case Kind::all_of: return type_operands(formula, Class::boolean, "and");
        case Kind::any_of: return type_operands(formula, Class::boolean, "or");
        case Kind::compare: return type_comparison(formula);
        case Kind::in: return type_list(formula);
        case Kind::arithmetic: return type_operands(formula, Class::number, symbol_of(formula.op));
        case Kind::call: return type_call(formula);
        case Kind::null:
        case Kind::boolean:
        case Kind::number:
        case Kind::text:
        case Kind::path: return outcome::success();
    }
    return outcome::success();
}

}  // namespace koine::expression
