#include "query/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "query/planner_tree.hpp"
#include "query/relationship.hpp"
#include "query/shape.hpp"

namespace koine::query {
namespace {

using model::Entity;
using model::Model;
using Kind = SelectItem::Kind;

Problem too_many(std::string_view limit, std::size_t maximum) {
    return Problem(Reason::limit_exceeded).with("limit", limit).with("maximum", static_cast<std::int64_t>(maximum));
}

std::uint32_t count_conditions(Filter const& filter) {
    if (filter.kind == Filter::Kind::condition) return 1;
    std::uint32_t count = 0;
    for (auto const& child : filter.children) count += count_conditions(child);
    return count;
}

/// Resolves names to a tree of nodes and hangs on each what the query says of it.
class TreeMaker {
public:
    TreeMaker(Drafting& draft, Query const& query, std::string_view schema) : draft_(draft), query_(query), schema_(schema) {}

    Result<std::unique_ptr<Node>> make() {
        auto id = draft_.model.entity(query_.relation);
        if (!id) return unknown_relation();
        auto root = std::make_unique<Node>();
        root->entity = *id;
        root->alias = draft_.next_alias++;
        if (!query_.select.empty()) root->items = &query_.select;
        KOINE_TRY(add_children(*root));
        KOINE_TRY(place_filters(*root));
        for (auto const& placed : query_.orders) {
            KOINE_TRY(auto* node, find(*root, placed.path));
            if (node->order == nullptr) node->order = &placed.value;
            if (placed.value.size() > draft_.limits.max_order_terms) return too_many("order terms", draft_.limits.max_order_terms);
        }
        for (std::uint32_t i = 0; i < query_.windows.size(); ++i) {
            KOINE_TRY(auto* node, find(*root, query_.windows[i].path));
            node->window = &query_.windows[i].value;
            node->window_index = i;
        }
        return root;
    }

private:
    Problem unknown_relation() const {
        auto problem = Problem(Reason::unknown_relation).with("schema", schema_).with("relation", query_.relation);
        std::vector<std::string_view> names;
        for (auto const& entity : draft_.model.entities) names.push_back(entity.name);
        auto suggestion = model::nearest(query_.relation, names);
        return suggestion ? std::move(problem).with("suggestion", *suggestion) : problem;
    }

    Result<void> add_children(Node& node) {
        if (node.items == nullptr) return outcome::success();
        for (auto const& item : *node.items) {
            if (++columns_ > draft_.limits.max_columns) return too_many("selected members", draft_.limits.max_columns);
            if (item.kind != Kind::embed && item.kind != Kind::spread) continue;
            if (++embeds_ > draft_.limits.max_embeds) return too_many("embedded relations", draft_.limits.max_embeds);
            if (node.depth >= draft_.limits.max_depth) return too_many("levels of embedding", draft_.limits.max_depth);
            KOINE_TRY(auto const* relationship, find_relationship(draft_.model, node.entity, item.target, item.hint, schema_));
            auto child = std::make_unique<Node>();
            child->entity = relationship->target;
            child->alias = draft_.next_alias++;
            child->depth = node.depth + 1;
            child->item = &item;
            child->items = &item.items;
            child->relationship = relationship;
            if (child->is_spread() && !relationship->to_one())
                return Problem(Reason::spread_to_many)
                    .with("origin", draft_.entity(node).name)
                    .with("relation", draft_.entity(*child).name);
            KOINE_TRY(add_children(*child));
            node.children.push_back(std::move(child));
        }
        return outcome::success();
    }

    Result<void> place_filters(Node& root) {
        std::uint32_t number = 0;
        for (auto const& placed : query_.filters) {
            KOINE_TRY(auto* node, find(root, placed.path));
            node->filters.push_back({&placed.value, number});
            number += count_conditions(placed.value);
        }
        if (number > draft_.limits.max_terms) return too_many("filter terms", draft_.limits.max_terms);
        return outcome::success();
    }

    Result<Node*> find(Node& root, std::vector<std::string> const& path) {
        Node* node = &root;
        for (auto const& name : path) {
            node = node->child(name);
            if (node == nullptr) return Problem(Reason::not_embedded).with("relation", name);
        }
        return node;
    }

