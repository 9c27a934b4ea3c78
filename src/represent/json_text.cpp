#include "represent/json_text.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace koine::represent {
namespace {

static_assert(std::endian::native == std::endian::little, "the first of eight bytes is the lowest");

constexpr std::string_view kHex = "0123456789abcdef";

char* write_escape(char* out, unsigned char byte) {
    *out++ = '\\';
    switch (byte) {
        case '"': *out++ = '"'; return out;
        case '\\': *out++ = '\\'; return out;
        case '\n': *out++ = 'n'; return out;
        case '\r': *out++ = 'r'; return out;
        case '\t': *out++ = 't'; return out;
        case '\b': *out++ = 'b'; return out;
        case '\f': *out++ = 'f'; return out;
        default: break;
    }
    std::memcpy(out, "u00", 3);
    out[3] = kHex[byte >> 4];
    out[4] = kHex[byte & 15];
    return out + 5;
}

constexpr std::uint64_t kEach = 0x0101010101010101ULL;  ///< times a byte: that byte eight times
constexpr std::uint64_t kHigh = 0x8080808080808080ULL;

/// The lowest set bit marks the first of eight bytes that cannot be copied as it is: a control, a quote, a backslash or no ASCII.
/// Bits above it mean nothing, as borrows run upwards.
std::uint64_t special_bytes(std::uint64_t word) {
    auto zero_in = [](std::uint64_t value) { return (value - kEach) & ~value; };
    return ((word - kEach * 0x20) | zero_in(word ^ kEach * '"') | zero_in(word ^ kEach * '\\') | word) & kHigh;
}

/// Copies and escapes up to the end or the first byte that isn't ASCII, where it leaves `in`.
char* write_ascii(char* out, char const*& in, char const* last) {
#ifdef __SSE2__
    auto const quote = _mm_set1_epi8('"');
    auto const backslash = _mm_set1_epi8('\\');
    auto const blank = _mm_set1_epi8(0x20);
    while (last - in >= 16) {
        auto block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(in));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block);
        // As signed bytes, what isn't ASCII lies below the blank as well.
        auto special =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)), _mm_cmplt_epi8(block, blank));
        auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
        auto plain = mask == 0 ? 16 : std::countr_zero(mask);
        in += plain;
        out += plain;
        if (mask == 0) continue;
        if (static_cast<unsigned char>(*in) >= 0x80) return out;
        out = write_escape(out, static_cast<unsigned char>(*in++));
    }
#endif
    while (last - in >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, in, 8);
        std::memcpy(out, &word, 8);
        auto special = special_bytes(word);
        auto plain = special == 0 ? 8 : std::countr_zero(special) / 8;
        in += plain;
        out += plain;
        if (special == 0) continue;
        if (static_cast<unsigned char>(*in) >= 0x80) return out;
        out = write_escape(out, static_cast<unsigned char>(*in++));
    }
    for (; in != last; ++in) {
        auto byte = static_cast<unsigned char>(*in);
        if (byte >= 0x80) return out;
        if (byte < 0x20 || byte == '"' || byte == '\\')
            out = write_escape(out, byte);
        else
            *out++ = *in;
    }
    return out;
}

/// Copies the bytes beyond ASCII at `in`; what isn't well-formed becomes U+FFFD, byte by byte.
char* write_beyond_ascii(char* out, char const*& in, char const* last) {
    auto const* end = in;
    while (end != last && static_cast<unsigned char>(*end) >= 0x80) ++end;
    std::string_view text(in, static_cast<std::size_t>(end - in));
    in = end;
    for (auto bad = first_invalid_utf8(text); !text.empty(); bad = first_invalid_utf8(text)) {
        auto good = std::min(bad, text.size());
        std::memcpy(out, text.data(), good);
        out += good;
        if (good == text.size()) break;
        std::memcpy(out, "\xEF\xBF\xBD", 3);
        out += 3;
        text.remove_prefix(good + 1);
    }
    return out;
}

}  // namespace

char* write_json_text(char* out, std::string_view text) {
    char const* in = text.data();
    char const* last = in + text.size();
    while (true) {
        out = write_ascii(out, in, last);
        if (in == last) return out;
        out = write_beyond_ascii(out, in, last);
    }
}

char* write_json_string(char* out, std::string_view text) {
    *out++ = '"';
    out = write_json_text(out, text);
    *out++ = '"';
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    std::string escaped(kMaxEscaped * text.size() + 2 + 16, '\0');
    auto* last = write_json_string(escaped.data(), text);
    out.append(escaped.data(), last);
}

}  // namespace koine::represent
