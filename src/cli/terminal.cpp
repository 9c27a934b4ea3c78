#include "cli/terminal.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace koine::cli {
namespace {

bool is_control(std::string_view text, std::size_t at) {
    auto const byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) return true;
    // U+0080 to U+009F, whose first byte is C2: a terminal may take them for escapes.
    return byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

}  // namespace

Paint::Paint(std::FILE* stream) {
    auto const* refused = std::getenv("NO_COLOR");
    auto const* terminal = std::getenv("TERM");
    on_ = isatty(fileno(stream)) != 0 && (!refused || *refused == '\0') && (!terminal || std::string_view(terminal) != "dumb");
}

std::string Paint::around(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
}

void say(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

std::string printable(std::string_view text) {
    std::string shown;
    auto invalid = first_invalid_utf8(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const broken = at == invalid;
        if (broken || is_control(text, at))
            shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[at]));
        else
            shown += text[at];
        if (!broken && is_control(text, at) && static_cast<unsigned char>(text[at]) == 0xC2)
            shown += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[++at]));
        if (broken) {
            auto const next = first_invalid_utf8(text.substr(at + 1));
            invalid = next == std::string_view::npos ? next : at + 1 + next;
        }
    }
    return shown;
}

std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t columns) {
    auto const taken = width(text);
    return std::string(text) + std::string(columns > taken ? columns - taken : 0, ' ');
}

}  // namespace koine::cli
