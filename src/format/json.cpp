#include "format/json.hpp"

namespace koine::format {
namespace {

char* write_word(char* out, std::string_view word) {
    std::memcpy(out, word.data(), word.size());
    return out + word.size();
}

}  // namespace

char* write_real(char* out, double number) {
    if (std::isnan(number)) return write_word(out, "\"NaN\"");
    if (std::isinf(number)) return write_word(out, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    double size = std::fabs(number);
    bool plain = size == 0 || (size >= 1e-4 && size < 1e15);
    return std::to_chars(out, out + 32, number, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
}

void JsonWriter::bytes(std::string_view blob) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    auto* out = write_word(begin_value(blob.size() * 2 + 8), "\"\\\\x");
    for (char c : blob) {
        auto byte = static_cast<unsigned char>(c);
        *out++ = kHex[byte >> 4];
        *out++ = kHex[byte & 15];
    }
    *out++ = '"';
    advance(out);
}

}  // namespace koine::format
