/// @file The formats axis: which media types there are, and which one a request gets.
#pragma once

#include "dialect/axes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// One media type that lists and items can be asked in.
struct Format {
    enum class Writer : std::uint8_t { json, csv };
    Writer writer = Writer::json;
    std::string type;                                             ///< "application/json", lower case, without parameters
    std::vector<std::pair<std::string, std::string>> parameters;  ///< that the request must give too: nulls=stripped
    std::string content_type;                                     ///< of the answer, complete
    bool singular = false;                                        ///< exactly one row, as an object
    bool strip_nulls = false;                                     ///< members that are null are left out
    bool operator==(Format const&) const = default;
};

/// `formats: {types: [{type: application/json, as: json}, …], ranges: all|any}`. Immutable.
/// Of each type: `type` (with parameters that must be given), `as` (json, csv), `content_type` (the type; utf-8), `singular`, `strip_nulls`
/// (both false). The first is the default. `ranges` (all): whether `text/*` is a range too, or only `*/*`.
class Formats {
public:
    static Result<Formats> compile(yaml::Node const& options);
    /// Of documents that every dialect has. @param formats at least one.
    static Formats of(std::vector<Format> formats);

    /// By the `Accept` headers: the highest quality, then the order asked; none asked or `*/*` is the first. @return not_acceptable.
    Result<Format const*> choose(Exchange const& exchange) const;
    std::vector<Format> const& all() const { return formats_; }
    void describe(Description& description) const;

private:
    std::vector<Format> formats_;
    bool type_ranges_ = true;
};

}  // namespace koine::dialect
