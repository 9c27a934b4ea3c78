/// @file The typed tree a statement is made of. A store renders it to text; values are slots, so a value has no way into the text.
#pragma once

#include "model/schema.hpp"
#include "query/intent.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace koine::query {

using model::ColumnId;
using model::EntityId;
using model::Type;

/// Number of a source within a plan: unique over all statements and nested selects of one step. Rendered as an alias.
using Alias = std::uint32_t;
/// Index into Plan::slots.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

/// A value computed in a statement.
struct Expression {
    enum class Kind : std::uint8_t {
        column,     ///< alias.column
        json_path,  ///< operands[0] at the path in `slot`; text if `as_text`, else JSON
        cast,       ///< operands[0] as `type`; a value that cannot be is the error invalid_literal
        aggregate,  ///< `aggregate` over operands[0]; count without operand counts rows
        choose,  ///< operands[0] where operands[1] (a column) equals the constant in `slot`; else null: a key that child steps are fetched by
        count,   ///< how many rows `select` has (never null). It has neither columns nor order nor window
        lookup,  ///< the one column of `select`, which has at most one row; null if it has none: a column at the end of to-one relationships
        call,    ///< `function` of the operands, as expression::call defines it, null-handling too. The store's own: coalesce; choose
                 ///< (condition, then, else: else also where the condition is null); now (without operands: once a statement, as datetimes
                 ///< are stored). `exists`, `count` and `matches` never stand here: they are predicates, `count` and a pattern
        constant,  ///< the value of `slot` (From::constant); null where it is kNoSlot: of a blank, `column` then is its mark, so that no two are equal
        predicate,  ///< 1, 0 or null: `condition`
        arithmetic,  ///< operands[0] `op` operands[1] as numbers: add, subtract, multiply, divide. A quotient is never rounded (7 / 2 is 3.5); by zero null
        present  ///< 1 if the joined row of `alias` exists (its `column` is not null), else null: marks a to-one match
    };
    Kind kind = Kind::column;
    Alias alias = 0;
    EntityId entity = 0;  ///< of the column
    ColumnId column = 0;
    Type type = Type::dynamic;  ///< of the result
    /// How it is compared with values (compare, in), ordered, and its extremes are found. Two expressions (compare_two, equal) and groups compare by
    /// what is stored.
    model::Ordering ordering = model::Ordering::natural;
    bool as_text = false;
    Slot slot = 0;
    Aggregate aggregate = Aggregate::none;
    expression::Function function = expression::Function::lower;
    expression::Formula::Op op = expression::Formula::Op::eq;
    std::vector<Expression> operands;
    /// Of count and lookup; compared by address. Its conditions refer to sources of the statements around it: whoever asks which aliases an
    /// expression speaks of looks into it, as into `condition`.
    std::shared_ptr<struct Select const> select;
    std::shared_ptr<struct Predicate const> condition;  ///< of predicate; compared by address
    bool operator==(Expression const&) const = default;
};

struct Select;

/// A condition. Three-valued, as in SQL.
struct Predicate {
    enum class Kind : std::uint8_t {
        always,
        never,
        all_of,
        any_of,           ///< of children
        negation,         ///< of children[0]
        compare,          ///< left `op` (eq neq gt gte lt lte is_distinct) slot
        compare_dynamic,  ///< the same on a dynamic column: slot is the text, slot + 1 the number (NULL if the text is none);
                          ///< eq and neq compare with both, order operators with the number if there is one, else with the text
        in,               ///< left IN the list in slot
        test,             ///< left `op`: is_null is_not_null is_true is_false is_unknown; left may be any expression
        pattern,  ///< left `op` (like ilike match imatch) slot; the slot's form says how the text was prepared. Of a formula's `matches`: match,
                  ///< a regular expression anchored at both ends, From::constant
        json_compare,   ///< left `op` (eq neq gt gte lt lte is_distinct) the JSON document in slot, by JSON's own order
        json_contains,  ///< left @> slot (`op` contains) or left <@ slot (contained)
        compare_two,  ///< left `op` (eq neq gt gte lt lte is_distinct) right: two expressions, often a column and a constant: so written that an
                      ///< index can be used
        holds,        ///< left itself, a boolean expression: unknown where it is null
        equal,        ///< left = right: two expressions, for joins
        exists        ///< children-free; `select` has a row
    };
    Kind kind = Kind::always;
    Operator op = Operator::eq;
    Slot slot = 0;
    std::vector<Expression> operands;  ///< left, right
    std::vector<Predicate> children;
    std::vector<Select> select;  ///< exists: exactly one
    bool operator==(Predicate const&) const = default;
};

struct Source {
    enum class Join : std::uint8_t { root, inner, left };
    Join join = Join::root;
    Alias alias = 0;
    EntityId entity = 0;
    Predicate on;  ///< always for the root
    bool operator==(Source const&) const = default;
};

struct OrderBy {
    Expression expression;
    Direction direction = Direction::ascending;
    /// Nothing where nulls cannot occur: a NULLS clause would keep the index's order from being used (decisions.md 4).
    std::optional<Nulls> nulls;
    bool operator==(OrderBy const&) const = default;
};

struct Select {
    std::vector<Expression> columns;  ///< of an exists: empty
    std::vector<Source> sources;
    Predicate where;
    std::vector<Expression> group_by;
    bool grouped = false;  ///< has aggregates; without group_by exactly one row
    std::vector<OrderBy> order;
    std::optional<Slot> limit;
    std::optional<Slot> offset;
    bool operator==(Select const&) const = default;
};

}  // namespace koine::query
