/// @file Inside the planner: the selection resolved against the model, and the makers of expressions, conditions and orders over it.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "query/limits.hpp"
#include "query/plan.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::query {

/// One relation of the selection, with everything that was said of it. Points into the query and the model.
struct Node {
    struct PlacedFilter {
        Filter const* filter;
        std::uint32_t first_condition;  ///< number of its leftmost condition in the query
    };

    EntityId entity = 0;
    Alias alias = 0;
    std::uint32_t depth = 0;
    SelectItem const* item = nullptr;                   ///< null at the root
    std::vector<SelectItem> const* items = nullptr;     ///< null = all columns
    model::Relationship const* relationship = nullptr;  ///< null at the root
    std::vector<std::unique_ptr<Node>> children;        ///< in the order of the selection
    std::vector<PlacedFilter> filters;
    std::vector<OrderTerm> const* order = nullptr;
    Window const* window = nullptr;
    std::uint32_t window_index = kNoStep;
    bool joined = false;                         ///< a to-one relation fetched in its parent's statement
    std::optional<model::Relationship> by_type;  ///< variants: from the key's column to the target's key, what `relationship` points to

    bool is_inner() const { return item != nullptr && item->inner; }
    bool is_spread() const { return item != nullptr && item->kind == SelectItem::Kind::spread; }
    bool is_variant() const { return by_type.has_value(); }
    /// The joined child that brings the rows of the relationship as they are, nothing said of them; null if there is none.
    Node const* joined_by(model::Relationship const& relationship) const;
    /// True if its window leaves out rows that exist.
    bool is_windowed() const;
    /// What paths and orders call it: its alias, else its target. Not at the root.
    std::string const& name() const { return item->alias.empty() ? item->target : item->alias; }
    /// The child of that name; else, clients being used to it, the one of that target despite an alias. Variants have no name.
    Node* child(std::string_view wanted) const;
    /// True if something of it or below it is shown.
    bool has_content() const;
};

/// What the makers share: the model, the plan being made and what was counted so far.
struct Drafting {
    model::Model const& model;
    PlanLimits const& limits;
    Plan& plan;
    Alias next_alias = 0;
    std::uint32_t conditions = 0;  ///< made so far, in all statements
    bool trusted = false;          ///< the selection was made at load

    /// A new slot. A constant that is there already is shared, so that equal expressions stay equal.
    Slot slot(SlotSpec spec);
    /// The slot of a window's limit or offset; `window` as in SlotSpec::value.
    Slot window_slot(SlotSpec::From from, std::uint32_t window);
    /// The slot of a constant that is bound as `type`.
    Slot constant_slot(Type type, std::string_view text);
    model::Entity const& entity(Node const& node) const { return model[node.entity]; }
};

/// The refusal of a cap.
Problem too_many(std::string_view limit, std::size_t maximum);

// tree.cpp

/// Resolves the query's names to a tree of nodes and hangs on each what the query says of it.
/// @return unknown_relation, unknown_relationship, ambiguous_relationship, spread_to_many, not_embedded, limit_exceeded.
Result<std::unique_ptr<Node>> make_tree(Drafting& draft, Query const& query, std::string_view schema);

// expressions.cpp

/// `reason` (unknown_column, unknown_body_column), with the column that may have been meant. `relation` is how messages call the entity.
Problem unknown_name(Reason reason, model::Entity const& entity, std::string_view relation, std::string_view column);
Expression column_expression(model::Model const& model, Alias alias, EntityId entity, ColumnId column);
/// The relation's name as messages say it: `artist` at the root, `artist_1` one level below.
std::string label_of(Drafting const& draft, Node const& node);
/// A field of the node's entity, seen under `alias`, with its JSON path. @return unknown_column.
Result<Expression> field_expression(Drafting& draft, Node const& node, Alias alias, FieldRef const& field);
/// A selected field with its casts and its aggregate. @return unknown_column, unknown_type, undefined_function.
Result<Expression> item_expression(Drafting& draft, Node const& node, SelectItem const& item);
/// Under which name a selected field is shown: its alias, its function, the last key of its path, its column.
std::string_view name_of(SelectItem const& item);
bool contains_aggregate(Expression const& expression);

// conditions.cpp

