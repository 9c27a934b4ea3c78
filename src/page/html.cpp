#include "page/html.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace koine::page {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the well-formed character at the start; 0 if there is none. `text` is not empty.
std::size_t character_length(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > text.size()) return 0;
    return first_invalid_utf8(text.substr(0, length)) == std::string_view::npos ? length : 0;
}

bool is_refused_by_xml(std::string_view character) {
    auto const c = static_cast<unsigned char>(character.front());
    if (c < 0x20) return c != '\t' && c != '\n';
    return c == 0x7F || character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

/// Calls `body` with each character; what is none, or not allowed, is U+FFFD.
template <class Body>
void each_character(std::string_view text, Body const& body) {
    while (!text.empty()) {
        auto const length = character_length(text);
        auto const character = text.substr(0, std::max<std::size_t>(length, 1));
        if (!body(length == 0 || is_refused_by_xml(character) ? kReplacement : character)) return;
        text.remove_prefix(character.size());
    }
}

std::string_view reference(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&#39;";
        default: return {};
    }
}

bool is_wide(std::string_view character) {
    auto const lead = static_cast<unsigned char>(character.front());
    return lead >= 0xF0 || (lead >= 0xE3 && lead <= 0xED) || (lead == 0xEF && static_cast<unsigned char>(character[1]) < 0xBF);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    each_character(text, [&](std::string_view character) {
        auto const spelled = reference(character.front());
        out += spelled.empty() ? character : spelled;
        return true;
    });
}

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
}

std::string clipped(std::string_view text, std::size_t most) {
    std::string out;
    std::size_t count = 0;
    std::size_t before_last = 0;
    each_character(text, [&](std::string_view character) {
        if (++count > most) {
            out.resize(before_last);
            out += "…";
            return false;
        }
        before_last = out.size();
        out += character;
        return true;
    });
    return out;
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    each_character(text, [&](std::string_view character) {
        columns += is_wide(character) ? 2 : 1;
        return true;
    });
    return columns;
}

std::string grouped(std::uint64_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
    return grouped(number).append(" ").append(number == 1 ? one : many);
}

}  // namespace koine::page
