/// @file Typing: what the parts of a formula may be.
#pragma once

#include "base/result.hpp"
#include "expression/formula.hpp"

#include <string_view>

namespace koine::expression {

/// A mistake in a formula: "column 5: …".
Problem mistake_at(int column, std::string_view message);
/// Checks the operands, which have their types, and sets the formula's own. @return configuration.
Result<void> give_type(Formula& formula);

}  // namespace koine::expression
