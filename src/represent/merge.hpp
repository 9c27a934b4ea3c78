/// @file Merge: JSON objects laid over each other, without reading their values: numbers and texts stay as they are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace koine::represent {

/// Appends the objects merged deeply, the later over the earlier: a member of both that is an object in both is merged in turn (not beyond 32 levels),
/// another is replaced, at its first place. What is no JSON object is passed over. @return false, having appended nothing, if there is no object.
bool append_merged(std::vector<std::string_view> const& documents, std::string& out);

}  // namespace koine::represent
