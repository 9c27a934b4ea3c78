/// @file The options of the filter strategy `lookups`.
#pragma once

#include "dialect/axes.hpp"
#include "dialect/filter/lookup.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// Immutable once compiled.
struct LookupSettings {
    struct Suffix {
        std::string word;
        Lookup lookup = Lookup::exact;
    };

    std::string separator;
    std::array<std::vector<Suffix>, 5> suffixes;  ///< by LookupClass: number to related
    std::optional<std::string> null_word;
    std::vector<LookupClass> null_of;
    std::vector<std::pair<std::string, bool>> booleans;
    std::string after, before;
    bool ignore_unknown = false;
    bool empty_is_off = true;
    std::size_t max_terms = 0;
    std::size_t max_text = 0;

    /// @return configuration problems.
    static Result<LookupSettings> compile(yaml::Node const& options);

    std::optional<Lookup> lookup_of(LookupClass kind, std::string_view word) const;
    std::optional<bool> truth_of(std::string_view word) const;
    /// All parameters that ask this filter.
    void describe(resource::Filter const& filter, Description& description) const;
};

}  // namespace koine::dialect
