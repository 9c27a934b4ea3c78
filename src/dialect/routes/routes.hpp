/// @file The routes axis: what a path means, and which methods it takes.
#pragma once

#include "dialect/axes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// `routes: {prefix: ["", /rest/v1], slash: either|strict, item: none|segment, functions: /rpc}`. Immutable.
/// `prefix` (""): the API answers below each of them. `slash` (either): whether `/artist/` is `/artist`. `item` (none): whether
/// `/artist/1` is a row, several key columns separated by commas. `functions` (none): the path below which functions are called.
class Routes {
public:
    static Result<Routes> compile(yaml::Node const& options);

    struct Found {
        Endpoint endpoint;
        std::string_view prefix;  ///< the one that the request came by; lives as long as the routes
    };
    /// @param path raw, as in the request line. @return unknown_path, malformed_request (bad encoding).
    Result<Found> find(std::string_view path) const;
    /// Whether the endpoint takes the method at all. @return method_unsupported, method_unsupported_on_function.
    Result<void> check(Method method, std::string_view method_text, Endpoint::Kind kind) const;
    /// The value of `Allow` where nothing is written.
    std::string allow(Endpoint::Kind kind) const;
    /// The shortest prefix.
    std::string_view prefix() const { return prefixes_.back(); }
    /// Where the entity's rows are, below any prefix.
    void describe(model::Entity const& entity, Description& description) const;

private:
    Result<Found> find_below(std::string_view path, std::string_view prefix) const;

    std::vector<std::string> prefixes_;  // longest first
    bool slash_either_ = true;
    bool items_ = false;
    std::string functions_;  // "/rpc"; empty if there are none
};

/// read_only for a method that writes, naming its statement.
Problem write_refused(Method method);

}  // namespace koine::dialect