    Drafting& draft_;
    Query const& query_;
    std::string_view schema_;
    std::uint32_t columns_ = 0;
    std::uint32_t embeds_ = 0;
};

/// True if one of the node's own AND-ed conditions keeps rows with a null there out.
bool excludes_null(Node const& node, std::string_view column) {
    return std::ranges::any_of(node.filters, [&](Node::PlacedFilter const& placed) {
        auto const& filter = *placed.filter;
        auto const& condition = filter.condition;
        return filter.kind == Filter::Kind::condition && !filter.negated && condition.field.name == column && condition.field.path.empty() &&
               condition.quantifier == Quantifier::none && condition.op != Operator::is_null && condition.op != Operator::is_unknown &&
               condition.op != Operator::is_distinct;
    });
}

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
        KOINE_TRY(add_order(root, step(0).select));
        step(0).select.limit = window_slot(SlotSpec::From::limit, kNoStep);
        if (query_.window.offset > 0) step(0).select.offset = window_slot(SlotSpec::From::offset, kNoStep);
        return outcome::success();
    }

private:
    static bool is_aggregate(SelectItem const& item) { return item.kind == Kind::field && item.aggregate != Aggregate::none; }
    Step& step(std::uint32_t index) { return draft_.plan.steps[index]; }

    Slot window_slot(SlotSpec::From from, std::uint32_t window) {
        SlotSpec spec;
        spec.form = SlotForm::integer;
        spec.type = model::Type::bigint;
        spec.from = from;
        spec.value = window;
        return draft_.slot(std::move(spec));
    }

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

    /// Joins the to-one relations below `node` into the statement. `chain_inner`: every join from the statement's root to here is inner.
    Result<void> join_children(Node& node, std::uint32_t index, bool chain_inner) {
        for (auto const& child : node.children) {
            auto& sources = step(index).select.sources;
            if (!child->relationship->to_one() || sources.size() > draft_.limits.max_joins) continue;
            child->joined = true;
            bool inner = child->is_inner() && chain_inner;
            auto place = sources.size();
            sources.push_back({inner ? Source::Join::inner : Source::Join::left, child->alias, child->entity, {}});
            KOINE_TRY(join_children(*child, index, inner));
            KOINE_TRY(auto conditions, condition_of(*child, child->alias, inner));
            Predicate on;
            if (child->window != nullptr && hides_one(*child->window))
                on.kind = Predicate::Kind::never;
            else
                on = all_of({link(draft_.model, *child->relationship, node.entity, node.alias, child->entity, child->alias), std::move(conditions)});
            step(index).select.sources[place].on = std::move(on);
        }
        return outcome::success();
    }



