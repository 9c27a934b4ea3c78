#include "query/planner_tree.hpp"

#include <algorithm>
#include <charconv>

namespace koine::query {
namespace {

using expression::Class;
using expression::Formula;
using expression::Function;
using model::Relationship;

Problem malformed(std::string_view what) { return Problem(Reason::internal).because("a formula with " + std::string(what)); }

Operator operator_of(Formula::Op op) {
    switch (op) {
        case Formula::Op::neq: return Operator::neq;
        case Formula::Op::lt: return Operator::lt;
        case Formula::Op::lte: return Operator::lte;
        case Formula::Op::gt: return Operator::gt;
        case Formula::Op::gte: return Operator::gte;
        default: return Operator::eq;
    }
}

Type type_of(Class of) {
    switch (of) {
        case Class::boolean: return Type::boolean;
        case Class::number: return Type::numeric;
        case Class::text: return Type::text;
        case Class::time: return Type::timestamp;
        case Class::any: break;
    }
    return Type::dynamic;
}

bool is_whole(std::string_view digits) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size();
}

Expression made(Expression::Kind kind, Type type, std::vector<Expression> operands = {}) {
    Expression expression;
    expression.kind = kind;
    expression.type = type;
    expression.operands = std::move(operands);
    return expression;
}

Predicate made(Predicate::Kind kind, Operator op, std::vector<Expression> operands) {
    Predicate predicate;
    predicate.kind = kind;
    predicate.op = op;
    predicate.operands = std::move(operands);
    return predicate;
}

Expression as_value(Predicate condition) {
    auto value = made(Expression::Kind::predicate, Type::boolean);
    value.condition = std::make_shared<Predicate const>(std::move(condition));
    return value;
}

Expression counted(Select rows) {
    auto count = made(Expression::Kind::count, Type::bigint);
    count.select = std::make_shared<Select const>(std::move(rows));
    return count;
}

class FormulaMaker {
public:
    FormulaMaker(Drafting& draft, Scope const& scope) : draft_(draft), scope_(scope) {}

    Result<Expression> value(Formula const& formula) {
        using Kind = Formula::Kind;
        switch (formula.kind) {
            case Kind::null: return constant(type_of(formula.type), kNoSlot);
            case Kind::boolean: return literal(Type::boolean, formula.literal);
            case Kind::number: return literal(is_whole(formula.literal) ? Type::bigint : Type::real, formula.literal);
            case Kind::text: return literal(Type::text, formula.literal);
            case Kind::path: return path(formula);
            case Kind::arithmetic: return arithmetic(formula);
            case Kind::call:
                if (formula.function != Function::exists && formula.function != Function::matches) return call(formula);
                break;
            case Kind::negation:
            case Kind::all_of:
            case Kind::any_of:
            case Kind::compare:
            case Kind::in: break;
        }
        KOINE_TRY(auto predicate, condition(formula));
        return as_value(std::move(predicate));
    }

    Result<Predicate> condition(Formula const& formula) {
        using Kind = Formula::Kind;
        switch (formula.kind) {
            case Kind::boolean: {
                bool holds = formula.literal == "true";
                return made(holds ? Predicate::Kind::always : Predicate::Kind::never, Operator::eq, {});
            }
            case Kind::negation: return group(formula, Predicate::Kind::negation);
            case Kind::all_of: return group(formula, Predicate::Kind::all_of);
            case Kind::any_of: return group(formula, Predicate::Kind::any_of);
            case Kind::compare: return comparison(formula);
            case Kind::in: return membership(formula);
            case Kind::call:
                if (formula.function == Function::exists) return existence(formula);
                if (formula.function == Function::matches) return match(formula);
                break;
            case Kind::null:
            case Kind::number:
            case Kind::text:
            case Kind::path:
            case Kind::arithmetic: break;
        }
        KOINE_TRY(auto truth, value(formula));
        return made(Predicate::Kind::holds, Operator::eq, {std::move(truth)});
    }

private:
    static Expression constant(Type type, Slot slot) {
        auto expression = made(Expression::Kind::constant, type);
        expression.slot = slot;
        return expression;
    }
    Result<Expression> literal(Type type, std::string_view text) { return constant(type, draft_.constant_slot(type, text)); }

    /// Decimals are kept as texts with all their digits; as numbers they compare and count.
    Result<Expression> path(Formula const& formula) {
        auto const* from = formula.outer ? scope_.outer : &scope_;
        if (from == nullptr) return malformed("an outer row outside of exists and count");
        KOINE_TRY(auto found, path_value(draft_, *from, formula.path));
        if (formula.type != Class::number || found.type != Type::text) return found;
        return made(Expression::Kind::cast, Type::numeric, {std::move(found)});
    }

    Result<std::vector<Expression>> values(std::vector<Formula> const& operands) {
        std::vector<Expression> made_values;
        for (auto const& operand : operands) {
            KOINE_TRY(auto one, value(operand));
            made_values.push_back(std::move(one));
        }
        return made_values;
    }
    Result<std::vector<Expression>> two(Formula const& formula) {
        if (formula.operands.size() != 2) return malformed("an operator that has not two sides");
        return values(formula.operands);
    }

