#include "base/file_name.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace koine {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestType = 100;

/// RFC 6838 §4.2.
bool is_type_char(char c) { return is_ascii_alphanumeric(c) || std::string_view("!#$&-^_.+").contains(c); }

bool is_type_name(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_type_char); }

}  // namespace

std::string plain_file_name(std::string_view name) {
    if (auto const folder = name.find_last_of("/\\"); folder != std::string_view::npos) name.remove_prefix(folder + 1);
    std::string plain;
    for (char const c : name)
        if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) plain += c;
    if (plain.size() > kLongestName) {
        plain.resize(kLongestName + 1);
        while (!plain.empty() && (static_cast<unsigned char>(plain.back()) & 0xC0U) == 0x80U) plain.pop_back();
        if (!plain.empty()) plain.pop_back();
    }
    plain = std::string(trimmed(plain));
    if (plain == "." || plain == ".." || first_invalid_utf8(plain) != std::string_view::npos) return {};
    return plain;
}

std::string plain_media_type(std::string_view type) {
    auto const whole = trimmed(split_off(type, ';'));
    auto rest = whole;
    auto const first = split_off(rest, '/');
    if (whole.size() > kLongestType || !is_type_name(first) || !is_type_name(rest)) return {};
    std::string plain(whole);
    std::ranges::transform(plain, plain.begin(), ascii_lower);
    return plain;
}

}  // namespace koine
