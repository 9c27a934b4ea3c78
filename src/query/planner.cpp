#include "query/planner.hpp"

#include "query/planner_tree.hpp"

#include <algorithm>

namespace koine::query {
namespace {

using model::Model;
using Kind = SelectItem::Kind;

/// Makes the steps and the members from the tree.
class StepMaker {
public:
    StepMaker(Drafting& draft, Query const& query) : draft_(draft), query_(query) {}

    Result<void> make(Node& root) {
        draft_.plan.steps.emplace_back();
        step(0).select.sources.push_back({Source::Join::root, root.alias, root.entity, {}});
        bool grouped = root.items != nullptr && std::ranges::any_of(*root.items, [](auto const& item) { return is_aggregate(item); });
        KOINE_TRY(join_children(root, 0, true));
        KOINE_TRY(step(0).select.where, condition_of(root, root.alias, true));
        KOINE_TRY(add_key(root));
        if (query_.count != Count::none) add_total(grouped);
        KOINE_TRY(add_members(root, 0));
        if (grouped) {
            KOINE_TRY(group());
        }
        KOINE_TRY(add_order(draft_, root, step(0).select));
        KOINE_TRY(check_limits());
        step(0).select.limit = draft_.window_slot(SlotSpec::From::limit, kNoStep);
        if (query_.window.offset > 0) step(0).select.offset = draft_.window_slot(SlotSpec::From::offset, kNoStep);
        return outcome::success();
    }

private:
    static bool is_aggregate(SelectItem const& item) { return item.kind == Kind::field && item.aggregate != Aggregate::none; }
    Step& step(std::uint32_t index) { return draft_.plan.steps[index]; }

    /// A relation whose rows are chosen by a join needs no EXISTS: `joined_inner` says that the node's own rows are.
    Result<Predicate> condition_of(Node const& node, Alias alias, bool joined_inner) {
        std::vector<Predicate> conditions;
        KOINE_TRY(auto own, filters_of(draft_, node, alias));
        conditions.push_back(std::move(own));
        for (auto const& child : node.children) {
            if (!child->is_inner() || (child->joined && joined_inner)) continue;
            KOINE_TRY(auto found, exists(draft_, node, alias, *child));
            conditions.push_back(std::move(found));
        }
        return all_of(std::move(conditions));
    }

    std::uint32_t most_joins(Node const& child) const {
        return draft_.trusted && child.is_spread() ? draft_.limits.max_forced_joins : draft_.limits.max_joins;
    }

    /// Joins the to-one relations below `node` into the statement. `chain_inner`: every join from the statement's root to here is inner.
    Result<void> join_children(Node& node, std::uint32_t index, bool chain_inner) {
        for (auto const& child : node.children) {
            auto& sources = step(index).select.sources;
            if (!child->relationship->to_one() || child->is_variant() || sources.size() > most_joins(*child)) continue;
            child->joined = true;
            bool inner = child->is_inner() && chain_inner;
            auto place = sources.size();
            sources.push_back({inner ? Source::Join::inner : Source::Join::left, child->alias, child->entity, {}});
            KOINE_TRY(join_children(*child, index, inner));
            KOINE_TRY(auto conditions, condition_of(*child, child->alias, inner));
            auto& on = step(index).select.sources[place].on;
            if (child->is_windowed()) {
                on.kind = Predicate::Kind::never;
                continue;
            }
            auto tie = link(draft_, *child->relationship, node.entity, node.alias, child->entity, child->alias);
            on = all_of({std::move(tie), std::move(conditions)});
        }
        return outcome::success();
    }

    /// One row by its primary key.
    Result<void> add_key(Node const& root) {
        if (!query_.key) return outcome::success();
        KOINE_TRY(auto conditions, key_conditions(draft_, root, *query_.key));
        auto& where = step(0).select.where;
        conditions.insert(conditions.begin(), std::move(where));
        where = all_of(std::move(conditions));
        return outcome::success();
    }

    /// The root's conditions once more, with the inner joins only: a to-one left join never changes how many rows there are.
    void add_total(bool grouped) {
        auto const& root = step(0).select;
        Select total;
        for (auto const& source : root.sources)
            if (source.join != Source::Join::left || grouped) total.sources.push_back(source);
        total.where = root.where;
        Expression count;
        count.kind = Expression::Kind::aggregate;
        count.aggregate = Aggregate::count;
        count.type = Type::bigint;
        total.columns.push_back(std::move(count));
        total.grouped = true;
        draft_.plan.total = std::move(total);
    }

