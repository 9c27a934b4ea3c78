#include "resource/operations.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace koine::resource {

using description::Operation;

Operation const* OperationsAt::find(Method method) const {
    if (method == Method::head) method = Method::get;
    auto const found = std::ranges::find(by_method, method, &std::pair<Method, Operation const*>::first);
    return found == by_method.end() ? nullptr : found->second;
}

void OperationPaths::add(Operation const& operation, Resource const* resource, std::string_view from, std::string_view alias) {
    auto path = operation.path;
    if (!from.empty()) path.replace(0, from.size(), alias);
    if (nodes_.empty()) nodes_.emplace_back();
    std::uint32_t node = 0;
    std::size_t count = 0;
    std::vector<std::pair<std::size_t, std::string>> holes;
    for (auto rest = std::string_view(path); !rest.empty(); ++count) {
        auto const segment = split_off(rest, '/');
        if (segment.starts_with('{')) holes.emplace_back(count, segment.substr(1, segment.size() - 2));
        node = made(node, segment);
    }
    deepest_ = std::max(deepest_, count);
    auto& at = nodes_[node].at;
    if (!at) at = std::make_unique<OperationsAt>(OperationsAt{{}, resource, operation.of_row, std::move(holes)});
    // Of an alias that is another one's path: what holes mean is the first one's affair.
    if (at->resource != resource || at->of_row != operation.of_row) return;
    for (auto const method : operation.methods)
        if (at->find(method) == nullptr) at->by_method.emplace_back(method, &operation);
}

std::uint32_t OperationPaths::made(std::uint32_t from, std::string_view segment) {
    auto const next = static_cast<std::uint32_t>(nodes_.size());
    bool const is_hole = segment.starts_with('{');
    if (is_hole && nodes_[from].hole != 0) return nodes_[from].hole;
    if (is_hole) {
        nodes_[from].hole = next;
    } else if (auto const [known, fresh] = nodes_[from].words.emplace(segment, next); !fresh) {
        return known->second;
    }
    nodes_.emplace_back();
    return next;
}

OperationsAt const* OperationPaths::find(std::uint32_t number, std::span<std::string_view const> segments) const {
    auto const& node = nodes_[number];
    if (segments.empty()) return node.at.get();
    auto const& segment = segments.front();
    auto const rest = segments.subspan(1);
    if (auto const word = node.words.find(segment); word != node.words.end())
        if (auto const* found = find(word->second, rest)) return found;
    return node.hole == 0 || segment.empty() ? nullptr : find(node.hole, rest);
}

}  // namespace koine::resource
