#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace koine {
namespace {

/// The length of the well-formed sequence at the start of `text`; 0 if there is none. `text` is not empty.
std::size_t sequence_length(std::string_view text) {
    auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0}; };
    auto const follows = [&](std::size_t i, std::uint8_t least = 0x80, std::uint8_t most = 0xBF) {
        return byte(i) >= least && byte(i) <= most;
    };
    std::uint8_t const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) return follows(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) && follows(2) ? 3 : 0;
    if (lead >= 0xF0 && lead <= 0xF4)
        return follows(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) && follows(2) && follows(3) ? 4 : 0;
    return 0;
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        std::uint64_t word = 0;
        for (; i + sizeof word <= text.size(); i += sizeof word) {  // most texts are ASCII: eight bytes a step
            std::memcpy(&word, text.data() + i, sizeof word);
            if ((word & 0x8080808080808080ULL) != 0) break;
        }
        if (i == text.size()) break;
        auto const length = sequence_length(text.substr(i));
        if (length == 0) return i;
        i += length;
    }
    return std::string_view::npos;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void append_character(std::uint32_t code, std::string& out) {
    auto const rest = [&](unsigned shift) { out += static_cast<char>(0x80U | (code >> shift & 0x3FU)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | code >> 6U);
        rest(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0U | code >> 12U);
        rest(6);
        rest(0);
    } else {
        out += static_cast<char>(0xF0U | code >> 18U);
        rest(12);
        rest(6);
        rest(0);
    }
}

}  // namespace koine
