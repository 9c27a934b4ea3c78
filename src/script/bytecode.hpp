/// @file What the bytecode of a module tells that its text hides: which names it reads and writes, and which functions change what is around them.
#pragma once

#include "base/result.hpp"
#include "script/machine.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::script {

struct Findings {
    std::vector<Use> uses;             ///< `known` is not worked out
    std::vector<std::string> globals;  ///< names that are written
    std::vector<Leaker> leakers;
    std::vector<Use> forbidden;  ///< __gc, __close, __mode as names of members, and <close>
};

/// Reads what lua_dump of Lua 5.4 wrote, with its debug information; the names are followed through locals and members as far as these are named.
/// @return internal: it is something else.
Result<Findings> read_bytecode(std::string_view bytecode, std::string const& file);

}  // namespace koine::script
