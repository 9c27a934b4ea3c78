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

void JsonWriter::long_text(std::string_view text) {
    *begin_value(1) = '"';
    ++used_;
    auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    while (!text.empty()) {
        auto size = std::min(text.size(), kPiece);
        // Between characters; where four bytes go on without a lead, nothing is well-formed anyway.
        for (int i = 0; i < 3 && size < text.size() && continues(size); ++i) --size;
        advance(represent::write_json_text(room(size * represent::kMaxEscaped), text.substr(0, size)));
        text.remove_prefix(size);
    }
    *room(1) = '"';
    ++used_;
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
