/// @file The routes axis: what a path means, and which methods it takes.
#pragma once

#include "dialect/axes.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// `routes: {prefix: ["", /rest/v1], slash: either|strict|redirect, item: none|segment, functions: /rpc, allow: {separator: ",", order: [GET]}}`. Immutable.
/// `prefix` (""): the API answers below each of them. `slash` (either): whether `/artist/` is `/artist`; with redirect the address ends in a
/// slash, and one without it is sent there. `item` (none): whether `/artist/1` is a row, several key columns separated by commas. `functions`
/// (none): the path below which functions are called. `allow`: how `Allow` is written; methods that its order does not name come last.
/// Of an app the paths are those of its resources, of several segments; rows always have a path of one more, which holds no dot. Beside them
/// stand its operations: whichever is written in words, from the left, goes before what has a hole there.
class Routes {
public:
    static Result<Routes> compile(yaml::Node const& options);

    struct Found {
        Endpoint endpoint;
        std::string_view prefix;  ///< the one that the request came by; lives as long as the routes
    };
    /// @param path raw, as in the request line. @param resources of the app that is served; null: a bare database.
    /// @return unknown_path (of an app only outside the prefixes: else the endpoint's kind is unknown), malformed_request (bad encoding).
    Result<Found> find(std::string_view path, resource::Resources const* resources = nullptr) const;
    /// Whether the endpoint takes the method at all. @return method_unsupported, method_unsupported_on_function.
    Result<void> check(Method method, std::string_view method_text, Endpoint::Kind kind) const;
    /// The same of one endpoint: of an app by what its resource offers, or what is done there. An unknown one and a redirect take any.
    Result<void> check(Method method, std::string_view method_text, Endpoint const& endpoint) const;
    /// The value of `Allow` for these methods.
    std::string spelled(std::span<Method const> methods) const;
    /// Whether addresses of an app end in a slash.
    bool closes() const { return slash_ == Slash::redirect; }
    /// The shortest prefix.
    std::string_view prefix() const { return prefixes_.back(); }
    /// Where the entity's rows are, below any prefix.
    void describe(model::Entity const& entity, Description& description) const;
    void describe(resource::Resource const& resource, Description& description) const;
    /// Its path is `list_path`, its holes the key parameters. @param resource whose; null: nobody's.
    void describe(description::Operation const& operation, resource::Resource const* resource, Description& description) const;

private:
    enum class Slash : std::uint8_t { strict, either, redirect };

    Result<Found> find_below(std::string_view path, std::string_view prefix) const;
    Result<Found> find_in(resource::Resources const& resources, std::string_view path, std::string_view prefix) const;

    std::vector<std::string> prefixes_;  // longest first
    Slash slash_ = Slash::either;
    std::string allow_separator_ = ",";
    std::vector<Method> allow_order_;  // all but other
    bool items_ = false;
    std::string functions_;  // "/rpc"; empty if there are none
};

/// What an endpoint takes if nothing is written, or, with a resource or operations, by what that offers. Of an app GET comes with HEAD, and always OPTIONS.
std::vector<Method> methods_of(Endpoint const& endpoint);
/// Whether options may say so where something stands below the prefix: `schema/redoc`, no slashes around it.
bool is_path_below(std::string_view path);
/// The address of a request with a slash at the end of its path; its parameters stay as they are.
std::string slashed_address(Exchange const& exchange);
/// read_only for a method that writes, naming its statement.
Problem write_refused(Method method);

}  // namespace koine::dialect
