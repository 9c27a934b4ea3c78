/// @file Links to other pages, and the settings that strict paging shares.
#pragma once

#include "base/result.hpp"
#include "dialect/axes.hpp"
#include "model/yaml.hpp"

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// The absolute address of this request without its parameters.
std::string address_of(Exchange const& exchange);

/// A parameter of a link and its value.
struct LinkParameter {
    std::string_view name;
    std::int64_t value = 0;
};

/// The absolute address of this request with some parameters replaced (or added at the end); the others stay in order.
std::string page_link(Exchange const& exchange, std::initializer_list<LinkParameter> replaced);

/// How a link's parameters stand.
enum class LinkOrder : std::uint8_t {
    kept,   ///< as in the request, the replaced ones at the end
    sorted  ///< by name, in the form of HTML: each with `=`, a blank is a plus
};
/// The absolute address of this request with some parameters replaced or left out.
std::string page_link(
    Exchange const& exchange, LinkOrder order, std::vector<LinkParameter> const& replaced, std::string_view left_out = {}
);

/// Bounds of a page's size as `offset` and `numbered` know them.
struct PageBounds {
    std::int64_t initial = 50;  ///< the option `default`
    std::int64_t most = 1000;
    bool refuse_over = false;
    bool count_always = true;
};

/// Whether a `max` of 0 stands for no bound.
enum class Unbounded : std::uint8_t { refused, allowed };
/// Reads the options default, max, over and total.
PageBounds page_bounds(yaml::Options& options, Unbounded unbounded = Unbounded::refused);
/// A size asked for. @return invalid_parameter.
Result<std::int64_t> page_size(Parameter const& parameter, std::int64_t least, PageBounds const& bounds);
/// A whole number of at least `least`. @return invalid_parameter.
Result<std::int64_t> whole_number(Parameter const& parameter, std::int64_t least);
/// How many pages `total` rows make. @param size at least 1.
std::int64_t page_count(std::int64_t total, std::int64_t size);

/// a + b of two that are not negative, at most the largest number.
constexpr std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return a > most - b ? most : a + b;
}

}  // namespace koine::dialect