    std::uint32_t cell(std::uint32_t index, Expression expression) {
        auto& columns = step(index).select.columns;
        auto found = std::ranges::find(columns, expression);
        if (found == columns.end()) {
            columns.push_back(std::move(expression));
            found = columns.end() - 1;
        }
        return static_cast<std::uint32_t>(found - columns.begin());
    }

    void add_scalar(std::string_view name, Expression expression, std::uint32_t index, std::uint32_t mark = 0) {
        Member member;
        member.name = name;
        member.mark = mark;
        member.type = expression.type;
        member.cell = cell(index, std::move(expression));
        draft_.plan.members.push_back(std::move(member));
        draft_.plan.members.back().end = static_cast<std::uint32_t>(draft_.plan.members.size());
    }

    Result<void> add_all(Node const& node, std::uint32_t index) {
        auto const& entity = draft_.entity(node);
        if (draft_.plan.members.size() + entity.columns.size() > draft_.limits.max_members)
            return too_many("members of a document", draft_.limits.max_members);
        for (ColumnId id = 0; id < entity.columns.size(); ++id)
            add_scalar(entity.columns[id].name, column_expression(draft_.model, node.alias, node.entity, id), index);
        return outcome::success();
    }

    Result<void> add_field(Node const& node, SelectItem const& item, std::uint32_t index) {
        if (item.aggregate != Aggregate::none && node.depth > 0)
            return Problem(Reason::feature_not_supported).with("feature", "aggregates inside embedded relations");
        KOINE_TRY(auto expression, item_expression(draft_, node, item));
        add_scalar(name_of(item), std::move(expression), index, item.mark);
        return outcome::success();
    }

    Result<void> add_count(Node const& node, SelectItem const& item, std::uint32_t index) {
        KOINE_TRY(auto const* relationship, relationship_at(draft_, node.entity, item.relationship));
        add_scalar(item.alias, count_expression(draft_, *relationship, node.entity, node.alias), index, item.mark);
        return outcome::success();
    }

    Result<void> add_formula(Node const& node, SelectItem const& item, std::uint32_t index) {
        if (!item.formula) return Problem(Reason::internal).because("a selected formula that is none");
        draft_.plan.formulas.push_back(item.formula);
        KOINE_TRY(auto expression, formula_expression(draft_, {node.entity, node.alias, &node}, *item.formula));
        add_scalar(item.alias, std::move(expression), index, item.mark);
        return outcome::success();
    }

    /// A cell of its own, however many there are.
    void add_blank(SelectItem const& item, std::uint32_t index) {
        Expression expression;
        expression.kind = Expression::Kind::constant;
        expression.slot = kNoSlot;
        expression.type = item.type;
        expression.column = item.mark;
        add_scalar(item.alias, std::move(expression), index, item.mark);
    }

    Result<void> add_columns(Node const& node, std::uint32_t index) {
        if (node.items == nullptr) return add_all(node, index);
        for (auto const& item : *node.items) {
            if (item.kind == Kind::all) {
                KOINE_TRY(add_all(node, index));
            } else if (item.kind == Kind::field) {
                KOINE_TRY(add_field(node, item, index));
            } else if (item.kind == Kind::count) {
                KOINE_TRY(add_count(node, item, index));
            } else if (item.kind == Kind::formula) {
                KOINE_TRY(add_formula(node, item, index));
            } else if (item.kind == Kind::blank) {
                add_blank(item, index);
            }
        }
        return outcome::success();
    }

    /// Columns first, relations after them, each in the order asked.
    Result<void> add_members(Node& node, std::uint32_t index) {
        KOINE_TRY(add_columns(node, index));
        for (auto const& child : node.children) {
            if (!child->has_content()) continue;
            if (child->joined) {
                KOINE_TRY(add_joined(*child, index));
            } else {
                KOINE_TRY(add_step(node, *child, index));
            }
        }
        return outcome::success();
    }

    std::uint32_t open_member(Node const& child, Member::Kind kind) {
        Member member;
        member.kind = kind;
        member.name = child.name();
        member.mark = child.item->mark;
        draft_.plan.members.push_back(std::move(member));
        return static_cast<std::uint32_t>(draft_.plan.members.size() - 1);
    }
    void close_member(std::uint32_t place) { draft_.plan.members[place].end = static_cast<std::uint32_t>(draft_.plan.members.size()); }

    Result<void> add_joined(Node& child, std::uint32_t index) {
        if (child.is_spread()) return add_members(child, index);
        auto place = open_member(child, Member::Kind::one);
        auto marker = column_expression(draft_.model, child.alias, child.entity, child.relationship->target_columns.front());
        draft_.plan.members[place].cell = cell(index, std::move(marker));
        KOINE_TRY(add_members(child, index));
        close_member(place);
        return outcome::success();
    }

