/// @file Bare: a scalar as a piece of a text.
#pragma once

#include "model/schema.hpp"
#include "query/cell.hpp"

#include <charconv>
#include <string>

namespace koine::represent {

/// Appends digits, true or false, or the text. @return false, having appended nothing, for null, an empty text and bytes.
inline bool append_bare(query::Cell const& cell, model::Type type, std::string& out) {
    using Kind = query::Cell::Kind;
    char digits[40];
    switch (cell.kind()) {
        case Kind::null:
        case Kind::blob: return false;
        case Kind::text: out += cell.view(); return !cell.view().empty();
        case Kind::real: out.append(digits, std::to_chars(digits, digits + sizeof digits, cell.real()).ptr); return true;
        case Kind::integer: break;
    }
    if (type == model::Type::boolean && (cell.integer() == 0 || cell.integer() == 1))
        out += cell.integer() == 1 ? "true" : "false";
    else
        out.append(digits, std::to_chars(digits, digits + sizeof digits, cell.integer()).ptr);
    return true;
}

}  // namespace koine::represent
