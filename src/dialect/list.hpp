/// @file What the plain grammars share: comma lists and the problems of a parameter's value.
#pragma once

#include "base/problem.hpp"
#include "dialect/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace koine::dialect {

/// Walks the items of a comma list, each trimmed of outer spaces. An empty text is one empty item. A view of the text.
class CommaList {
public:
    explicit CommaList(std::string_view text) : rest_(text) {}
    /// Goes to the next item. @return false when there is none.
    bool next();
    std::string_view item() const { return item_; }

private:
    std::string_view rest_;
    std::string_view item_;
    bool more_ = true;
};

/// True for what a comma list can hold as it is: no comma, no sign or blank before it, no blank behind it.
bool is_listable(std::string_view name);
/// The whole text as a decimal integer with an optional `-`; nothing if it is none or doesn't fit.
std::optional<std::int64_t> to_integer(std::string_view text);

/// invalid_parameter, telling what would have been right.
Problem invalid_parameter(Parameter const& parameter, std::string_view expected);
/// limit_exceeded for a cap that names itself.
Problem exceeds(std::string_view limit, std::size_t maximum);

}  // namespace koine::dialect
