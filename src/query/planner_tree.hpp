/// @file Inside the planner: the selection resolved against the model, and the makers of expressions and predicates over it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "query/limits.hpp"
#include "query/plan.hpp"

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
    SelectItem const* item = nullptr;                        ///< null at the root
    std::vector<SelectItem> const* items = nullptr;          ///< null = all columns
    model::Relationship const* relationship = nullptr;       ///< null at the root
    std::vector<std::unique_ptr<Node>> children;             ///< in the order of the selection
    std::vector<PlacedFilter> filters;
    std::vector<OrderTerm> const* order = nullptr;
    Window const* window = nullptr;
    std::uint32_t window_index = kNoStep;
    bool joined = false;                                     ///< a to-one relation fetched in its parent's statement

    bool is_inner() const { return item != nullptr && item->inner; }
    bool is_spread() const { return item != nullptr && item->kind == SelectItem::Kind::spread; }
    /// The child that a path or an order names: by alias, else by target.
    Node* child(std::string_view name) const;
    /// True if something of it or below it is shown.
    bool has_content() const;
};

/// What the makers share: the model, the plan being made and the next free alias.
struct Drafting {
    model::Model const& model;
    PlanLimits const& limits;
    Plan& plan;
    Alias next_alias = 0;

    Slot slot(SlotSpec spec) {
        plan.slots.push_back(std::move(spec));
        return static_cast<Slot>(plan.slots.size() - 1);
    }
    model::Entity const& entity(Node const& node) const { return model[node.entity]; }
};

Expression column_expression(model::Model const& model, Alias alias, EntityId entity, ColumnId column);
/// The relation's name as messages say it: `artist` at the root, `artist_1` one level below.
std::string label_of(Drafting const& draft, Node const& node);
/// A field of the node's entity, seen under `alias`, with its JSON path. @return unknown_column.
Result<Expression> field_expression(Drafting& draft, Node const& node, Alias alias, FieldRef const& field);
/// `expression` as the named type. @return unknown_type.
Result<Expression> cast_expression(Expression expression, std::string_view type);

/// AND of the predicates: `always` is dropped, one stays itself.
Predicate all_of(std::vector<Predicate> predicates);
/// The equality that ties a relation's rows (first of its sources: the junction if it has one) to its parent's row.
Predicate link(model::Model const& model, model::Relationship const& relationship, EntityId parent, Alias parent_alias, EntityId child,
               Alias child_alias);
/// The node's own filters. @return unknown_column, undefined_operator, not_boolean, embed_operator, limit_exceeded.
Result<Predicate> filters_of(Drafting& draft, Node const& node, Alias alias);
/// A row of the relation exists for the parent's row: its link, its filters and its own inner relations.
Result<Predicate> exists(Drafting& draft, Node const& parent, Alias parent_alias, Node const& child);

}  // namespace koine::query
