/// @file Documents as YAML.
#pragma once

#include <string>
#include <string_view>

namespace koine::openapi {

/// The same document as YAML, in blocks: texts that a reader of YAML 1.1 or 1.2 could take for something else stand in quotes.
/// @param json a whole document of ours; empty if it is none.
std::string as_yaml(std::string_view json);

}  // namespace koine::openapi
