#include "query/planner_tree.hpp"

#include <algorithm>

namespace koine::query {
namespace {

/// SQL's symbol of an operator, for messages.
std::string_view symbol(Operator op) {
    switch (op) {
        case Operator::eq:
        case Operator::in: return "=";
        case Operator::neq: return "<>";
        case Operator::gt: return ">";
        case Operator::gte: return ">=";
        case Operator::lt: return "<";
        case Operator::lte: return "<=";
        case Operator::like: return "~~";
        case Operator::ilike: return "~~*";
        case Operator::match: return "~";
        case Operator::imatch: return "~*";
        case Operator::contains: return "@>";
        case Operator::contained: return "<@";
        case Operator::overlaps: return "&&";
        case Operator::strictly_left: return "<<";
        case Operator::strictly_right: return ">>";
        case Operator::not_right_of: return "&<";
        case Operator::not_left_of: return "&>";
        case Operator::adjacent: return "-|-";
        case Operator::text_query:
        case Operator::plain_text:
        case Operator::phrase_text:
        case Operator::web_text: return "@@";
        case Operator::is_null:
        case Operator::is_not_null:
        case Operator::is_true:
        case Operator::is_false:
        case Operator::is_unknown: return "IS";
        case Operator::is_distinct: return "IS DISTINCT FROM";
    }
    return "";
}

bool is_text_search(Operator op) { return op >= Operator::text_query; }

Problem undefined(Type type, Operator op) {
    return Problem(Reason::undefined_operator)
        .with("left", sql_name(type))
        .with("operator", symbol(op))
        .with("right", is_text_search(op) ? "tsquery" : "unknown");
}

/// Makes the predicates of one condition. Every value of it becomes a slot that remembers where it stands in the query.
class ConditionMaker {
public:
    ConditionMaker(Drafting& draft, Condition const& condition, std::uint32_t number, Expression left, char separator)
        : draft_(draft),
          condition_(condition),
          number_(number),
          left_(std::move(left)),
          separator_(separator) {}

    Result<Predicate> make() {
        if (condition_.quantifier == Quantifier::none) return one(0);
        bool any = condition_.quantifier == Quantifier::any;
        if (any && condition_.op == Operator::eq && left_.type != Type::json) return list();
        Predicate group;
        group.kind = any ? Predicate::Kind::any_of : Predicate::Kind::all_of;
        for (std::uint32_t item = 0; item < condition_.values.size(); ++item) {
            KOINE_TRY(auto child, one(item));
            group.children.push_back(std::move(child));
        }
        if (!group.children.empty()) return bushy(std::move(group));
        group.kind = any ? Predicate::Kind::never : Predicate::Kind::always;
        return group;
    }

private:
    Result<Predicate> one(std::uint32_t item) {
        if (left_.type == Type::uuid && condition_.quantifier == Quantifier::none) {
            if (condition_.op == Operator::eq) return list();
            if (condition_.op == Operator::neq) return negated_list();
        }
        switch (condition_.op) {
            case Operator::eq:
            case Operator::neq:
            case Operator::gt:
            case Operator::gte:
            case Operator::lt:
            case Operator::lte:
            case Operator::is_distinct: return comparison(draft_, condition_.op, left_, spec(item));
            case Operator::like: return pattern(item, SlotForm::like);
            case Operator::ilike: return pattern(item, SlotForm::ilike);
            case Operator::match: return pattern(item, SlotForm::regex);
            case Operator::imatch: return pattern(item, SlotForm::iregex);
            case Operator::in: return list();
            case Operator::is_null:
            case Operator::is_not_null: return with(Predicate::Kind::test);
            case Operator::is_true: return truth("IS TRUE");
            case Operator::is_false: return truth("IS FALSE");
            case Operator::is_unknown: return truth("IS UNKNOWN");
            case Operator::contains:
            case Operator::contained: return containment(item);
            default: return undefined(left_.type, condition_.op);
        }
    }

    Predicate with(Predicate::Kind kind) const {
        Predicate predicate;
        predicate.kind = kind;
        predicate.op = condition_.op;
        predicate.operands.push_back(left_);
        return predicate;
    }
    SlotSpec spec(std::uint32_t item) const {
        SlotSpec made;
        made.type = left_.type;
        made.value = number_;
        made.item = item;
        made.datetime_separator = separator_;
        return made;
    }
    Slot slot(SlotForm form, std::uint32_t item) {
        auto made = spec(item);
        made.form = form;
        return draft_.slot(std::move(made));
    }
    Result<Predicate> pattern(std::uint32_t item, SlotForm form) {
        if (left_.type != Type::text && left_.type != Type::dynamic) return undefined(left_.type, condition_.op);
        auto predicate = with(Predicate::Kind::pattern);
        predicate.slot = slot(form, item);
        return predicate;
    }
    Result<Predicate> negated_list() {
        KOINE_TRY(auto found, list());
        Predicate outer;
        outer.kind = Predicate::Kind::negation;
        outer.children.push_back(std::move(found));
        return outer;
    }
    /// Also one UUID is a list: a stored one may be in either case.
    Result<Predicate> list() {
        if (left_.type == Type::json) return undefined(left_.type, condition_.op);
        auto predicate = with(Predicate::Kind::in);
        predicate.op = Operator::in;
        predicate.slot = slot(SlotForm::list, 0);
        return predicate;
    }
    Result<Predicate> truth(std::string_view what) {
        if (left_.type != Type::boolean) return Problem(Reason::not_boolean).with("what", what).with("type", sql_name(left_.type));
        return with(Predicate::Kind::test);
    }
    Result<Predicate> containment(std::uint32_t item) {
        if (left_.type != Type::json) return undefined(left_.type, condition_.op);
        auto predicate = with(Predicate::Kind::json_contains);
        predicate.slot = slot(SlotForm::json, item);
        return predicate;
    }

    Drafting& draft_;
    Condition const& condition_;
    std::uint32_t number_;
    Expression left_;
    char separator_;
};

}  // namespace

Predicate comparison(Drafting& draft, Operator op, Expression left, SlotSpec spec) {
    Predicate predicate;
    bool dynamic = left.type == Type::dynamic;
    bool json = left.type == Type::json;
    predicate.kind = json ? Predicate::Kind::json_compare : dynamic ? Predicate::Kind::compare_dynamic : Predicate::Kind::compare;
    predicate.op = op;
    spec.type = left.type;
    spec.form = json ? SlotForm::json : dynamic ? SlotForm::dynamic_text : SlotForm::literal;
    predicate.slot = draft.slot(spec);
    if (dynamic) {
        spec.form = SlotForm::dynamic_number;
        draft.slot(std::move(spec));
    }
    predicate.operands.push_back(std::move(left));
    return predicate;
}

Result<Predicate> condition_on(Drafting& draft, Condition const& condition, std::uint32_t number, Expression left, char separator) {
    return ConditionMaker(draft, condition, number, std::move(left), separator).make();
}

}  // namespace koine::query
