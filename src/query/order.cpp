#include "query/planner_tree.hpp"

#include <algorithm>

namespace koine::query {
namespace {

/// True if no row with a null in that column passes the condition, which may be negated.
bool drops_null(Condition const& condition, bool negated) {
    switch (condition.op) {
        case Operator::is_null:
        case Operator::is_unknown:
        case Operator::is_distinct: return negated;
        case Operator::is_not_null:
        case Operator::is_true:
        case Operator::is_false:
        case Operator::in: return !negated;
        default: return true;
    }
}

/// True if the filter keeps rows with a null there out, as far as can be told from its AND-ed conditions.
bool drops_null(Filter const& filter, std::string_view column) {
    if (filter.kind == Filter::Kind::condition) {
        auto const& condition = filter.condition;
        bool plain = condition.field.path.empty() && condition.quantifier == Quantifier::none;
        return plain && condition.field.name == column && drops_null(condition, filter.negated);
    }
    if (filter.kind != Filter::Kind::all_of || filter.negated) return false;
    return std::ranges::any_of(filter.children, [&](Filter const& child) { return drops_null(child, column); });
}

class OrderMaker {
public:
    OrderMaker(Drafting& draft, Node const& node, Select& select) : draft_(draft), node_(node), select_(select) {}

    Result<void> make() {
        if (node_.order == nullptr || node_.order->empty()) return outcome::success();
        for (auto const& term : *node_.order) {
            KOINE_TRY(add_term(term));
        }
        auto const& entity = draft_.entity(node_);
        if (select_.grouped || entity.kind == model::EntityKind::view || !entity.primary_key) return outcome::success();
        for (auto id : entity.primary_key->columns) {
            auto key = column_expression(draft_.model, node_.alias, node_.entity, id);
            bool present = std::ranges::any_of(select_.order, [&](OrderBy const& by) { return by.expression == key; });
            if (!present) select_.order.push_back({std::move(key), node_.order->back().direction, std::nullopt});
        }
        return outcome::success();
    }

private:
    Result<void> add_term(OrderTerm const& term) {
        if (!term.through.empty()) return add_far_term(term);
        KOINE_TRY(auto const* target, target_of(term));
        KOINE_TRY(auto expression, field_expression(draft_, *target, target->alias, term.field));
        if (select_.grouped && std::ranges::find(select_.group_by, expression) == select_.group_by.end())
            return Problem(Reason::ungrouped_column).with("relation", label_of(draft_, *target)).with("column", term.field.name);
        bool nullable = may_be_null(*target, expression);
        add(term, std::move(expression), nullable);
        return outcome::success();
    }

    void add(OrderTerm const& term, Expression expression, bool nullable) {
        OrderBy by{std::move(expression), term.direction, term.nulls};
        auto natural = term.direction == Direction::ascending ? Nulls::first : Nulls::last;
        if (term.nulls == natural || !nullable) by.nulls.reset();
        select_.order.push_back(std::move(by));
    }

    /// By a column at the end of to-one relationships, joined where the selection has not.
    Result<void> add_far_term(OrderTerm const& term) {
        if (select_.grouped) return Problem(Reason::feature_not_supported).with("feature", "orders of groups by a related column");
        Node row;
        row.entity = node_.entity;
        row.alias = node_.alias;
        row.depth = node_.depth;
        Node const* known = &node_;
        for (auto number : term.through) {
            KOINE_TRY(auto const* relationship, relationship_at(draft_, row.entity, number));
            if (!relationship->to_one())
                return Problem(Reason::related_order_to_many)
                    .with("origin", draft_.entity(row).name)
                    .with("relation", draft_.model[relationship->target].name);
            known = known != nullptr ? known->joined_by(*relationship) : nullptr;
            if (known != nullptr) {
                row.alias = known->alias;
            } else {
                KOINE_TRY(row.alias, joined(row, *relationship));
            }
            row.entity = relationship->target;
            ++row.depth;
        }
        KOINE_TRY(auto expression, field_expression(draft_, row, row.alias, term.field));
        add(term, std::move(expression), true);
        return outcome::success();
    }

    Result<Alias> joined(Node const& from, model::Relationship const& relationship) {
        for (auto const& join : joins_)
            if (join.from == from.alias && join.relationship == &relationship) return join.alias;
        if (select_.sources.size() > draft_.limits.max_forced_joins) return too_many("joined relations", draft_.limits.max_forced_joins);
        Alias alias = draft_.next_alias++;
        auto on = link(draft_, relationship, from.entity, from.alias, relationship.target, alias);
        select_.sources.push_back({Source::Join::left, alias, relationship.target, std::move(on)});
        joins_.push_back({from.alias, &relationship, alias});
        return alias;
    }

    Result<Node const*> target_of(OrderTerm const& term) const {
        if (term.relation.empty()) return &node_;
        Node const* target = node_.child(term.relation);
        if (target == nullptr) return Problem(Reason::not_embedded).with("relation", term.relation);
        if (!target->relationship->to_one())
            return Problem(Reason::related_order_to_many).with("origin", draft_.entity(node_).name).with("relation", term.relation);
        if (!target->joined) return too_many("joined relations", draft_.limits.max_joins);
        return target;
    }

    bool may_be_null(Node const& target, Expression const& expression) const {
        if (expression.kind != Expression::Kind::column || &target != &node_) return true;
        auto const& column = draft_.entity(target).columns[expression.column];
        auto drops = [&](Node::PlacedFilter const& placed) { return drops_null(*placed.filter, column.name); };
        return column.nullable && std::ranges::none_of(target.filters, drops);
    }

    /// Made for the order alone.
    struct Join {
        Alias from;
        model::Relationship const* relationship;
        Alias alias;
    };

    Drafting& draft_;
    Node const& node_;
    Select& select_;
    std::vector<Join> joins_;
};

}  // namespace

Result<void> add_order(Drafting& draft, Node const& node, Select& select) { return OrderMaker(draft, node, select).make(); }

}  // namespace koine::query
