/// @file Text as JSON: quoting and escaping.
#pragma once

#include <string>
#include <string_view>

namespace koine::represent {

/// Enough room for one escaped byte, whatever it is.
inline constexpr std::size_t kMaxEscaped = 6;

/// Writes the text quoted and escaped at `out`, which has room for `kMaxEscaped * text.size() + 2` bytes, and returns the end. Invalid
/// UTF-8 becomes U+FFFD, a replacement for each byte; control characters \u00XX; `/` stays.
char* write_json_string(char* out, std::string_view text);
/// The same without the quotes: a piece of a longer string, cut between characters. Room for `kMaxEscaped * text.size()` bytes.
char* write_json_text(char* out, std::string_view text);
/// The string, appended.
void append_json_string(std::string& out, std::string_view text);

}  // namespace koine::represent
