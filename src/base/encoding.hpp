/// @file Bytes as text: hex and base64.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koine {

/// In small digits.
std::string hex(std::string_view bytes);
/// Small digits and capitals. @return false if it is something else.
bool read_hex(std::string_view text, std::string& out);
/// RFC 4648 §4 with padding; or §5, without.
std::string base64(std::string_view bytes, bool url);
/// Both alphabets, padded or not. @return false if it is something else.
bool read_base64(std::string_view text, std::string& out);
/// RFC 7515 §2: §5's alphabet, no padding, and no other text of the same bytes. @return nothing if it is something else.
std::optional<std::string> read_base64url(std::string_view text);

}  // namespace koine
