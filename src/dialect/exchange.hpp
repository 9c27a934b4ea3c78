/// @file Exchange: the record of one request that travels forward beside the values.
#pragma once

#include "base/message.hpp"
#include "base/result.hpp"
#include "query/intent.hpp"
#include "resource/resource.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {

/// One parameter of the query string, decoded by the `input` axis: valid UTF-8 without NUL.
struct Parameter {
    std::string key;
    std::string value;
    bool has_value = false;  ///< written with `=`
    bool operator==(Parameter const&) const = default;
};

/// What route found.
struct Endpoint {
    enum class Kind : std::uint8_t {
        root,
        list,
        item,
        function,
        index,      ///< of an app: what there is below the path `name` ("" or "peering")
        operation,  ///< of an app: what is done at a path, as `operation` says
        unknown     ///< of an app: perhaps something that the describe axis or the app knows by its `name`
    };
    Kind kind = Kind::unknown;
    std::string name;  ///< relation or function, decoded; of an app's index, operation or unknown: the path, without slashes around it
    std::vector<std::string> key;  ///< item: literals of the primary key, decoded; operation: of its row, if one is meant
    bool has_items = false;        ///< whether the rows of lists have paths of their own here
    resource::Resource const* resource =
        nullptr;                          ///< of an app: what list and item are of; `name` is then its table. Whose an operation is
    model::Model const* model = nullptr;  ///< with `resource`: what its numbers are of
    resource::OperationsAt const* operation = nullptr;  ///< of an operation: those of the path, by method; never null then
    std::vector<std::pair<std::string, std::string>> arguments = {
    };  ///< of an operation: the holes of its path by name, decoded; `id` too. May hold slashes
    /// The path lacks the slash at its end: the answer, to every method, is 301 to `slashed_address`, without a body. Of an unknown one only
    /// if it turns out to be known.
    bool redirect = false;
};

/// What the `context` axis read from the head: preferences and what was not understood.
struct Preferences {
    std::optional<query::Count> count;
    bool strict = false;                ///< handling=strict
    std::optional<bool> lenient_given;  ///< handling was given at all
    std::vector<std::string> invalid;   ///< tokens not understood, in order
    std::vector<std::string> applied;   ///< what Preference-Applied of a read echoes, in its fixed order

    /// A preference that the dialect knows, as the request gave it first.
    struct Given {
        std::string_view name;   ///< as the dialect writes it; lives as long as that
        std::string_view value;  ///< one that it may have; never empty. A view of the request
    };
    std::vector<Given> given;  ///< in the order in which Preference-Applied names them
    /// The value of that preference; empty if it was not given, or not understood.
    std::string_view value(std::string_view name) const;
};

/// Whether the method asks for a change: POST, PUT, PATCH, DELETE.
bool is_write(Method method);

/// Immutable once route and context are done. Views are of the request and live as long as it.
struct Exchange {
    Method method = Method::get;
    std::string_view method_text;
    std::string_view path;   ///< raw, with the dialect's prefix
    std::string_view query;  ///< raw
    std::span<Header const> headers;
    std::string_view request_id;
    std::string uuid;      ///< of an app: a random UUID of its own, whatever the client sends; the change log records it
    std::string base_url;  ///< scheme://host + the prefix the request came by; no slash at the end
    Endpoint endpoint;
    std::vector<Parameter> parameters;
    Preferences preferences;
    std::string schema;  ///< the schema named by a header, if the dialect knows schemas; else empty
    std::string allow;  ///< what the endpoint takes, as `Dialect::allow` says, once that is known; for headers that tell it on every answer

    /// The first header of that name (any letter case); empty if none.
    std::string_view header(std::string_view name) const;
    /// The first cookie of that name (RFC 6265 §4.2), as sent; empty if none.
    std::string_view cookie(std::string_view name) const;
};

/// method_unsupported, of the request's method.
Problem method_refused(Exchange const& exchange);
/// not_found, of the row that the request names by its key.
Problem item_not_found(Exchange const& exchange);

enum class Plus : std::uint8_t { space, literal };  ///< what a `+` stands for
/// Percent-decodes a part of a target. A `%` that no two hex digits follow stands for itself. @return malformed_request (bad UTF-8 or NUL).
Result<std::string> decode_percent(std::string_view text, Plus plus);
/// The same of a path segment, where a plus is a plus.
Result<std::string> decode_segment(std::string_view segment);
/// Percent-encodes for a query value or path segment (RFC 3986 unreserved characters stay).
void append_encoded(std::string& out, std::string_view text);

}  // namespace koine::dialect
