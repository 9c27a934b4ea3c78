#include "query/planner_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::query {
namespace {

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
    FilterMaker(Drafting& draft, Node const& node, Alias alias, std::uint32_t first)
        : draft_(draft),
          node_(node),
          alias_(alias),
          next_(first) {}

    Result<Predicate> make(Filter const& filter) {
        KOINE_TRY(auto predicate, plain(filter));
        return filter.negated ? negated(std::move(predicate)) : std::move(predicate);
    }

private:
    Result<Predicate> plain(Filter const& filter) {
        if (filter.kind == Filter::Kind::condition) return condition(filter.condition, next_++);
        if (filter.kind == Filter::Kind::related) return related(filter);
        if (filter.kind == Filter::Kind::formula) return formula(filter);
        Predicate group;
        group.kind = filter.kind == Filter::Kind::all_of ? Predicate::Kind::all_of : Predicate::Kind::any_of;
        for (auto const& child : filter.children) {
            KOINE_TRY(auto predicate, make(child));
            group.children.push_back(std::move(predicate));
        }
        return bushy(std::move(group));
    }

    Result<void> count(std::size_t conditions) {
        draft_.conditions += static_cast<std::uint32_t>(std::max<std::size_t>(1, conditions));
        if (draft_.conditions > draft_.limits.max_conditions) return too_many("conditions in all statements", draft_.limits.max_conditions);
        return outcome::success();
    }

    /// All children speak of the same related row.
    Result<Predicate> related(Filter const& filter) {
        KOINE_TRY(count(1));
        KOINE_TRY(auto const* relationship, relationship_at(draft_, node_.entity, filter.relationship));
        Node row;
        row.entity = relationship->target;
        row.alias = draft_.next_alias++;
        row.depth = node_.depth + 1;
        auto select = rows_of(draft_, *relationship, node_.entity, alias_, row.alias);
        FilterMaker inside(draft_, row, row.alias, next_);
        std::vector<Predicate> conditions = {std::move(select.where)};
        for (auto const& child : filter.children) {
            KOINE_TRY(auto predicate, inside.make(child));
            conditions.push_back(std::move(predicate));
        }
        next_ = inside.next_;
        select.where = all_of(std::move(conditions));
        Predicate predicate;
        predicate.kind = Predicate::Kind::exists;
        predicate.select.push_back(std::move(select));
        return predicate;
    }

    Result<Predicate> formula(Filter const& filter) {
        KOINE_TRY(count(1));
        if (!filter.formula) return Problem(Reason::internal).because("a filter without its formula");
        draft_.plan.formulas.push_back(filter.formula);
        return formula_condition(draft_, {node_.entity, alias_}, *filter.formula);
    }

    Result<Predicate> condition(Condition const& condition, std::uint32_t number) {
        KOINE_TRY(count(condition.quantifier == Quantifier::none ? 1 : condition.values.size()));
        auto const& entity = draft_.entity(node_);
        auto column = entity.column(condition.field.name);
        if (auto const* embed = embed_of(condition.field, column.has_value())) {
            if (tests_null(condition.op)) {
                KOINE_TRY(auto found, exists(draft_, node_, alias_, *embed));
                return condition.op == Operator::is_null ? negated(std::move(found)) : std::move(found);
            }
            if (!column) return Problem(Reason::embed_operator).with("relation", condition.field.name);
        }
        KOINE_TRY(auto left, field_expression(draft_, node_, alias_, condition.field));
        char separator = column ? entity.columns[*column].datetime_separator : ' ';
        return condition_on(draft_, condition, number, std::move(left), separator);
    }

    /// The relation that the field names. A column wins over a relation that goes by another name.
    Node const* embed_of(FieldRef const& field, bool is_column) const {
        if (!field.path.empty()) return nullptr;
        auto const* embed = node_.child(field.name);
        return embed != nullptr && is_column && embed->name() != field.name ? nullptr : embed;
    }

    Drafting& draft_;
    Node const& node_;
    Alias alias_;
    std::uint32_t next_;
};

