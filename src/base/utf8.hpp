/// @file UTF-8: the check that bytes from outside are text, and its characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace koine {

/// The place of the first byte that isn't part of well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates); npos if all is.
std::size_t first_invalid_utf8(std::string_view text);

/// How many characters the well-formed text has.
std::size_t count_characters(std::string_view text);

/// Appends a character by its number, at most 0x10FFFF.
void append_character(std::uint32_t code, std::string& out);

}  // namespace koine
