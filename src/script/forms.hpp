/// @file The forms in which functions give and take bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace koine::script {

/// In the form "hex", "base64", "base64url" or "raw". @return nothing: there is no such form.
std::optional<std::string> encoded(std::string_view bytes, std::string_view form);
/// The bytes of such a text. @return false: it is no text of that form.
bool decoded(std::string_view text, std::string_view form, std::string& out);

}  // namespace koine::script