/// Pairwise equality of columns.
Predicate equal_columns(
    model::Model const& model,
    EntityId left,
    Alias left_alias,
    std::vector<ColumnId> const& left_columns,
    EntityId right,
    Alias right_alias,
    std::vector<ColumnId> const& right_columns
) {
    std::vector<Predicate> equalities;
    for (std::size_t i = 0; i < left_columns.size(); ++i) {
        Predicate equal;
        equal.kind = Predicate::Kind::equal;
        equal.operands.push_back(column_expression(model, left_alias, left, left_columns[i]));
        equal.operands.push_back(column_expression(model, right_alias, right, right_columns[i]));
        equalities.push_back(std::move(equal));
    }
    return all_of(std::move(equalities));
}

}  // namespace

/// A parser makes a chain of ANDs as deep as it is long, and stores bound that depth; a long group becomes groups of groups.
Predicate bushy(Predicate group) {
    constexpr std::size_t kMostAtOnce = 32;
    if (group.children.size() <= kMostAtOnce) return group;
    Predicate upper;
    upper.kind = group.kind;
    for (std::size_t i = 0; i < group.children.size(); i += kMostAtOnce) {
        Predicate part;
        part.kind = group.kind;
        auto first = group.children.begin() + static_cast<std::ptrdiff_t>(i);
        auto last = group.children.begin() + static_cast<std::ptrdiff_t>(std::min(i + kMostAtOnce, group.children.size()));
        part.children.assign(std::make_move_iterator(first), std::make_move_iterator(last));
        upper.children.push_back(std::move(part));
    }
    return bushy(std::move(upper));
}

Predicate all_of(std::vector<Predicate> predicates) {
    std::erase_if(predicates, [](Predicate const& predicate) { return predicate.kind == Predicate::Kind::always; });
    if (predicates.size() == 1) return std::move(predicates.front());
    Predicate all;
    if (predicates.empty()) return all;
    all.kind = Predicate::Kind::all_of;
    all.children = std::move(predicates);
    return bushy(std::move(all));
}

Predicate fixed_of(Drafting& draft, model::Relationship const& relationship, EntityId entity, Alias alias) {
    if (!relationship.fixed) return {};
    SlotSpec spec;
    spec.from = SlotSpec::From::constant;
    spec.constant = relationship.fixed->text;
    return comparison(draft, Operator::eq, column_expression(draft.model, alias, entity, relationship.fixed->column), std::move(spec));
}

Predicate link(
    Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, EntityId child, Alias child_alias
) {
    auto const& columns = relationship.junction ? relationship.junction->origin_columns : relationship.target_columns;
    auto equal = equal_columns(draft.model, child, child_alias, columns, parent, parent_alias, relationship.columns);
    return all_of({std::move(equal), fixed_of(draft, relationship, child, child_alias)});
}

void add_sources(Drafting& draft, model::Relationship const& relationship, Alias alias, Select& select) {
    if (!relationship.junction) {
        select.sources.push_back({Source::Join::root, alias, relationship.target, {}});
        return;
    }
    auto const& junction = *relationship.junction;
    Alias middle = draft.next_alias++;
    select.sources.push_back({Source::Join::root, middle, junction.entity, {}});
    auto on = equal_columns(
        draft.model, relationship.target, alias, relationship.target_columns, junction.entity, middle, junction.target_columns
    );
    select.sources.push_back({Source::Join::inner, alias, relationship.target, std::move(on)});
}

Select rows_of(Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, Alias alias) {
    Select select;
    add_sources(draft, relationship, alias, select);
    auto const& nearest = select.sources.front();
    select.where = link(draft, relationship, parent, parent_alias, nearest.entity, nearest.alias);
    return select;
}

void join_rows(Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, Alias alias, Select& select) {
    auto rows = rows_of(draft, relationship, parent, parent_alias, alias);
    rows.sources.front().join = Source::Join::inner;
    rows.sources.front().on = std::move(rows.where);
    std::ranges::move(rows.sources, std::back_inserter(select.sources));
}

