/// @file Quoted: texts inside JSON that the planner and the binder make.
#pragma once

#include <string>
#include <string_view>

namespace koine::query {

/// The text as a JSON string, appended. Well-formed UTF-8 stays so.
void append_quoted(std::string& out, std::string_view text);

}  // namespace koine::query
