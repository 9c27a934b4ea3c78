#include "query/planner_tree.hpp"
#include "query/quoted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::query {
namespace {

constexpr std::array<std::string_view, 6> kFunctionNames = {"", "count", "sum", "avg", "min", "max"};

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

Result<Expression> cast_to(Expression expression, std::string_view type) {
    if (type.empty()) return expression;
    auto known = model::type_named(type);
    if (!known) return Problem(Reason::unknown_type).with("type", type);
    Expression cast;
    cast.kind = Expression::Kind::cast;
    cast.type = *known;
    cast.operands.push_back(std::move(expression));
    return cast;
}

/// What SQL defines: sums of numbers, extremes of what has an order. Columns without a type may hold numbers.
bool is_defined(Aggregate aggregate, Type type) {
    switch (aggregate) {
        case Aggregate::sum:
        case Aggregate::avg: return model::is_number(type) || type == Type::dynamic;
        case Aggregate::min:
        case Aggregate::max: return type != Type::boolean && type != Type::json && type != Type::uuid && type != Type::blob;
        case Aggregate::none:
        case Aggregate::count: break;
    }
    return true;
}

Type type_of(Aggregate aggregate, Type type) {
    if (aggregate == Aggregate::count) return Type::bigint;
    if (aggregate == Aggregate::avg) return type == Type::real ? Type::real : Type::numeric;
    if (aggregate == Aggregate::sum && model::is_integer(type)) return Type::bigint;
    return type;
}

}  // namespace

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

Problem unknown_name(Reason reason, model::Entity const& entity, std::string_view relation, std::string_view column) {
    auto problem = Problem(reason).with("relation", relation).with("column", column);
    std::vector<std::string_view> names;
    for (auto const& candidate : entity.columns) names.push_back(candidate.name);
    auto suggestion = model::nearest(column, names);
    return suggestion ? std::move(problem).with("suggestion", *suggestion) : problem;
}

Expression column_expression(model::Model const& model, Alias alias, EntityId entity, ColumnId column) {
    Expression expression;
    expression.alias = alias;
    expression.entity = entity;
    expression.column = column;
    expression.type = model[entity].columns[column].type;
    expression.ordering = model[entity].columns[column].ordering;
    return expression;
}

std::string label_of(Drafting const& draft, Node const& node) {
    auto const& name = draft.entity(node).name;
    return node.depth == 0 ? name : fmt::format("{}_{}", name, node.depth);
}

Result<Expression> field_expression(Drafting& draft, Node const& node, Alias alias, FieldRef const& field) {
    auto const& entity = draft.entity(node);
    auto column = entity.column(field.name);
    if (!column) return unknown_name(Reason::unknown_column, entity, label_of(draft, node), field.name);
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

Result<Expression> item_expression(Drafting& draft, Node const& node, SelectItem const& item) {
    bool counts_rows = item.aggregate == Aggregate::count && item.field.name.empty();
    Expression operand;
    if (!counts_rows) {
        KOINE_TRY(auto field, field_expression(draft, node, node.alias, item.field));
        KOINE_TRY(operand, cast_to(std::move(field), item.cast));
    }
    if (item.aggregate == Aggregate::none) return operand;
    if (!is_defined(item.aggregate, operand.type))
        return Problem(Reason::undefined_function)
            .with("function", kFunctionNames[static_cast<std::size_t>(item.aggregate)])
            .with("type", sql_name(operand.type));
    Expression aggregate;
    aggregate.kind = Expression::Kind::aggregate;
    aggregate.aggregate = item.aggregate;
    aggregate.type = type_of(item.aggregate, operand.type);
    if (!counts_rows) aggregate.operands.push_back(std::move(operand));
    return cast_to(std::move(aggregate), item.aggregate_cast);
}

std::string_view name_of(SelectItem const& item) {
    if (!item.alias.empty()) return item.alias;
    if (item.aggregate != Aggregate::none) return kFunctionNames[static_cast<std::size_t>(item.aggregate)];
    for (auto step = item.field.path.rbegin(); step != item.field.path.rend(); ++step)
        if (!step->index) return step->key;
    return item.field.name;
}

bool contains_aggregate(Expression const& expression) {
    return expression.kind == Expression::Kind::aggregate || std::ranges::any_of(expression.operands, contains_aggregate);
}

}  // namespace koine::query