    Result<void> add_key(Node const& root) {
        if (!query_.key) return outcome::success();
        auto const& entity = draft_.entity(root);
        auto absent = [&] { return Problem(Reason::not_found).with("relation", entity.name).with("key", fmt::format("{}", fmt::join(*query_.key, ","))); };
        if (!entity.primary_key || entity.primary_key->columns.size() != query_.key->size()) return absent();
        std::vector<Predicate> conditions = {std::move(step(0).select.where)};
        for (std::uint32_t i = 0; i < query_.key->size(); ++i) {
            Predicate equal;
            auto column = column_expression(draft_.model, root.alias, root.entity, entity.primary_key->columns[i]);
            bool dynamic = column.type == Type::dynamic;
            equal.kind = dynamic ? Predicate::Kind::compare_dynamic : Predicate::Kind::compare;
            SlotSpec spec;
            spec.form = dynamic ? SlotForm::dynamic_text : SlotForm::literal;
            spec.type = column.type;
            spec.from = SlotSpec::From::key;
            spec.value = i;
            spec.datetime_separator = entity.columns[entity.primary_key->columns[i]].datetime_separator;
            equal.slot = draft_.slot(spec);
            if (dynamic) {
                spec.form = SlotForm::dynamic_number;
                draft_.slot(spec);
            }
            equal.operands.push_back(std::move(column));
            conditions.push_back(std::move(equal));
        }
        step(0).select.where = all_of(std::move(conditions));
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

    void add_scalar(std::string_view name, Expression expression, std::uint32_t index) {
        Member member;
        member.name = name;
        member.type = expression.type;
        member.cell = cell(index, std::move(expression));
        draft_.plan.members.push_back(std::move(member));
        draft_.plan.members.back().end = static_cast<std::uint32_t>(draft_.plan.members.size());
    }

    void add_all(Node const& node, std::uint32_t index) {
        auto const& entity = draft_.entity(node);
        for (ColumnId id = 0; id < entity.columns.size(); ++id)
            add_scalar(entity.columns[id].name, column_expression(draft_.model, node.alias, node.entity, id), index);
    }

    static std::string_view name_of(Aggregate aggregate) {
        static constexpr std::array<std::string_view, 6> kNames = {"", "count", "sum", "avg", "min", "max"};
        return kNames[static_cast<std::size_t>(aggregate)];
    }

    static std::string_view default_name(SelectItem const& item) {
        if (!item.alias.empty()) return item.alias;
        if (item.aggregate != Aggregate::none) return name_of(item.aggregate);
        for (auto step = item.field.path.rbegin(); step != item.field.path.rend(); ++step)
            if (!step->index) return step->key;
        return item.field.name;
    }

    Result<Expression> aggregate_of(SelectItem const& item, Expression operand, bool counts_rows) {
        using model::Type;
        Expression aggregate;
        aggregate.kind = Expression::Kind::aggregate;
        aggregate.aggregate = item.aggregate;
        aggregate.type = operand.type;
        bool adds = item.aggregate == Aggregate::sum || item.aggregate == Aggregate::avg;
        if (adds && !model::is_number(operand.type) && operand.type != Type::dynamic)
            return Problem(Reason::undefined_function).with("function", name_of(item.aggregate)).with("type", sql_name(operand.type));
        if (item.aggregate == Aggregate::count) aggregate.type = Type::bigint;
        if (item.aggregate == Aggregate::sum && model::is_integer(operand.type)) aggregate.type = Type::bigint;
        if (item.aggregate == Aggregate::avg) aggregate.type = Type::numeric;
        if (!counts_rows) aggregate.operands.push_back(std::move(operand));
        return aggregate;
    }

    Result<void> add_field(Node const& node, SelectItem const& item, std::uint32_t index) {
        bool counts_rows = item.aggregate == Aggregate::count && item.field.name.empty();
        Expression expression;
        if (!counts_rows) {
            KOINE_TRY(auto field, field_expression(draft_, node, node.alias, item.field));
            KOINE_TRY(expression, cast_expression(std::move(field), item.cast));
        }
        if (item.aggregate != Aggregate::none) {
            if (node.depth > 0) return Problem(Reason::feature_not_supported).with("feature", "aggregates inside embedded relations");
            KOINE_TRY(auto aggregate, aggregate_of(item, std::move(expression), counts_rows));
            KOINE_TRY(expression, cast_expression(std::move(aggregate), item.aggregate_cast));
        }
        add_scalar(default_name(item), std::move(expression), index);
        return outcome::success();
    }

    /// Columns first, relations after them, each in the order asked.
    Result<void> add_members(Node& node, std::uint32_t index) {
        if (node.items == nullptr) add_all(node, index);
        for (auto const& item : node.items != nullptr ? *node.items : std::vector<SelectItem>()) {
            if (item.kind == Kind::all) add_all(node, index);
            if (item.kind == Kind::field) {
                KOINE_TRY(add_field(node, item, index));
            }
        }
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
        member.name = child.item->alias.empty() ? child.item->target : child.item->alias;
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
            auto key = cell(parent_index, column_expression(draft_.model, parent.alias, parent.entity, id));
            step(index).parent_cells.push_back(key);
        }
        add_sources(child, index);
        KOINE_TRY(join_children(child, index, true));
        KOINE_TRY(step(index).select.where, condition_of(child, child.alias, true));
        auto place = open_member(child, relationship.to_one() ? Member::Kind::first : Member::Kind::many);
        draft_.plan.members[place].step = index;
        KOINE_TRY(add_members(child, index));
        close_member(place);
        KOINE_TRY(add_order(child, step(index).select));
        if (child.window != nullptr && child.window->limit) step(index).limit = window_slot(SlotSpec::From::limit, child.window_index);
        if (child.window != nullptr && child.window->offset > 0) step(index).offset = window_slot(SlotSpec::From::offset, child.window_index);
        return outcome::success();
    }

