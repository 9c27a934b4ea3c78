/// @file Intent: what a request asks, in names as written. Grammars of the dialects make it; only the planner judges it.
#pragma once

#include "expression/formula.hpp"
#include "model/schema.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace koine::query {

/// One arrow of a JSON path: a key, or an index counted from 0 (from the end if negative).
struct JsonStep {
    std::string key;
    std::optional<std::int64_t> index;
    bool operator==(JsonStep const&) const = default;
};

/// A column as named, perhaps with a path into its JSON. `as_text`: the last arrow was `->>`.
struct FieldRef {
    std::string name;
    std::vector<JsonStep> path;
    bool as_text = false;
    bool operator==(FieldRef const&) const = default;
};

enum class Operator : std::uint8_t {
    eq,
    neq,
    gt,
    gte,
    lt,
    lte,
    like,
    ilike,
    match,
    imatch,
    in,
    is_null,
    is_not_null,
    is_true,
    is_false,
    is_unknown,
    is_distinct,
    contains,
    contained,
    overlaps,
    strictly_left,
    strictly_right,
    not_right_of,
    not_left_of,
    adjacent,
    text_query,
    plain_text,
    phrase_text,
    web_text
};

enum class Quantifier : std::uint8_t { none, any, all };

/// `field op value`. `values` holds one literal, or the items of an `in` (an `in` may be empty) or of a quantifier. `is_*` has none.
struct Condition {
    FieldRef field;
    Operator op = Operator::eq;
    Quantifier quantifier = Quantifier::none;
    std::vector<std::string> values;
    std::string config;  ///< text search configuration, if named
    bool operator==(Condition const&) const = default;
};

/// A tree of conditions. `negated` is three-valued NOT around the node.
struct Filter {
    enum class Kind : std::uint8_t {
        condition,
        all_of,
        any_of,
        related,  ///< a row of `relationship` exists for which all children hold
        formula   ///< `formula` holds
    };
    Kind kind = Kind::condition;
    bool negated = false;
    Condition condition;
    std::vector<Filter> children;
    std::uint32_t relationship = 0;                      ///< its place in Entity::relationships, of the entity that the filter is about
    std::shared_ptr<expression::Formula const> formula;  ///< shared: shapes tell formulas apart by their address
    bool operator==(Filter const&) const = default;
};

enum class Direction : std::uint8_t { ascending, descending };
enum class Nulls : std::uint8_t { first, last };

/// One term of an order; with `relation`, by a column of that embedded to-one relation.
struct OrderTerm {
    std::string relation;
    FieldRef field;
    Direction direction = Direction::ascending;
    Nulls nulls = Nulls::last;
    /// Without `relation`: to-one relationships by number, from the entity on; joined if they aren't.
    std::vector<std::uint32_t> through = {};
    bool operator==(OrderTerm const&) const = default;
};

enum class Aggregate : std::uint8_t { none, count, sum, avg, min, max };

/// One item of a selection.
struct SelectItem {
    enum class Kind : std::uint8_t {
        all,      ///< every column
        field,    ///< a column, perhaps cast and aggregated; an aggregate `count` with an empty field name counts rows
        embed,    ///< a relation as an object or a list
        spread,   ///< a to-one relation's members lifted into this level
        count,    ///< how many rows a relation has
        formula,  ///< what `formula` gives
        variant,  ///< the row of `target` (an entity) whose primary key stands in `key_column`, where `type_column` is `type_word`; else nothing
        blank  ///< nothing of the database: a cell of `type` that somebody fills when the rows are there
    };
    Kind kind = Kind::field;
    std::string alias;  ///< empty = the default name
    FieldRef field;
    std::string cast;  ///< type name; applied before the aggregate
    Aggregate aggregate = Aggregate::none;
    std::string aggregate_cast;     ///< type name; applied to the aggregate's result
    std::string target;             ///< embed, spread: relation, constraint or column name
    std::string hint;               ///< embed, spread: which relationship is meant
    bool inner = false;             ///< embed, spread: parents without a match vanish
    std::vector<SelectItem> items;  ///< embed, spread, variant: what is selected there; empty = nothing (but joined)
    // Only of selections made beforehand:
    std::uint32_t mark = 0;                     ///< copied to the member that it becomes; 0: none
    std::optional<std::uint32_t> relationship;  ///< embed, spread, count: by its place in Entity::relationships instead of target and hint
    std::vector<OrderTerm> order;               ///< embed: of its rows, if the query orders none
    std::shared_ptr<expression::Formula const> formula;
    std::string type_column, key_column, type_word;  ///< variant
    model::Type type = model::Type::dynamic;         ///< blank
    bool operator==(SelectItem const&) const = default;
};

/// Something said of an embedded relation: `path` names embeds (alias or target) from the outermost; empty = the root.
template <class T>
struct Placed {
    std::vector<std::string> path;
    T value;
    bool operator==(Placed const&) const = default;
};

struct Window {
    std::optional<std::int64_t> limit;
    std::int64_t offset = 0;
    bool operator==(Window const&) const = default;
};

enum class Count : std::uint8_t { none, exact, planned, estimated };

/// Values of which each must stand in a row of `relation`, or the parameter that names it is at fault. Not the planner's affair: whoever
/// runs the query asks for them before, by a query of their own (dialect/filter/required.hpp).
struct Required {
    std::string parameter;
    std::string relation;
    std::string column;
    std::vector<std::string> given;   ///< as in the request
    std::vector<std::string> values;  ///< as stored, for each of `given`
    bool operator==(Required const&) const = default;
};

struct Selection;

/// A read. Made by a dialect from one request; names are as written, values are texts.
struct Query {
    std::string relation;
    std::optional<std::vector<std::string>> key;         ///< one row by primary key: literals in key order
    std::vector<SelectItem> select;                      ///< empty = all columns
    std::shared_ptr<Selection const> selection;          ///< if set: its items instead of `select`
    std::vector<Placed<Filter>> filters;                 ///< all of them must hold
    std::vector<Placed<std::vector<OrderTerm>>> orders;  ///< at most one a path
    Window window;                                       ///< of the root
    std::vector<Placed<Window>> windows;                 ///< of embeds: one a path (grammars merge limit and offset of a path)
    Count count = Count::none;
    std::vector<Required> required;
    bool operator==(Query const&) const = default;
};

}  // namespace koine::query
