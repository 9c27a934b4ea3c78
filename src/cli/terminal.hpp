/// @file What a terminal can show: colour where it is wanted, and names from files without their control characters.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace koine::cli {

/// Emphasis on a stream: escape codes, or nothing where none are wanted.
class Paint {
public:
    /// Plain.
    Paint() = default;
    /// Coloured if the stream is a terminal, NO_COLOR is unset or empty and TERM isn't "dumb".
    explicit Paint(std::FILE* stream);

    std::string bold(std::string_view text) const { return around("1", text); }
    std::string faint(std::string_view text) const { return around("2", text); }
    std::string link(std::string_view text) const { return around("1;36", text); }

private:
    std::string around(std::string_view code, std::string_view text) const;

    bool on_ = false;
};

/// Writes the text; what can't be written is remembered by the stream (ferror) and no reason to stop here.
void say(std::FILE* stream, std::string_view text);
/// The text with control characters (and bytes that aren't UTF-8) as \xNN: what comes from a file must not steer a terminal.
std::string printable(std::string_view text);
/// Columns that the text takes: code points, which is near enough for tables.
std::size_t width(std::string_view text);
/// The text with spaces up to that width.
std::string padded(std::string_view text, std::size_t columns);

}  // namespace koine::cli
