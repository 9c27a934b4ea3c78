#include "base/ascii.hpp"
#include "dialect/axes.hpp"

#include <algorithm>

namespace koine::dialect {

void Description::add(ParameterDocument parameter) {
    bool const known = std::ranges::any_of(parameters, [&](auto const& other) {
        return other.in == parameter.in &&
               (other.name == parameter.name || (other.in == "header" && ascii_equal(other.name, parameter.name)));
    });
    if (!known) parameters.push_back(std::move(parameter));
}

void Description::add_header(std::vector<HeaderDocument>& headers, HeaderDocument header) {
    auto const known = std::ranges::find_if(headers, [&](auto const& other) { return ascii_equal(other.name, header.name); });
    if (known == headers.end())
        headers.push_back(std::move(header));
    else if (known->description.empty())
        *known = std::move(header);
}

}  // namespace koine::dialect
