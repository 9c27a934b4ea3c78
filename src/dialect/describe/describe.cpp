#include "dialect/describe/describe.hpp"

#include <algorithm>

namespace koine::dialect {

Result<Describing> Describing::compile(yaml::Node const& node, Formats const& formats, Input const& input) {
    yaml::Options options(node);
    std::vector<std::string> renders;
    for (auto const& format : formats.all())
        if (std::ranges::find(renders, format.type) == renders.end()) renders.push_back(format.type);
    std::vector<std::string> parses;
    for (auto const type : input.body_types()) parses.emplace_back(type);
    Describing made;
    made.options_ = options.boolean("options", false);
    made.renders_ = options.texts("renders", std::move(renders));
    made.parses_ = options.texts("parses", std::move(parses));
    KOINE_TRY(options.done());
    return made;
}

}  // namespace koine::dialect