    Result<Expression> arithmetic(Formula const& formula) {
        KOINE_TRY(auto sides, two(formula));
        bool whole = formula.op != Formula::Op::divide && model::is_integer(sides[0].type) && model::is_integer(sides[1].type);
        auto expression = made(Expression::Kind::arithmetic, whole ? Type::bigint : Type::numeric, std::move(sides));
        expression.op = formula.op;
        return expression;
    }

    Result<Expression> call(Formula const& formula) {
        if (formula.function == Function::count) return count(formula);
        if (formula.function == Function::choose && formula.operands.size() != 3) return malformed("a choice that is not of two values");
        KOINE_TRY(auto operands, values(formula.operands));
        auto type = result_type(formula, operands);
        auto expression = made(Expression::Kind::call, type, std::move(operands));
        expression.function = formula.function;
        return expression;
    }

    /// What chooses among values gives the type that they share.
    static Type result_type(Formula const& formula, std::vector<Expression> const& operands) {
        if (formula.function == Function::length || formula.function == Function::family) return Type::bigint;
        bool condition_first = formula.function == Function::choose;
        if (!condition_first && formula.function != Function::coalesce) return type_of(formula.type);
        std::optional<Type> shared;
        for (std::size_t i = condition_first ? 1 : 0; i < operands.size(); ++i) {
            auto const& one = operands[i];
            if (one.kind == Expression::Kind::constant && one.slot == kNoSlot) continue;
            auto type = model::is_integer(one.type) ? Type::bigint : one.type;
            if (shared && *shared != type) return type_of(formula.type);
            shared = type;
        }
        return shared.value_or(type_of(formula.type));
    }

    /// The rows that exists and count speak of, with their condition.
    Result<Select> related(Formula const& formula) {
        Scope row;
        row.outer = &scope_;
        KOINE_TRY(auto select, rows_at(draft_, scope_, formula.relation, row));
        if (formula.operands.empty()) return select;
        KOINE_TRY(auto condition, formula_condition(draft_, row, formula.operands.front()));
        select.where = all_of({std::move(select.where), std::move(condition)});
        return select;
    }
    Result<Expression> count(Formula const& formula) {
        KOINE_TRY(auto select, related(formula));
        return counted(std::move(select));
    }
    Result<Predicate> existence(Formula const& formula) {
        KOINE_TRY(auto select, related(formula));
        Predicate predicate;
        predicate.kind = Predicate::Kind::exists;
        predicate.select.push_back(std::move(select));
        return predicate;
    }

    Result<Predicate> group(Formula const& formula, Predicate::Kind kind) {
        if (formula.operands.empty()) return malformed("an empty group");
        Predicate predicate;
        predicate.kind = kind;
        for (auto const& operand : formula.operands) {
            KOINE_TRY(auto child, condition(operand));
            predicate.children.push_back(std::move(child));
        }
        return kind == Predicate::Kind::negation ? std::move(predicate) : bushy(std::move(predicate));
    }

    /// Comparing with null for equality tests for it.
    Result<Predicate> comparison(Formula const& formula) {
        KOINE_TRY(auto sides, two(formula));
        auto op = operator_of(formula.op);
        bool equality = op == Operator::eq || op == Operator::neq;
        for (std::size_t i = 0; equality && i < 2; ++i) {
            if (formula.operands[i].kind != Formula::Kind::null) continue;
            auto test = op == Operator::eq ? Operator::is_null : Operator::is_not_null;
            return made(Predicate::Kind::test, test, {std::move(sides[1 - i])});
        }
        return made(Predicate::Kind::compare_two, op, std::move(sides));
    }

    Result<Predicate> membership(Formula const& formula) {
        KOINE_TRY(auto all, values(formula.operands));
        if (all.empty()) return malformed("nothing to be in a list");
        Predicate any;
        any.kind = all.size() == 1 ? Predicate::Kind::never : Predicate::Kind::any_of;
        for (std::size_t i = 1; i < all.size(); ++i)
            any.children.push_back(made(Predicate::Kind::compare_two, Operator::eq, {all.front(), std::move(all[i])}));
        return bushy(std::move(any));
    }

    Result<Predicate> match(Formula const& formula) {
        if (formula.operands.size() != 2 || formula.operands[1].kind != Formula::Kind::text)
            return malformed("a pattern that is no literal");
        KOINE_TRY(auto left, value(formula.operands.front()));
        SlotSpec spec;
        spec.form = SlotForm::regex;
        spec.from = SlotSpec::From::constant;
        spec.constant = "\\A(?:" + formula.operands[1].literal + ")\\z";
        auto predicate = made(Predicate::Kind::pattern, Operator::match, {std::move(left)});
        predicate.slot = draft_.slot(std::move(spec));
        return predicate;
    }

    Drafting& draft_;
    Scope const& scope_;
};

}  // namespace

Result<Expression> formula_expression(Drafting& draft, Scope const& scope, Formula const& formula) {
    return FormulaMaker(draft, scope).value(formula);
}

Result<Predicate> formula_condition(Drafting& draft, Scope const& scope, Formula const& formula) {
    return FormulaMaker(draft, scope).condition(formula);
}

Expression count_expression(Drafting& draft, Relationship const& relationship, EntityId parent, Alias parent_alias) {
    Alias alias = draft.next_alias++;
    return counted(rows_of(draft, relationship, parent, parent_alias, alias));
}

}  // namespace koine::query
