#include "base/encoding.hpp"

#include <algorithm>
#include <cstdint>

namespace koine {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    for (char const each : bytes) {
        auto const c = static_cast<unsigned char>(each);
        out.append({kHex[c >> 4U], kHex[c & 15U]});
    }
    return out;
}

bool read_hex(std::string_view text, std::string& out) {
    if (text.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned byte = 0;
        for (char c : {text[i], text[i + 1]}) {
            if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
            auto const digit = kHex.find(c);
            if (digit == std::string_view::npos) return false;
            byte = byte << 4U | static_cast<unsigned>(digit);
        }
        out += static_cast<char>(byte);
    }
    return true;
}

std::string base64(std::string_view bytes, bool url) {
    auto const letters = url ? kBase64Url : kBase64;
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const taken = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 3; ++j) bits = bits << 8U | (j < taken ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) {
            if (j <= taken)
                out += letters[bits >> (18U - 6U * j) & 63U];
            else if (!url)
                out += '=';
        }
    }
    return out;
}

bool read_base64(std::string_view text, std::string& out) {
    while (text.ends_with('=')) text.remove_suffix(1);
    if (text.size() % 4 == 1) return false;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (char const c : text) {
        auto at = kBase64.find(c);
        if (at == std::string_view::npos) at = kBase64Url.find(c);
        if (at == std::string_view::npos) return false;
        bits = bits << 6U | static_cast<std::uint32_t>(at);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 255U);
    }
    return true;
}

std::optional<std::string> read_base64url(std::string_view text) {
    std::string out;
    if (!read_base64(text, out) || base64(out, true) != text) return std::nullopt;
    return out;
}

}  // namespace koine
