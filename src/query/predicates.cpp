#include <fmt/format.h>

#include <array>

#include "query/planner_tree.hpp"

namespace koine::query {
namespace {

using model::Type;

/// PostgreSQL's symbol of an operator, for messages.
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
        : draft_(draft), condition_(condition), number_(number), left_(std::move(left)), separator_(separator) {}

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
        if (!group.children.empty()) return group;
        group.kind = any ? Predicate::Kind::never : Predicate::Kind::always;
        return group;
    }

private:
    Result<Predicate> one(std::uint32_t item) {
        switch (condition_.op) {
            case Operator::eq:
            case Operator::neq:
            case Operator::gt:
            case Operator::gte:
            case Operator::lt:
            case Operator::lte:
            case Operator::is_distinct: return comparison(item);
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
    Slot slot(SlotForm form, std::uint32_t item) {
        SlotSpec spec;
        spec.form = form;
        spec.type = left_.type;
        spec.value = number_;
        spec.item = item;
        spec.datetime_separator = separator_;
        return draft_.slot(std::move(spec));
    }
    Predicate comparison(std::uint32_t item) {
        if (left_.type == Type::json) {
            auto predicate = with(Predicate::Kind::json_compare);
            predicate.slot = slot(SlotForm::json, item);
            return predicate;
        }
        bool dynamic = left_.type == Type::dynamic;
        auto predicate = with(dynamic ? Predicate::Kind::compare_dynamic : Predicate::Kind::compare);
        predicate.slot = slot(dynamic ? SlotForm::dynamic_text : SlotForm::literal, item);
        if (dynamic) slot(SlotForm::dynamic_number, item);
        return predicate;
    }
    Result<Predicate> pattern(std::uint32_t item, SlotForm form) {
        if (left_.type != Type::text && left_.type != Type::dynamic) return undefined(left_.type, condition_.op);
        auto predicate = with(Predicate::Kind::pattern);
        predicate.slot = slot(form, item);
        return predicate;
    }
    Result<Predicate> list() {
        if (left_.type == Type::json) return undefined(left_.type, condition_.op);
        auto predicate = with(Predicate::Kind::in);
        predicate.op = Operator::in;
        predicate.slot = slot(SlotForm::list, 0);
        return predicate;
    }
    Result<Predicate> truth(std::string_view what) {
        if (left_.type != Type::boolean)
            return Problem(Reason::not_boolean).with("what", what).with("type", sql_name(left_.type));
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

Predicate negated(Predicate predicate) {
    Predicate outer;
    outer.kind = Predicate::Kind::negation;
    outer.children.push_back(std::move(predicate));
    return outer;
}

bool tests_null(Operator op) { return op == Operator::is_null || op == Operator::is_not_null; }

/// Walks a filter's tree, counting its conditions from left to right.
class FilterMaker {
public:
    FilterMaker(Drafting& draft, Node const& node, Alias alias, std::uint32_t first) : draft_(draft), node_(node), alias_(alias), next_(first) {}

    Result<Predicate> make(Filter const& filter) {
        KOINE_TRY(auto predicate, plain(filter));
        return filter.negated ? negated(std::move(predicate)) : std::move(predicate);
    }

private:
    Result<Predicate> plain(Filter const& filter) {
        if (filter.kind == Filter::Kind::condition) return condition(filter.condition, next_++);
        Predicate group;
        group.kind = filter.kind == Filter::Kind::all_of ? Predicate::Kind::all_of : Predicate::Kind::any_of;
        for (auto const& child : filter.children) {
            KOINE_TRY(auto predicate, make(child));
            group.children.push_back(std::move(predicate));
        }
        return group;
    }

    Result<Predicate> condition(Condition const& condition, std::uint32_t number) {
        auto const& entity = draft_.entity(node_);
        auto column = entity.column(condition.field.name);
        if (auto const* embed = node_.child(condition.field.name); embed != nullptr && condition.field.path.empty()) {
            if (tests_null(condition.op)) {
                KOINE_TRY(auto found, exists(draft_, node_, alias_, *embed));
                return condition.op == Operator::is_null ? negated(std::move(found)) : std::move(found);
            }
            if (!column) return Problem(Reason::embed_operator).with("relation", condition.field.name);
        }
        KOINE_TRY(auto left, field_expression(draft_, node_, alias_, condition.field));
        char separator = column ? entity.columns[*column].datetime_separator : ' ';
        return ConditionMaker(draft_, condition, number, std::move(left), separator).make();
    }

    Drafting& draft_;
    Node const& node_;
    Alias alias_;
    std::uint32_t next_;
};

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (char c : text) {
        if (c == '"' || c == '\\')
            out.append({'\\', c});
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    out += '"';
}

std::string path_text(std::vector<JsonStep> const& path) {
    std::string text = "[";
    for (auto const& step : path) {
        if (text.size() > 1) text += ',';
        if (step.index)
            text += std::to_string(*step.index);
        else
            append_quoted(text, step.key);
    }
    return text += ']';
}

}  // namespace

Expression column_expression(model::Model const& model, Alias alias, EntityId entity, ColumnId column) {
    Expression expression;
    expression.alias = alias;
    expression.entity = entity;
    expression.column = column;
    expression.type = model[entity].columns[column].type;
    return expression;
}

std::string label_of(Drafting const& draft, Node const& node) {
    auto const& name = draft.entity(node).name;
    return node.depth == 0 ? name : fmt::format("{}_{}", name, node.depth);
}

Result<Expression> field_expression(Drafting& draft, Node const& node, Alias alias, FieldRef const& field) {
    auto const& entity = draft.entity(node);
    auto column = entity.column(field.name);
    if (!column) {
        auto problem = Problem(Reason::unknown_column).with("relation", label_of(draft, node)).with("column", field.name);
        std::vector<std::string_view> names;
        for (auto const& candidate : entity.columns) names.push_back(candidate.name);
        auto suggestion = model::nearest(field.name, names);
        return suggestion ? std::move(problem).with("suggestion", *suggestion) : problem;
    }
    auto expression = column_expression(draft.model, alias, node.entity, *column);
    if (field.path.empty()) return expression;
    SlotSpec spec;
    spec.form = SlotForm::json_path;
    spec.from = SlotSpec::From::constant;
    spec.constant = path_text(field.path);
    Expression path;
    path.kind = Expression::Kind::json_path;
    path.type = field.as_text ? Type::text : Type::json;
    path.as_text = field.as_text;
    path.slot = draft.slot(std::move(spec));
    path.operands.push_back(std::move(expression));
    return path;
}

Result<Expression> cast_expression(Expression expression, std::string_view type) {
    if (type.empty()) return expression;
    auto known = model::type_named(type);
    if (!known) return Problem(Reason::unknown_type).with("type", type);
    Expression cast;
    cast.kind = Expression::Kind::cast;
    cast.type = *known;
    cast.operands.push_back(std::move(expression));
    return cast;
}

Predicate all_of(std::vector<Predicate> predicates) {
    std::erase_if(predicates, [](Predicate const& predicate) { return predicate.kind == Predicate::Kind::always; });
    if (predicates.size() == 1) return std::move(predicates.front());
    Predicate all;
    if (predicates.empty()) return all;
    all.kind = Predicate::Kind::all_of;
    all.children = std::move(predicates);
    return all;
}

Predicate link(model::Model const& model, model::Relationship const& relationship, EntityId parent, Alias parent_alias, EntityId child,
               Alias child_alias) {
    auto const& columns = relationship.junction ? relationship.junction->origin_columns : relationship.target_columns;
    std::vector<Predicate> equalities;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Predicate equal;
        equal.kind = Predicate::Kind::equal;
        equal.operands.push_back(column_expression(model, child_alias, child, columns[i]));
        equal.operands.push_back(column_expression(model, parent_alias, parent, relationship.columns[i]));
        equalities.push_back(std::move(equal));
    }
    return all_of(std::move(equalities));
}

Result<Predicate> filters_of(Drafting& draft, Node const& node, Alias alias) {
    std::vector<Predicate> predicates;
    for (auto const& placed : node.filters) {
        KOINE_TRY(auto predicate, FilterMaker(draft, node, alias, placed.first_condition).make(*placed.filter));
        predicates.push_back(std::move(predicate));
    }
    return all_of(std::move(predicates));
}

Result<Predicate> exists(Drafting& draft, Node const& parent, Alias parent_alias, Node const& child) {
    auto const& relationship = *child.relationship;
    Select select;
    Alias alias = draft.next_alias++;
    std::vector<Predicate> conditions;
    if (auto const& junction = relationship.junction) {
        Alias middle = draft.next_alias++;
        select.sources.push_back({Source::Join::root, middle, junction->entity, {}});
        Predicate on = link(draft.model, relationship, parent.entity, parent_alias, junction->entity, middle);
        conditions.push_back(std::move(on));
        std::vector<Predicate> equalities;
        for (std::size_t i = 0; i < junction->target_columns.size(); ++i) {
            Predicate equal;
            equal.kind = Predicate::Kind::equal;
            equal.operands.push_back(column_expression(draft.model, alias, child.entity, relationship.target_columns[i]));
            equal.operands.push_back(column_expression(draft.model, middle, junction->entity, junction->target_columns[i]));
            equalities.push_back(std::move(equal));
        }
        select.sources.push_back({Source::Join::inner, alias, child.entity, all_of(std::move(equalities))});
    } else {
        select.sources.push_back({Source::Join::root, alias, child.entity, {}});
        conditions.push_back(link(draft.model, relationship, parent.entity, parent_alias, child.entity, alias));
    }
    KOINE_TRY(auto own, filters_of(draft, child, alias));
    conditions.push_back(std::move(own));
    for (auto const& grandchild : child.children) {
        if (!grandchild->is_inner()) continue;
        KOINE_TRY(auto inner, exists(draft, child, alias, *grandchild));
        conditions.push_back(std::move(inner));
    }
    select.where = all_of(std::move(conditions));
    Predicate predicate;
    predicate.kind = Predicate::Kind::exists;
    predicate.select.push_back(std::move(select));
    return predicate;
}

}  // namespace koine::query
