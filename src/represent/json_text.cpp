#include "represent/json_text.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/utf8.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace koine::represent {
namespace {

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

bool is_special(unsigned char byte) { return byte < 0x20 || byte == '"' || byte == '\\'; }

/// Escapes text known to be well-formed.
char* write_escaped(char* out, std::string_view text) {
    char const* in = text.data();
    char const* last = in + text.size();
#ifdef __SSE2__
    auto const quote = _mm_set1_epi8('"');
    auto const backslash = _mm_set1_epi8('\\');
    auto const low = _mm_set1_epi8(0x1f);
    while (last - in >= 16) {
        auto block = _mm_loadu_si128(reinterpret_cast<__m128i const*>(in));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block);
        auto special = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)), _mm_cmpeq_epi8(_mm_min_epu8(block, low), block));
        auto mask = static_cast<unsigned>(_mm_movemask_epi8(special));
        if (mask == 0) {
            in += 16;
            out += 16;
            continue;
        }
        auto plain = std::countr_zero(mask);
        in += plain;
        out = write_escape(out + plain, static_cast<unsigned char>(*in));
        ++in;
    }
#endif
    for (; in != last; ++in) {
        auto byte = static_cast<unsigned char>(*in);
        if (is_special(byte))
            out = write_escape(out, byte);
        else
            *out++ = *in;
    }
    return out;
}

bool has_high_bit(std::string_view text) {
    char const* in = text.data();
    std::size_t left = text.size();
    std::uint64_t seen = 0;
    for (; left >= 8; in += 8, left -= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, in, 8);
        seen |= word;
    }
    for (; left > 0; ++in, --left) seen |= static_cast<unsigned char>(*in) & 0x80U ? 0x80U : 0U;
    return (seen & 0x8080808080808080ULL) != 0;
}

char* write_valid(char* out, std::string_view text) {
    if (!has_high_bit(text)) return write_escaped(out, text);
    while (true) {
        auto bad = first_invalid_utf8(text);
        if (bad == std::string_view::npos) return write_escaped(out, text);
        out = write_escaped(out, text.substr(0, bad));
        std::memcpy(out, "\xEF\xBF\xBD", 3);
        out += 3;
        text.remove_prefix(bad + 1);
    }
}

/// A recursive-descent check without recursion: a stack of bits tells objects from lists.
class JsonChecker {
public:
    explicit JsonChecker(std::string_view text) : in_(text.data()), last_(text.data() + text.size()) {}

    bool check() {
        skip_blanks();
        while (true) {
            if (!value()) return false;
            if (opened_) {
                opened_ = false;
                continue;
            }
            while (true) {
                skip_blanks();
                if (depth_ == 0) return in_ == last_;
                if (in_ == last_) return false;
                char c = *in_++;
                if (c == ',') break;
                if (c != (in_object() ? '}' : ']')) return false;
                --depth_;
            }
            skip_blanks();
            if (in_object() && !member_name()) return false;
        }
    }

private:
    bool in_object() const { return (kinds_ >> (depth_ - 1) & 1U) != 0; }
    void skip_blanks() {
        while (in_ != last_ && (*in_ == ' ' || *in_ == '\n' || *in_ == '\r' || *in_ == '\t')) ++in_;
    }
    bool take(char c) { return in_ != last_ && *in_ == c ? (++in_, true) : false; }
    bool word(std::string_view word) {
        if (static_cast<std::size_t>(last_ - in_) < word.size() || std::string_view(in_, word.size()) != word) return false;
        in_ += word.size();
        return true;
    }
    bool value() {
        if (in_ == last_) return false;
        switch (*in_) {
            case '{': return open(true);
            case '[': return open(false);
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }
    /// After it: `opened_` if a first element follows, else the container is already closed.
    bool open(bool object) {
        if (depth_ == 64) return false;
        ++in_;
        kinds_ = (kinds_ & ~(1ULL << depth_)) | static_cast<std::uint64_t>(object) << depth_;
        ++depth_;
        skip_blanks();
        if (take(object ? '}' : ']')) {
            --depth_;
            return true;
        }
        opened_ = true;
        return !object || member_name();
    }
    bool member_name() {
        if (in_ == last_ || *in_ != '"' || !string()) return false;
        skip_blanks();
        if (!take(':')) return false;
        skip_blanks();
        return true;
    }
    bool string() {
        ++in_;
        while (in_ != last_) {
            auto byte = static_cast<unsigned char>(*in_++);
            if (byte == '"') return true;
            if (byte < 0x20) return false;
            if (byte == '\\' && !escape()) return false;
        }
        return false;
    }
    bool escape() {
        if (in_ == last_) return false;
        char c = *in_++;
        if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        for (int i = 0; i < 4; ++i, ++in_)
            if (in_ == last_ || !is_hex(*in_)) return false;
        return true;
    }
    static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
    bool digits() {
        auto const* first = in_;
        while (in_ != last_ && *in_ >= '0' && *in_ <= '9') ++in_;
        return in_ != first;
    }
    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return false;
        }
        return true;
    }

    char const* in_;
    char const* last_;
    std::uint64_t kinds_ = 0;
    unsigned depth_ = 0;
    bool opened_ = false;
};

}  // namespace

char* write_json_string(char* out, std::string_view text) {
    *out++ = '"';
    out = write_valid(out, text);
    *out++ = '"';
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    std::string escaped(kMaxEscaped * text.size() + 2 + 16, '\0');
    auto* last = write_json_string(escaped.data(), text);
    out.append(escaped.data(), last);
}

bool is_json(std::string_view text) {
    return first_invalid_utf8(text) == std::string_view::npos && JsonChecker(text).check();
}

}  // namespace koine::represent
