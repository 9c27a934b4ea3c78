/// @file Text inside HTML: whatever a database calls its tables, it stays text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace koine::page {

/// Appends text as the content of an element or of a quoted attribute, in HTML and in XML: `& < > " '` as references; bytes that are no UTF-8,
/// and characters that XML does not allow, as U+FFFD.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

/// The text, or its first characters and "…" if it has more than `most`. Not escaped.
std::string clipped(std::string_view text, std::size_t most);

/// About how wide the text is, in characters: those of East Asia and pictures count as two.
std::size_t columns_of(std::string_view text);

/// "1,234,567".
std::string grouped(std::uint64_t number);
/// "1 table", "2 tables".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace koine::page
