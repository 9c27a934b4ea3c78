/// @file JsonView: JSON as HTML for people: indented, coloured by kind, addresses of this server as links.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace koine::page {

/// What is shown at most, in bytes of JSON and of HTML: what is more is left out.
inline constexpr std::size_t kMostJson = 2UL * 1024 * 1024;
inline constexpr std::size_t kMostView = 24UL * 1024 * 1024;

/// Appends the JSON, to stand in a `pre`: keys, texts, numbers and words in spans of the classes k, s, n and w, each member and element on a line. Any bytes
/// are taken; nothing of them becomes markup. One pass, linear.
/// @param base this server's address without a slash at its end ("https://example.net"); texts that begin with it and a slash are links. Empty: none are.
/// @return false if it was cut.
bool append_json_view(std::string& out, std::string_view json, std::string_view base);

}  // namespace koine::page
