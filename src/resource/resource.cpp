#include "resource/resource.hpp"

#include "resource/tables.hpp"

namespace koine::resource {

View const* Resource::view(std::string_view name) const {
    for (auto const& one : views)
        if (one.name == name) return &one;
    return nullptr;
}

Resource const* Resources::find(std::string_view path) const {
    auto found = by_path.find(path);
    return found == by_path.end() ? nullptr : found->second;
}

}  // namespace koine::resource
