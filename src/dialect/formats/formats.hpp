/// @file The formats axis: which media types there are, and which one a request gets.
#pragma once

#include "dialect/answer.hpp"
#include "dialect/axes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// One media type that lists and items can be asked in.
struct Format {
    enum class Writer : std::uint8_t {
        json,
        csv,
        page  ///< for people: whoever serves an app shows the JSON in it; for others it is the JSON
    };
    Writer writer = Writer::json;
    std::string type;                                             ///< "application/json", lower case, without parameters
    std::vector<std::pair<std::string, std::string>> parameters;  ///< that the request must give too: nulls=stripped
    std::string content_type;                                     ///< of the answer, complete; page: of the JSON that it shows
    bool singular = false;                                        ///< exactly one row, as an object
    bool strip_nulls = false;                                     ///< members that are null are left out
    std::string name = {};                                        ///< by which a parameter asks for it
    std::string title = {};                                       ///< page: see `titled`
    bool operator==(Format const&) const = default;
};

/// What was agreed on.
struct Negotiated {
    Format const* format = nullptr;
    unsigned indent = 0;  ///< JSON: blanks for each level; 0: compact
    bool operator==(Negotiated const&) const = default;
};

/// `formats: {types: [{type: application/json, as: json}, …], ranges: all|any, param: none, indent: 0, version: none, charset: utf-8|none}`. Immutable.
/// Of each type: `type` (with parameters that must be given), `as` (json, csv, page), `name` (the word of `as`; html), `content_type` (the type and the
/// charset), `singular`, `strip_nulls` (both false); of a page only `title`, a template over page.name, app.name and app.version. The first is the default. `ranges` (all): whether `text/*` is a range too, or only `*/*`.
/// `param` (none): the parameter of the query that asks for a format by its name, whatever `Accept` says. `indent` (0): what a parameter of that name
/// in `Accept` may ask for at most. `version` (none): what a parameter of that name in `Accept` must be, a template over app.name and app.version.
/// `charset` (utf-8): whether `Content-Type` names it.
class Formats {
public:
    static Result<Formats> compile(yaml::Node const& options, AppFacts const& app = {});
    /// Of documents that every dialect has. @param formats at least one.
    static Formats of(std::vector<Format> formats);

    /// By the `Accept` headers: the highest quality, then the order asked; none asked or `*/*` is the first. @return not_acceptable.
    Result<Format const*> choose(Exchange const& exchange) const;
    /// The same with what the range that was chosen asks beside. @return not_acceptable, unknown_format, unknown_version.
    Result<Negotiated> negotiate(Exchange const& exchange) const;
    /// The page that was agreed on; null if it is something else, or nothing. Cheap where no page may be meant.
    Format const* page(Exchange const& exchange) const;
    /// The parameter that asks for a format; empty if there is none.
    std::string_view parameter() const { return param_; }
    std::vector<Format> const& all() const { return formats_; }
    void describe(Description& description) const;

private:
    std::vector<Format> formats_;
    bool type_ranges_ = true;
    std::string param_;
    unsigned most_indent_ = 0;
    std::string version_;  ///< empty: not looked at
    bool pages_ = false;   ///< one of them is a page
};

/// The title of a page that shows what is called so.
std::string titled(Format const& page, std::string_view name);

}  // namespace koine::dialect
