/// @file Selection: what an app's view shows of a row, made once at load: what is fetched, and how it is laid out. Immutable, shared between threads.
#pragma once

#include "query/intent.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace koine::value {
struct Type;
}

namespace koine::query {

/// Names one SelectItem of a selection; a plan's members repeat it.
using Mark = std::uint32_t;

/// A text with holes: literal, hole, literal, hole …, literal.
struct TextLayout {
    std::vector<std::string> literals;  ///< one more than holes
    std::vector<Mark> holes;
    bool operator==(TextLayout const&) const = default;
};

/// One member of a document, or the object that a relation's rows are.
struct Layout {
    enum class Kind : std::uint8_t {
        object,    ///< the root, and groups: `members`
        scalar,    ///< the value of `mark`
        choice,    ///< {"value": …, "label": …} of `choices`, null for null and for an empty text; a value without a label is its own
        datetime,  ///< the stored time of `mark` in `zone`, with `digits`
        text,      ///< the first of `texts` whose holes are neither null nor empty; else null
        link,      ///< the same behind the base address
        constant,  ///< `constant`, which is JSON
        relation,  ///< the rows of the embed `mark`: an object (or null) if it is to-one, else a list, of `members`
        scalars,   ///< the same, but each row is the bare value of its one member
        variant,   ///< the first of `members`, all of them relations, that has a row; else null
        sum,       ///< the numbers of `marks` added
        merged  ///< JSON objects merged deeply, the later over the earlier: the one member of each row of the embed `mark`, in order, then
                ///< the value of `then`; null if there is none. Not followed beyond 32 levels
    };
    Kind kind = Kind::object;
    std::string name;  ///< empty at the root and in lists
    Mark mark = 0;
    Mark then = 0;
    std::vector<Mark> marks;
    std::vector<TextLayout> texts;
    std::vector<std::pair<std::string, std::string>> choices;  ///< value and label
    std::string constant;
    std::string zone;
    std::uint8_t digits = 6;
    bool zulu = false;
    std::vector<Layout> members;
};

/// A member that a function of the app gives, for all rows at once, when they are there.
struct Blank {
    Mark mark = 0;                                    ///< of the item that keeps its cell
    std::string function;                             ///< "file.function"
    std::vector<std::pair<std::string, Mark>> needs;  ///< what it gets of each row, and how it calls it
    std::shared_ptr<value::Type const> type;          ///< what it must give
};

struct Selection {
    std::uint64_t id = 0;  ///< of no other one in this process: stands for it in shapes
    std::vector<SelectItem> items;
    Layout layout;
    std::vector<Blank> blanks;  ///< of all levels
};

/// A fresh id. Thread-safe.
std::uint64_t next_selection_id();

}  // namespace koine::query
