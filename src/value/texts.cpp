#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "query/literal.hpp"
#include "value/kinds.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace koine::value {
namespace {

/// The blanks of Unicode beyond ASCII, in UTF-8.
constexpr std::array<std::string_view, 19> kBlanks = {
    "\xC2\x85",
    "\xC2\xA0",
    "\xE1\x9A\x80",
    "\xE2\x80\x80",
    "\xE2\x80\x81",
    "\xE2\x80\x82",
    "\xE2\x80\x83",
    "\xE2\x80\x84",
    "\xE2\x80\x85",
    "\xE2\x80\x86",
    "\xE2\x80\x87",
    "\xE2\x80\x88",
    "\xE2\x80\x89",
    "\xE2\x80\x8A",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\xE2\x80\xAF",
    "\xE2\x81\x9F",
    "\xE3\x80\x80"
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1C' && c <= '\x1F'); }
bool is_plain(char c) { return c > ' ' && c < '\x7F'; }

std::size_t blank_before(std::string_view text) {
    if (is_blank(text.front())) return 1;
    for (auto blank : kBlanks)
        if (text.starts_with(blank)) return blank.size();
    return 0;
}

std::size_t blank_behind(std::string_view text) {
    if (is_blank(text.back())) return 1;
    for (auto blank : kBlanks)
        if (text.ends_with(blank)) return blank.size();
    return 0;
}

bool is_slug(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; });
}

Result<void> check_form(Type const& type, std::string_view text) {
    if (type.kind == Kind::slug && !is_slug(text)) return refused(Reason::invalid_slug, type, text);
    if (type.kind == Kind::email && !is_email(text)) return refused(Reason::invalid_email, type, text);
    if (type.kind == Kind::url && !is_url(text)) return refused(Reason::invalid_url, type, text);
    if (type.expression && !RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *type.expression))
        return refused(Reason::pattern_mismatch, type, text).with("pattern", type.pattern);
    return outcome::success();
}

bool take(std::string_view& text, std::string_view word) {
    if (text.size() < word.size() || !ascii_equal(text.substr(0, word.size()), word)) return false;
    text.remove_prefix(word.size());
    return true;
}

std::string joined_values(Type const& type) {
    std::string joined;
    for (auto const& choice : type.choices) {
        if (!joined.empty()) joined += ", ";
        joined += choice.value;
        if (joined.size() > 200) break;
    }
    return std::string(query::shown(joined));
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && !is_plain(text.front())) {
        auto const blank = blank_before(text);
        if (blank == 0) break;
        text.remove_prefix(blank);
    }
    while (!text.empty() && !is_plain(text.back())) {
        auto const blank = blank_behind(text);
        if (blank == 0) break;
        text.remove_suffix(blank);
    }
    return text;
}

Result<void> check_length(Type const& type, std::string_view text) {
    if (type.longest != 0 && text.size() > type.longest && count_characters(text) > type.longest)
        return refused(Reason::text_too_long, type, text).with("maximum", std::int64_t{type.longest});
    if (type.shortest != 0 && count_characters(text) < type.shortest)
        return refused(Reason::text_too_short, type, text).with("minimum", std::int64_t{type.shortest});
    return outcome::success();
}

Result<Cell> accept_text(Type const& type, Given const& given, Arena&) {
    if (!is_scalar(given)) return refused(Reason::not_a_text, type, given.text);
    auto const text = type.trimmed ? without_blanks(given.text) : given.text;
    if (text.empty()) return Cell::text(text);
    if (text.find('\0') != std::string_view::npos) return refused(Reason::not_a_text, type, text);
    KOINE_TRY(check_length(type, text));
    KOINE_TRY(check_form(type, text));
    return Cell::text(text);
}

Result<Cell> accept_uuid(Type const& type, Given const& given, Arena& arena) {
    if (!is_scalar(given)) return refused(Reason::invalid_uuid, type, given.text);
    auto text = without_blanks(given.text);
    take(text, "urn:uuid:");
    if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
    if (text.size() != 32 && text.size() != 36) return refused(Reason::invalid_uuid, type, given.text);
    std::array<char, 36> canonical{};
    std::size_t size = 0;
    bool const hyphens = text.size() == 36;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (hyphens && (i == 8 || i == 13 || i == 18 || i == 23)) {
            if (text[i] != '-') return refused(Reason::invalid_uuid, type, given.text);
            continue;
        }
        char const c = ascii_lower(text[i]);
        if (!is_ascii_digit(c) && (c < 'a' || c > 'f')) return refused(Reason::invalid_uuid, type, given.text);
        if (size == 8 || size == 13 || size == 18 || size == 23) canonical[size++] = '-';
        canonical[size++] = c;
    }
    std::string_view const result(canonical.data(), size);
    return Cell::text(text == result ? text : arena.copy(result));
}

Result<Cell> accept_choice(Type const& type, Given const& given, Arena&) {
    if (given.kind == Given::Kind::json) return refused(Reason::choice_not_scalar, type, given.text);
    auto const chosen = std::ranges::find(type.choices, given.text, &Choice::value);
    if (chosen == type.choices.end() || !is_scalar(given))
        return refused(Reason::not_a_choice, type, given.text).with("choices", joined_values(type));
    if (!type.numbers) return Cell::text(given.text);
    std::int64_t number = 0;
    std::from_chars(given.text.data(), given.text.data() + given.text.size(), number);
    return Cell::of(number);
}

Result<Cell> accept_blob(Type const& type, Given const& given, Arena& /*arena*/) {
    bool const fits = given.kind == Given::Kind::text && is_sha256(given.text);
    return fits ? Result<Cell>(Cell::text(given.text)) : refused(Reason::not_a_file, type, given.text);
}

}  // namespace koine::value
