/// @file Any bytes as a YAML file: a tree or a problem with a place, never a crash, and no tree deeper than it may be.
#include "model/yaml.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

int depth(koine::yaml::Node const& node) {
    int deepest = 0;
    for (auto const& item : node.items) deepest = std::max(deepest, depth(item));
    for (auto const& [key, value] : node.members) deepest = std::max(deepest, depth(value));
    return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const node = koine::yaml::parse({reinterpret_cast<char const*>(data), size}, "fuzz.yaml");
    if (node ? depth(node.value()) > 65 : node.error().reason() != koine::Reason::configuration) std::abort();
    return 0;
}
