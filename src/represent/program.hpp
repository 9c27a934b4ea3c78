/// @file Program: the members of an answer, made ready for writing.
#pragma once

#include "query/plan.hpp"
#include "query/selection.hpp"
#include "value/type.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::represent {

/// A member's name. `json` is `,"name":` with everything escaped: a JSON sink copies it, with or without the comma.
struct Key {
    std::string_view name;
    std::string_view json;
};

/// One member, with its name made ready. What it consists of follows it up to `end`.
struct Node {
    enum class Kind : std::uint8_t {
        scalar,
        one,
        many,
        first,     ///< these four as query::Member::Kind
        group,     ///< an object of the members that follow
        choice,    ///< Detail::choices
        datetime,  ///< Detail::form
        text,      ///< Detail::texts
        constant,  ///< Detail::constant
        variant,   ///< the first of the nodes that follow that has a row
        sum,       ///< Detail::reaches added
        merged,    ///< Detail::rows, their Detail::each and the one of Detail::reaches
        through    ///< the node that follows, of the row that Detail::steps lead to
    };
    Kind kind = Kind::scalar;
    model::Type type = model::Type::dynamic;
    bool bare = false;  ///< one, many, first: each row is the value of the one node that follows, not an object
    std::uint32_t cell = 0;
    std::uint32_t step = 0;  ///< of many and first; of the kinds behind them: the place of their detail
    std::uint32_t end = 0;
    std::string name;
    std::string json_key;

    Key key() const { return {name, json_key}; }
};

/// A scalar as seen from a row: in one of its own cells, or in the first row of a chain of steps.
struct Reach {
    std::vector<std::uint32_t> steps;
    std::uint32_t cell = 0;
    model::Type type = model::Type::dynamic;
};

/// A text with holes; one more literal than holes.
struct Text {
    std::vector<std::string> literals;
    std::vector<Reach> holes;
};

/// What few nodes need, kept apart so that all of them stay small.
struct Detail {
    std::vector<std::pair<std::string, std::string>> choices;  ///< value and label
    value::DatetimeForm form;
    std::vector<Text> texts;  ///< the first whose holes are neither null nor empty counts
    bool link = false;        ///< the texts stand behind the base address
    std::string constant;
    std::vector<Reach> reaches;
    std::vector<std::uint32_t> steps;
    query::Member::Kind rows = query::Member::Kind::many;
    std::uint32_t place = 0;  ///< merged: the step of the rows, or the cell that tells whether the one row exists
    Reach each;
};

/// A cell that a function of the app fills in all rows of a step, before they are written.
struct Blank {
    std::uint32_t step = 0;
    std::uint32_t cell = 0;
    std::vector<std::uint32_t> markers;  ///< cells: a row where one is null has no such object
    std::string function;                ///< "file.function"
    struct Need {
        std::string name;
        std::optional<Reach> from;  ///< as seen from a row of the step; nothing: the plan does not have it
    };
    std::vector<Need> needs;
    std::shared_ptr<value::Type const> type;  ///< what it must give
};

/// Immutable; kept beside its plan and shared by the requests of one shape.
struct Program {
    std::vector<Node> nodes;
    std::vector<Detail> details;
    std::vector<Blank> blanks;
};

/// The plan's members as they are.
Program compile(query::Plan const& plan);
/// The selection's layout, over a plan that was made of it. A mark that the plan doesn't have reads as null.
Program compile(query::Plan const& plan, query::Selection const& selection);

/// `,"name":` with everything escaped.
std::string json_key(std::string_view name);

}  // namespace koine::represent
