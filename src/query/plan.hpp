/// @file Plan: the few steps that fetch a selection, what is bound to them, and the shape of the answer. Immutable and shared.
#pragma once

#include "query/statement.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace koine::query {

inline constexpr std::uint32_t kNoStep = std::numeric_limits<std::uint32_t>::max();

/// How the text of a request becomes the argument of a slot. All forms check the text against `type` and fail with
/// invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal, invalid_regex or trailing_escape.
enum class SlotForm : std::uint8_t {
    literal,         ///< by type: integer, real, text, blob
    dynamic_text,    ///< the text as it is
    dynamic_number,  ///< the number that the text is, else NULL; takes the same text as the slot before it
    list,            ///< several literals by type (of a dynamic column: text and number of each)
    like,            ///< LIKE pattern (`*` was already made `%`): rendered as GLOB
    ilike,           ///< LIKE pattern, case-folded comparison
    regex,
    iregex,     ///< RE2
    json,       ///< a JSON document
    json_path,  ///< the path as the store's function takes it (a JSON array of keys and indexes)
    integer     ///< limits and offsets: set by the planner's caller, not by text
};

/// Where a slot's value comes from in the query that is bound.
struct SlotSpec {
    enum class From : std::uint8_t {
        condition,  ///< values[item] of condition number `value` (all values for a list), counted in the order of `conditions_of`
        key,        ///< Query::key[value]
        limit,      ///< the root's limit (value = kNoStep) or that of Query::windows[value]
        offset,     ///< likewise
        constant    ///< `constant`, which belongs to the plan's shape
    };
    SlotForm form = SlotForm::literal;
    Type type = Type::text;
    From from = From::condition;
    std::uint32_t value = 0;
    std::uint32_t item = 0;
    char datetime_separator = ' ';  ///< timestamps: rewrite the literal's separator to this one
    std::string constant;
    bool operator==(SlotSpec const&) const = default;
};

/// One statement. The root has no parent. A child step brings, for every row of its parent, the rows whose `keys` equal the
/// parent's cells `parent_cells` (a parent with a NULL there has none), in `select.order` within each parent; at most `limit` after
/// `offset` per parent. How it is fetched is the store's choice. `select.limit/offset` are unused in a child step.
struct Step {
    Select select;
    std::uint32_t parent = kNoStep;
    std::vector<std::uint32_t> parent_cells;
    std::vector<Expression> keys;  ///< columns of the step's sources[0]
    std::optional<Slot> limit;
    std::optional<Slot> offset;
    bool operator==(Step const&) const = default;
};

/// One member of the answer's documents, in a flat list in wire order; a relation's members follow it up to `end`.
struct Member {
    enum class Kind : std::uint8_t {
        scalar,  ///< cell `cell` of the current row, read as `type`
        one,     ///< an object of the current row's cells; null when cell `cell` is NULL
        many,    ///< a list: the rows of step `step` that belong to the current row
        first    ///< an object: the first row of step `step` that belongs to the current row; null if there is none
    };
    Kind kind = Kind::scalar;
    std::string name;
    Type type = Type::dynamic;
    std::uint32_t cell = 0;
    std::uint32_t step = 0;
    std::uint32_t mark = 0;  ///< of the SelectItem it was made of
    std::uint32_t end = 0;   ///< index just past this member's own members (index + 1 for a scalar)
    bool operator==(Member const&) const = default;
};

/// Immutable once made; shared by the requests of one shape.
struct Plan {
    std::vector<Step> steps;  ///< parents before children; steps[0] is the root
    /// How many rows match without paging: the one cell of its one row; if it has a group_by, how many rows it yields.
    std::optional<Select> total;
    bool one_row = false;         ///< an aggregate without groups: the total is 1 and needs no statement
    std::vector<SlotSpec> slots;  ///< in the order in which the request's values are bound
    std::vector<Member> members;
    /// Those it was made of: kept, so that while it is, no other formula comes to stand at an address that its shape tells.
    std::vector<std::shared_ptr<expression::Formula const>> formulas;
    bool known_slow = false;  ///< starts in the slow lane
};

}  // namespace koine::query