    void add_sources(Node const& child, std::uint32_t index) {
        auto const& relationship = *child.relationship;
        auto& [select, parent, parent_cells, keys, limit, offset] = step(index);
        if (auto const& junction = relationship.junction) {
            Alias middle = draft_.next_alias++;
            std::vector<Predicate> equalities;
            for (std::size_t i = 0; i < junction->target_columns.size(); ++i) {
                Predicate equal;
                equal.kind = Predicate::Kind::equal;
                equal.operands.push_back(column_expression(draft_.model, child.alias, child.entity, relationship.target_columns[i]));
                equal.operands.push_back(column_expression(draft_.model, middle, junction->entity, junction->target_columns[i]));
                equalities.push_back(std::move(equal));
            }
            select.sources.push_back({Source::Join::root, middle, junction->entity, {}});
            select.sources.push_back({Source::Join::inner, child.alias, child.entity, all_of(std::move(equalities))});
            for (auto id : junction->origin_columns) keys.push_back(column_expression(draft_.model, middle, junction->entity, id));
            return;
        }
        select.sources.push_back({Source::Join::root, child.alias, child.entity, {}});
        for (auto id : relationship.target_columns) keys.push_back(column_expression(draft_.model, child.alias, child.entity, id));
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
    static bool contains_aggregate(Expression const& expression) {
        return expression.kind == Expression::Kind::aggregate || std::ranges::any_of(expression.operands, contains_aggregate);
    }

    Result<void> add_order(Node& node, Select& select) {
        if (node.order == nullptr || node.order->empty()) return outcome::success();
        for (auto const& term : *node.order) {
            KOINE_TRY(add_term(node, term, select));
        }
        auto const& entity = draft_.entity(node);
        if (select.grouped || entity.kind == model::EntityKind::view || !entity.primary_key) return outcome::success();
        for (auto id : entity.primary_key->columns) {
            auto key = column_expression(draft_.model, node.alias, node.entity, id);
            bool present = std::ranges::any_of(select.order, [&](OrderBy const& by) { return by.expression == key; });
            if (!present) select.order.push_back({std::move(key), node.order->back().direction, std::nullopt});
        }
        return outcome::success();
    }

    Result<void> add_term(Node& node, OrderTerm const& term, Select& select) {
        Node* target = &node;
        if (!term.relation.empty()) {
            target = node.child(term.relation);
            if (target == nullptr) return Problem(Reason::not_embedded).with("relation", term.relation);
            if (!target->relationship->to_one())
                return Problem(Reason::related_order_to_many).with("origin", draft_.entity(node).name).with("relation", term.relation);
            if (!target->joined) return too_many("joined relations", draft_.limits.max_joins);
        }
        KOINE_TRY(auto expression, field_expression(draft_, *target, target->alias, term.field));
        if (select.grouped && std::ranges::find(select.group_by, expression) == select.group_by.end())
            return Problem(Reason::ungrouped_column).with("relation", label_of(draft_, *target)).with("column", term.field.name);
        OrderBy by{std::move(expression), term.direction, term.nulls};
        auto natural = term.direction == Direction::ascending ? Nulls::first : Nulls::last;
        if (term.nulls == natural || !may_be_null(*target, &node, by.expression)) by.nulls.reset();
        select.order.push_back(std::move(by));
        return outcome::success();
    }

    bool may_be_null(Node const& target, Node const* own, Expression const& expression) const {
        if (expression.kind != Expression::Kind::column || &target != own) return true;
        auto const& column = draft_.entity(target).columns[expression.column];
        return column.nullable && !excludes_null(target, column.name);
    }

    Drafting& draft_;
    Query const& query_;
};

}  // namespace

Node* Node::child(std::string_view name) const {
    for (auto const& child : children)
        if (child->item->alias == name) return child.get();
    for (auto const& child : children)
        if (child->item->target == name) return child.get();
    return nullptr;
}

bool Node::has_content() const {
    if (items == nullptr) return true;
    bool scalar = std::ranges::any_of(*items, [](SelectItem const& one) { return one.kind == Kind::all || one.kind == Kind::field; });
    return scalar || std::ranges::any_of(children, [](auto const& child) { return child->has_content(); });
}

Result<std::shared_ptr<Plan const>> plan_read(Model const& model, Query const& query, PlanLimits const& limits, std::string_view schema) {
    auto plan = std::make_shared<Plan>();
    Drafting draft{model, limits, *plan};
    KOINE_TRY(auto root, TreeMaker(draft, query, schema).make());
    KOINE_TRY(StepMaker(draft, query).make(*root));
    return std::shared_ptr<Plan const>(std::move(plan));
}

}  // namespace koine::query
