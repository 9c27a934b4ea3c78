/// @file Pretty: compact JSON, indented for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace koine::format {

/// Appends a JSON document with every member and element on a line of its own, `indent` blanks (1 to 16) for each level, and `": "` behind keys;
/// empty objects and lists stay as they are, blanks between tokens vanish. Only what stands between tokens changes.
/// @param json a document as our writers make them. @param max_bytes what may be appended.
/// @return false, with `out` as it was, where that is not enough: indentation can be many times the text.
bool append_pretty(std::string_view json, unsigned indent, std::size_t max_bytes, std::string& out);

}  // namespace koine::format
