/// @file A type out of its word and what stands behind it in parentheses.
#pragma once

#include "description/line.hpp"
#include "description/notation.hpp"

namespace koine::description {

/// What the first piece of a notation says: a type, or a reference.
struct Typed {
    value::Type type;
    std::optional<Reference> reference;
    std::string label;        ///< of the app's own type
    bool is_complete = true;  ///< a bare enum waits for its labels
};
/// @param node for places; the piece is of its text. @return nothing if it is broken, which has been told.
std::optional<Typed> typed(Piece const& piece, yaml::Node const& node, TypeBook& book, Collector& mistakes);

/// Sets choices from `labels:`: of a bare enum all of them, else the names of those that there are. @return false if broken.
bool label_choices(value::Type& type, yaml::Node const& labels, Collector& mistakes);

}  // namespace koine::description
