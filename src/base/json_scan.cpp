#include "base/json_scan.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <cstdint>

namespace koine {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::uint32_t hex4(std::string_view text) {
    std::uint32_t number = 0;
    std::from_chars(text.data(), text.data() + std::min<std::size_t>(4, text.size()), number, 16);
    return number;
}

/// The character of a `\u` escape whose digits stand at `at`, which moves past it; a half of a pair alone becomes U+FFFD.
std::uint32_t unicode_escape(std::string_view text, std::size_t& at) {
    std::uint32_t c = hex4(text.substr(at));
    at += 4;
    if (c < 0xD800 || c > 0xDFFF) return c;
    if (c < 0xDC00 && text.substr(at).starts_with("\\u")) {
        std::uint32_t low = hex4(text.substr(at + 2));
        if (low >= 0xDC00 && low <= 0xDFFF) {
            at += 6;
            return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return 0xFFFD;
}

}  // namespace

char JsonScan::peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonScan::take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
}

bool JsonScan::at_end() {
    peek();
    return at_ == text_.size();
}

std::optional<std::string_view> JsonScan::string() {
    if (peek() != '"') return std::nullopt;
    std::size_t begin = at_;
    if (!skip_string()) return std::nullopt;
    return text_.substr(begin, at_ - begin);
}

bool JsonScan::skip_string() {
    for (++at_; at_ < text_.size(); ++at_) {
        char c = text_[at_];
        if (c == '"') {
            ++at_;
            return true;
        }
        if (static_cast<unsigned char>(c) < 0x20) return false;
        if (c != '\\') continue;
        if (++at_ == text_.size()) return false;
        if (text_[at_] == 'u') {
            if (text_.size() - at_ < 5) return false;
            for (int i = 0; i < 4; ++i)
                if (!is_hex(text_[++at_])) return false;
        } else if (!std::string_view("\"\\/bfnrt").contains(text_[at_])) {
            return false;
        }
    }
    return false;
}

bool JsonScan::digits() {
    std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > begin;
}

bool JsonScan::skip_number() {
    auto next_is = [&](std::string_view set) { return at_ < text_.size() && set.contains(text_[at_]); };
    if (next_is("-")) ++at_;
    bool zero = next_is("0");
    std::size_t begin = at_;
    if (!digits() || (zero && at_ - begin > 1)) return false;
    if (next_is(".")) {
        ++at_;
        if (!digits()) return false;
    }
    if (!next_is("eE")) return true;
    ++at_;
    if (next_is("+-")) ++at_;
    return digits();
}

bool JsonScan::skip_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
}

bool JsonScan::skip_scalar(char first) {
    switch (first) {
        case '"': return skip_string();
        case 't': return skip_word("true");
        case 'f': return skip_word("false");
        case 'n': return skip_word("null");
        default: return skip_number();
    }
}

std::optional<std::string_view> JsonScan::value() {
    std::bitset<kMaxJsonDepth> objects;  // for each open bracket whether it is an object's
    std::size_t depth = 0;
    peek();
    std::size_t begin = at_;
    while (true) {
        char c = peek();
        if (c == '{' || c == '[') {
            if (depth == kMaxJsonDepth) return std::nullopt;
            objects[depth++] = c == '{';
            ++at_;
            if (!take(c == '{' ? '}' : ']')) {
                if (c == '{' && (!string() || !take(':'))) return std::nullopt;
                continue;
            }
            --depth;
        } else if (!skip_scalar(c)) {
            return std::nullopt;
        }
        while (depth > 0) {
            bool object = objects[depth - 1];
            if (take(',')) {
                if (object && (!string() || !take(':'))) return std::nullopt;
                break;
            }
            if (!take(object ? '}' : ']')) return std::nullopt;
            --depth;
        }
        if (depth == 0) return text_.substr(begin, at_ - begin);
    }
}

bool is_json(std::string_view text) {
    JsonScan scan(text);
    return first_invalid_utf8(text) == std::string_view::npos && scan.value() && scan.at_end();
}

std::string json_string(std::string_view quoted) {
    std::string out;
    auto inner = quoted.substr(1, quoted.size() - 2);
    for (std::size_t at = 0; at < inner.size();) {
        char c = inner[at++];
        if (c != '\\') {
            out += c;
            continue;
        }
        switch (char escape = inner[at++]) {
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': append_character(unicode_escape(inner, at), out); break;
            default: out += escape;
        }
    }
    return out;
}

}  // namespace koine
