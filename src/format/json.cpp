#include "format/json.hpp"

namespace koine::format {
namespace {

char* write_word(char* out, std::string_view word) {
    std::memcpy(out, word.data(), word.size());
    return out + word.size();
}

/// Numbers of few decimals, which most are: if the nearest multiple of a millionth (or hundredth, or unit) divides back to the very
/// number, it has at most 15 digits, so that these are its shortest form. Null if they are not.
char* write_short_decimal(char* out, double number) {
    struct Scale {
        double factor;
        int decimals;
    };
    double const size = std::fabs(number);
    for (auto [factor, decimals] : {Scale{1, 0}, Scale{100, 2}, Scale{1e6, 6}}) {
        auto units = static_cast<std::uint64_t>(size * factor + 0.5);
        if (static_cast<double>(units) / factor != size) continue;
        for (; decimals > 0 && units % 10 == 0; --decimals) units /= 10;
        if (number < 0) *out++ = '-';
        char digits[24];
        auto const count = static_cast<int>(std::to_chars(digits, digits + sizeof digits, units).ptr - digits);
        int const whole = count - decimals;
        if (whole <= 0) {
            std::memcpy(out, "0.00000000", 10);
            out += 2 - whole;
            std::memcpy(out, digits, static_cast<std::size_t>(count));
            return out + count;
        }
        std::memcpy(out, digits, static_cast<std::size_t>(whole));
        out += whole;
        if (decimals == 0) return out;
        *out++ = '.';
        std::memcpy(out, digits + whole, static_cast<std::size_t>(decimals));
        return out + decimals;
    }
    return nullptr;
}

}  // namespace

char* write_real(char* out, double number) {
    if (std::isnan(number)) return write_word(out, "\"NaN\"");
    if (std::isinf(number)) return write_word(out, number > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    double size = std::fabs(number);
    if (size >= 1e-4 && size < 1e9) {
        if (auto* end = write_short_decimal(out, number)) return end;
    }
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
