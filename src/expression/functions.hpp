/// @file What each function takes and gives.
#pragma once

#include "expression/formula.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace re2 {
class RE2;
}

namespace koine::expression {

struct Signature {
    Function function;
    std::string_view name;
    Class result;  ///< any: that of its arguments
    Class argument;
    std::size_t least;  ///< arguments
    std::size_t most;
};

/// In the order of `Function`.
std::span<Signature const> signatures();
Signature const& signature_of(Function function);

Value boolean_value(bool value);
/// Null for what is no finite number.
Value number_value(double number);

/// The compiled regular expression, of this thread; it lives until the thread has seen many others. Never null, perhaps not ok().
re2::RE2 const& compiled(std::string const& pattern);

}  // namespace koine::expression
