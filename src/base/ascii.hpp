/// @file Letter case and classes of ASCII, whatever the locale: what the grammars of HTTP are made of.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace koine {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_alphanumeric(char c) { return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'); }

/// Equal but for the case of ASCII letters.
constexpr bool ascii_equal(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower); }

/// Without the blanks and tabs around it (OWS of RFC 9110).
constexpr std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// With its first letter large: "Autonomous systems" of "autonomous systems".
constexpr std::string begun_large(std::string text) {
    if (!text.empty()) text.front() = ascii_upper(text.front());
    return text;
}

/// Its words written together, each begun large: "AutonomousSystem" of "autonomous_system". @param parts tells the characters between words.
constexpr std::string camel_case(std::string_view text, auto const& parts) {
    std::string made;
    bool begins = true;
    for (char const c : text) {
        bool const between = parts(c);
        if (!between) made += begins ? ascii_upper(c) : c;
        begins = between;
    }
    return made;
}

/// Splits off what stands before `separator` (all, if there is none) and removes both from `rest`.
constexpr std::string_view split_off(std::string_view& rest, char separator) {
    auto const end = std::min(rest.find(separator), rest.size());
    auto const part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

}  // namespace koine