Result<model::Relationship const*> relationship_at(Drafting const& draft, EntityId entity, std::optional<std::uint32_t> number) {
    auto const& relationships = draft.model[entity].relationships;
    if (number && *number < relationships.size()) return &relationships[*number];
    return Problem(Reason::internal).because("a relationship that its entity does not have");
}

Result<Predicate> filters_of(Drafting& draft, Node const& node, Alias alias) {
    std::vector<Predicate> predicates;
    for (auto const& placed : node.filters) {
        KOINE_TRY(auto predicate, FilterMaker(draft, node, alias, placed.first_condition).make(*placed.filter));
        predicates.push_back(std::move(predicate));
    }
    return all_of(std::move(predicates));
}

Result<std::vector<Predicate>> key_conditions(Drafting& draft, Node const& root, std::vector<std::string> const& key) {
    auto const& entity = draft.entity(root);
    if (!entity.primary_key || entity.primary_key->columns.size() != key.size())
        return Problem(Reason::not_found).with("relation", entity.name).with("key", fmt::format("{}", fmt::join(key, ",")));
    std::vector<Predicate> conditions;
    for (std::uint32_t i = 0; i < key.size(); ++i) {
        ColumnId id = entity.primary_key->columns[i];
        SlotSpec spec;
        spec.from = SlotSpec::From::key;
        spec.value = i;
        spec.datetime_separator = entity.columns[id].datetime_separator;
        auto column = column_expression(draft.model, root.alias, root.entity, id);
        conditions.push_back(comparison(draft, Operator::eq, std::move(column), std::move(spec)));
    }
    return conditions;
}

Result<Predicate> exists(Drafting& draft, Node const& parent, Alias parent_alias, Node const& child) {
    auto const& relationship = *child.relationship;
    Predicate predicate;
    if (relationship.to_one() && child.is_windowed()) {
        predicate.kind = Predicate::Kind::never;
        return predicate;
    }
    Alias alias = draft.next_alias++;
    auto select = rows_of(draft, relationship, parent.entity, parent_alias, alias);
    std::vector<Predicate> conditions = {std::move(select.where)};
    KOINE_TRY(auto own, filters_of(draft, child, alias));
    conditions.push_back(std::move(own));
    for (auto const& grandchild : child.children) {
        if (!grandchild->is_inner()) continue;
        KOINE_TRY(auto inner, exists(draft, child, alias, *grandchild));
        conditions.push_back(std::move(inner));
    }
    select.where = all_of(std::move(conditions));
    if (child.is_windowed()) {
        if (child.window->limit) select.limit = draft.window_slot(SlotSpec::From::limit, child.window_index);
        if (child.window->offset > 0) select.offset = draft.window_slot(SlotSpec::From::offset, child.window_index);
    }
    predicate.kind = Predicate::Kind::exists;
    predicate.select.push_back(std::move(select));
    return predicate;
}

std::uint32_t nesting_of(Expression const& expression) {
    using Kind = Expression::Kind;
    std::uint32_t inside = 0;
    for (auto const& operand : expression.operands) inside = std::max(inside, nesting_of(operand));
    if (expression.condition) inside = std::max(inside, nesting_of(*expression.condition));
    if (expression.select) return nesting_of(expression.select->where) + 6;
    return expression.kind == Kind::call || expression.kind == Kind::arithmetic ? inside + 2 : inside;
}

std::uint32_t nesting_of(Predicate const& predicate) {
    using Kind = Predicate::Kind;
    std::uint32_t inside = 0;
    for (auto const& operand : predicate.operands) inside = std::max(inside, nesting_of(operand));
    for (auto const& child : predicate.children) inside = std::max(inside, nesting_of(child));
    for (auto const& select : predicate.select) inside = std::max(inside, nesting_of(select.where));
    if (predicate.kind == Kind::exists) return inside + 6;
    return predicate.kind == Kind::all_of || predicate.kind == Kind::any_of || predicate.kind == Kind::negation ? inside + 3 : inside;
}

}  // namespace koine::query