    Result<void> add_step(Node& parent, Node& child, std::uint32_t parent_index) {
        if (child.is_spread()) return too_many("joined relations", draft_.limits.max_joins);
        auto const& relationship = *child.relationship;
        auto index = static_cast<std::uint32_t>(draft_.plan.steps.size());
        draft_.plan.steps.emplace_back();
        step(index).parent = parent_index;
        for (auto id : relationship.columns) {
            auto key = column_expression(draft_.model, parent.alias, parent.entity, id);
            if (child.is_variant()) key = chosen_by_type(parent, *child.item, std::move(key));
            auto place = cell(parent_index, std::move(key));
            step(index).parent_cells.push_back(place);
        }
        add_sources(draft_, relationship, child.alias, step(index).select);
        auto const nearest_entity = step(index).select.sources.front().entity;
        auto const nearest_alias = step(index).select.sources.front().alias;
        for (auto id : relationship.junction ? relationship.junction->origin_columns : relationship.target_columns)
            step(index).keys.push_back(column_expression(draft_.model, nearest_alias, nearest_entity, id));
        KOINE_TRY(join_children(child, index, true));
        auto fixed = fixed_of(draft_, relationship, nearest_entity, nearest_alias);
        KOINE_TRY(auto conditions, condition_of(child, child.alias, true));
        step(index).select.where = all_of({std::move(fixed), std::move(conditions)});
        auto place = open_member(child, relationship.to_one() ? Member::Kind::first : Member::Kind::many);
        draft_.plan.members[place].step = index;
        KOINE_TRY(add_members(child, index));
        close_member(place);
        KOINE_TRY(add_order(draft_, child, step(index).select));
        if (child.window == nullptr) return outcome::success();
        if (child.window->limit) step(index).limit = draft_.window_slot(SlotSpec::From::limit, child.window_index);
        if (child.window->offset > 0) step(index).offset = draft_.window_slot(SlotSpec::From::offset, child.window_index);
        return outcome::success();
    }

    /// A key that is null in rows of another type.
    Expression chosen_by_type(Node const& parent, SelectItem const& item, Expression key) {
        auto type_column = *draft_.entity(parent).column(item.type_column);
        Expression chosen;
        chosen.kind = Expression::Kind::choose;
        chosen.type = key.type;
        chosen.operands.push_back(std::move(key));
        chosen.operands.push_back(column_expression(draft_.model, parent.alias, parent.entity, type_column));
        chosen.slot = draft_.constant_slot(Type::text, item.type_word);
        return chosen;
    }

    /// With aggregates, everything else that is selected is a group key.
    Result<void> group() {
        auto& select = step(0).select;
        if (draft_.plan.steps.size() > 1)
            return Problem(Reason::feature_not_supported).with("feature", "to-many relations beside aggregates");
        select.grouped = true;
        for (auto const& column : select.columns)
            if (!contains_aggregate(column)) select.group_by.push_back(column);
        draft_.plan.one_row = select.group_by.empty();
        if (draft_.plan.one_row) draft_.plan.total.reset();
        if (draft_.plan.total) draft_.plan.total->group_by = select.group_by;
        return outcome::success();
    }

    /// What only shows when everything stands. The total repeats conditions of the root.
    Result<void> check_limits() const {
        auto deepest = [](Select const& select) {
            std::uint32_t most = nesting_of(select.where);
            for (auto const& column : select.columns) most = std::max(most, nesting_of(column));
            for (auto const& source : select.sources) most = std::max(most, nesting_of(source.on));
            return most;
        };
        for (auto const& made : draft_.plan.steps) {
            if (made.select.columns.size() > draft_.limits.max_cells) return too_many("columns of a statement", draft_.limits.max_cells);
            if (deepest(made.select) > draft_.limits.max_nesting)
                return too_many("conditions inside each other", draft_.limits.max_nesting);
        }
        return outcome::success();
    }

    Drafting& draft_;
    Query const& query_;
};

}  // namespace

Result<std::shared_ptr<Plan const>> plan_read(Model const& model, Query const& query, PlanLimits const& limits, std::string_view schema) {
    auto plan = std::make_shared<Plan>();
    Drafting draft{model, limits, *plan};
    KOINE_TRY(auto root, make_tree(draft, query, schema));
    KOINE_TRY(StepMaker(draft, query).make(*root));
    return std::shared_ptr<Plan const>(std::move(plan));
}

}  // namespace koine::query
