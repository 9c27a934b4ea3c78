#include "description/description.hpp"

namespace koine::description {

Field const* Entity::field(std::string_view wanted) const {
    for (auto const& one : fields)
        if (one.name == wanted) return &one;
    return nullptr;
}

}  // namespace koine::description
