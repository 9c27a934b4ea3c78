/// @file Bytes as text: hex and base64.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koine::script {

std::string hex(std::string_view bytes);
/// RFC 4648 §4 with padding; or §5, without.
std::string base64(std::string_view bytes, bool url);
/// Both alphabets, padded or not. @return false if it is something else.
bool read_base64(std::string_view text, std::string& out);
/// RFC 7515 §2: §5's alphabet, no padding, and no other text of the same bytes. @return nothing if it is something else.
std::optional<std::string> read_base64url(std::string_view text);

/// In the form "hex", "base64", "base64url" or "raw". @return nothing: there is no such form.
std::optional<std::string> encoded(std::string_view bytes, std::string_view form);
/// The bytes of such a text. @return false: it is no text of that form.
bool decoded(std::string_view text, std::string_view form, std::string& out);

}  // namespace koine::script
