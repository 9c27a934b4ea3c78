/// @file The strategies by axis: one line each.
#pragma once

#include "dialect/auth/auth.hpp"
#include "dialect/axes.hpp"
#include "dialect/write/edits.hpp"
#include "dialect/write/write.hpp"

#include <span>
#include <string_view>

namespace koine::dialect {

/// A word of the YAML and what compiles the options below it.
template <class Strategy>
struct Registered {
    std::string_view word;
    Compile<Strategy> compile;
};

/// The word that names a strategy: it stands alone (`page: numbered`) or before its options (`page: {numbered: {size: 20}}`). Part of the node; the
/// node itself if it is neither.
yaml::Node const& strategy_word(yaml::Node const& node);

std::span<Registered<Auth> const> auths();
std::span<Registered<ParameterReader> const> filters();
std::span<Registered<ParameterReader> const> selects();
std::span<Registered<ParameterReader> const> sorts();
std::span<Registered<Page> const> pages();
std::span<Registered<Relations> const> relations();
std::span<Registered<Write> const> writes();
std::span<Registered<Edits> const> edits();

}  // namespace koine::dialect
