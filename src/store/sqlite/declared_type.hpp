/// @file What a declared type, which SQLite hardly reads, means to clients.
#pragma once

#include "model/schema.hpp"

#include <string_view>

namespace koine::store::sqlite {

/// The type that a column's declaration means, in any letter case; `dynamic` if it says nothing or several things.
/// Source: the fact sheet of the first dialect, §15.2, amended by decisions.md 14.
model::Type declared_type(std::string_view declaration);

}  // namespace koine::store::sqlite
