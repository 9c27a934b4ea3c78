/// @file OperationPaths: where the operations of an app stand, found without looking at each.
#pragma once

#include "base/message.hpp"
#include "description/description.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::resource {

struct Resource;

/// What stands at one path: an operation for each method, all of one resource (or nobody's) and with holes of the same names.
struct OperationsAt {
    std::vector<std::pair<Method, description::Operation const*>> by_method;  ///< never empty; HEAD is not among them
    Resource const* resource = nullptr;                                       ///< whose; null: nobody's
    bool of_row = false;                                     ///< a row of the resource is meant, by its key in the hole `id`
    std::vector<std::pair<std::size_t, std::string>> holes;  ///< which segments of the path are values, and of what name

    /// The one that the method asks for; HEAD asks for what GET does. Null: none, which OPTIONS always gets.
    description::Operation const* find(Method method) const;
};

/// A tree of the segments of paths. A word goes before a hole, from the left. Filled by `bind`, then immutable.
class OperationPaths {
public:
    /// At its path, with `from` at the path's beginning replaced by `alias`. Whoever comes first has a path and method.
    void add(description::Operation const& operation, Resource const* resource, std::string_view from = {}, std::string_view alias = {});
    /// @param segments of a path below the prefix, decoded. Allocates nothing. @return null if there is nothing; lives as long as this.
    OperationsAt const* find(std::span<std::string_view const> segments) const { return empty() ? nullptr : find(0, segments); }
    bool empty() const { return nodes_.empty(); }
    /// No path has more segments.
    std::size_t deepest() const { return deepest_; }

private:
    struct Node {
        std::map<std::string, std::uint32_t, std::less<>> words;
        std::uint32_t hole = 0;  ///< 0: none
        std::unique_ptr<OperationsAt> at;
    };

    OperationsAt const* find(std::uint32_t number, std::span<std::string_view const> segments) const;
    std::uint32_t made(std::uint32_t from, std::string_view segment);

    std::vector<Node> nodes_;  ///< the first is the root, to which none leads
    std::size_t deepest_ = 0;
};

}  // namespace koine::resource
