/// @file Program: the members of an answer, made ready for writing.
#pragma once

#include "query/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::represent {

/// A member's name. `json` is `,"name":` with everything escaped: a JSON sink copies it, with or without the comma.
struct Key {
    std::string_view name;
    std::string_view json;
};

/// One member, as query::Member, with its name made ready. Members of a relation follow it up to `end`.
struct Node {
    query::Member::Kind kind = query::Member::Kind::scalar;
    model::Type type = model::Type::dynamic;
    std::uint32_t cell = 0;
    std::uint32_t step = 0;
    std::uint32_t end = 0;
    std::string name;
    std::string json_key;

    Key key() const { return {name, json_key}; }
};

/// Immutable; kept beside its plan and shared by the requests of one shape.
struct Program {
    std::vector<Node> nodes;
};

Program compile(query::Plan const& plan);

}  // namespace koine::represent