/// `left op` the value that `spec` tells: JSON by JSON's order, a dynamic column as text and as number. `op`: eq to lte, is_distinct.
Predicate comparison(Drafting& draft, Operator op, Expression left, SlotSpec spec);
/// The condition on `left`; `number` is its place in the query. @return undefined_operator, not_boolean.
Result<Predicate> condition_on(Drafting& draft, Condition const& condition, std::uint32_t number, Expression left, char separator);

// predicates.cpp

/// The same group, its children in groups of at most 32 on every level.
Predicate bushy(Predicate group);
/// AND of the predicates: `always` is dropped, one stays itself.
Predicate all_of(std::vector<Predicate> predicates);
/// What a relationship asks of its rows (its junction's, if it has one: `entity`) beside the equality: `always` if nothing.
Predicate fixed_of(Drafting& draft, model::Relationship const& relationship, EntityId entity, Alias alias);
/// The equality that ties a relation's rows (its junction's, if it has one) to its parent's row, and what is fixed.
Predicate link(
    Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, EntityId child, Alias child_alias
);
/// Gives an empty select the relation's rows: the child under `alias`, behind its junction if it has one. Where the link to the parent
/// applies is `sources[0]`.
void add_sources(Drafting& draft, model::Relationship const& relationship, Alias alias, Select& select);
/// The relation's rows of the parent's row, the target under `alias`.
Select rows_of(Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, Alias alias);
/// Joins the relation's rows to a source of the select, those without any left out; the target under `alias`.
void join_rows(Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias, Alias alias, Select& select);
/// The entity's relationship of that number. @return internal: it has none.
Result<model::Relationship const*> relationship_at(Drafting const& draft, EntityId entity, std::optional<std::uint32_t> number);
/// The node's own filters. @return unknown_column, undefined_operator, not_boolean, embed_operator, limit_exceeded.
Result<Predicate> filters_of(Drafting& draft, Node const& node, Alias alias);
/// The root's one row by its primary key, whose values are Query::key: an equality a column. @return not_found (a key of another length).
Result<std::vector<Predicate>> key_conditions(Drafting& draft, Node const& root, std::vector<std::string> const& key);
/// A row of the relation exists for the parent's row: its link, its filters, its own inner relations and its window.
Result<Predicate> exists(Drafting& draft, Node const& parent, Alias parent_alias, Node const& child);
/// How deep conditions stand inside each other: a group or a negation weighs 3, a test of existence or a nested select 6, a call 2, each with
/// what it holds.
std::uint32_t nesting_of(Predicate const& predicate);
std::uint32_t nesting_of(Expression const& expression);

// paths.cpp

/// The row that a formula is about.
struct Scope {
    EntityId entity = 0;
    Alias alias = 0;
    Node const* node = nullptr;    ///< if set: its joined relations are in the statement, and paths go by them
    Scope const* outer = nullptr;  ///< inside exists and count: the row around
};
/// The column at the end of a path of to-one steps. Paths go by columns, by relationships' names, and, at their end, by a reference's name for its
/// key. Rows that are not at hand are looked up. @return unknown_column: the path leads nowhere.
Result<Expression> path_value(Drafting& draft, Scope const& from, std::string_view path);
/// The rows at the end of a path of relationships; `row` gets the scope of one of them. @return unknown_column.
Result<Select> rows_at(Drafting& draft, Scope const& from, std::string_view relation, Scope& row);

// formulas.cpp

/// The formula's value. @return unknown_column (a path that leads nowhere), internal (a formula that the parser would not have made).
Result<Expression> formula_expression(Drafting& draft, Scope const& scope, expression::Formula const& formula);
/// That it is true; three-valued. @return as above.
Result<Predicate> formula_condition(Drafting& draft, Scope const& scope, expression::Formula const& formula);
/// How many rows a relation of the row has.
Expression count_expression(Drafting& draft, model::Relationship const& relationship, EntityId parent, Alias parent_alias);

// order.cpp

/// Orders the select by the node's terms, and by its primary key behind them (decisions.md 4). Nothing without terms. What terms go through is
/// joined to it.
/// @return unknown_column, not_embedded, related_order_to_many, ungrouped_column, limit_exceeded.
Result<void> add_order(Drafting& draft, Node const& node, Select& select);

}  // namespace koine::query
