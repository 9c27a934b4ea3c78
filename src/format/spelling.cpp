#include "format/spelling.hpp"

#include <charconv>

namespace koine::format {

char* write_base64(char* out, std::string_view bytes) {
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const byte = [&](std::size_t at) {
        return at < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) : 0U;
    };
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto const group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
        *out++ = kDigits[group >> 18];
        *out++ = kDigits[group >> 12 & 63];
        *out++ = at + 1 < bytes.size() ? kDigits[group >> 6 & 63] : '=';
        *out++ = at + 2 < bytes.size() ? kDigits[group & 63] : '=';
    }
    return out;
}

void SpelledJsonWriter::bytes(std::string_view blob) {
    if (!spelling_.base64) return JsonWriter::bytes(blob);
    std::string text(base64_length(blob.size()), '\0');
    write_base64(text.data(), blob);
    JsonWriter::text(text);
}

void SpelledJsonWriter::integer_text(std::int64_t number) {
    char digits[24];
    JsonWriter::text({digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, number).ptr - digits)});
}

}  // namespace koine::format
