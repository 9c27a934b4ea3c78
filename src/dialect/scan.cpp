#include "dialect/scan.hpp"

#include "base/ascii.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace koine::dialect {
namespace {

constexpr std::size_t kMaxJsonSteps = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr auto kNameBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
        table[c] =
            c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == ' ';
    return table;
}();

constexpr std::string_view kKeyExpected = "an index or a key of a JSON path";

/// Bytes of the UTF-8 character that starts here.
std::size_t character_size(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && size < 4 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    return size;
}

/// `[-]digits`, if what follows allows an index; otherwise nothing and no step.
std::optional<std::int64_t> scan_index(Scanner& scanner) {
    auto const rest = scanner.rest();
    std::size_t size = rest.starts_with('-') ? 1 : 0;
    auto const sign = size;
    while (size < rest.size() && is_digit(rest[size])) ++size;
    if (size == sign) return std::nullopt;
    auto const after = rest.substr(size);
    if (!after.empty() && !after.starts_with("->") && !after.starts_with("::") && after[0] != '.' && after[0] != ',') return std::nullopt;
    std::int64_t value = 0;
    if (std::from_chars(rest.data(), rest.data() + size, value).ec != std::errc()) return std::nullopt;
    scanner.advance(size);
    return value;
}

Result<std::string> scan_json_key(Scanner& scanner) {
    if (scanner.peek() == '"') return scan_name(scanner);
    std::string key;
    while (true) {
        auto const part = scanner.take_until("(-:.,>)");
        if (part.empty()) return scanner.unexpected(kKeyExpected);
        key += trimmed(part);
        if (scanner.peek() != '-' || scanner.peek(1) == '>') return key;
        scanner.advance(1);
        key += '-';
    }
}

/// A key without the `[n]` that some clients add to repeat it.
std::string_view without_subscript(std::string_view key) {
    if (!key.ends_with(']')) return key;
    auto digits = key.size() - 1;
    while (digits > 0 && is_digit(key[digits - 1])) --digits;
    bool const subscript = digits > 0 && digits < key.size() - 1 && key[digits - 1] == '[';
    return subscript ? key.substr(0, digits - 1) : key;
}

}  // namespace

bool Scanner::accept(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
}

bool Scanner::accept(std::string_view word) {
    if (!starts_with(word)) return false;
    at_ += word.size();
    return true;
}

void Scanner::skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
}

std::string_view Scanner::take_rest() {
    auto const taken = rest();
    at_ = text_.size();
    return taken;
}

std::string_view Scanner::take_until(std::string_view bytes) {
    auto const taken = rest().substr(0, rest().find_first_of(bytes));
    at_ += taken.size();
    return taken;
}

Problem Scanner::unexpected(std::string_view expected) const {
    auto const before = text_.substr(0, at_);
    auto const column =
        1 + shift_ +
        static_cast<std::size_t>(std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    auto const found = at_end() ? std::string(kEnd) : fmt::format("\"{}\"", rest().substr(0, character_size(rest())));
    return Problem(Reason::invalid_syntax)
        .with("what", what_)
        .with("text", text_)
        .with("column", static_cast<std::int64_t>(column))
        .with("unexpected", found)
        .with("expected", expected);
}

Result<void> Scanner::expect_end(std::string_view expected) const {
    if (!at_end()) return unexpected(expected);
    return outcome::success();
}

Result<void> Scanner::expect(char c, std::string_view expected) {
    if (!accept(c)) return unexpected(expected);
    return outcome::success();
}

bool is_name_byte(char c) { return kNameBytes[static_cast<unsigned char>(c)]; }

std::optional<std::string> scan_quoted(Scanner& scanner) {
    auto const text = scanner.rest();
    if (!text.starts_with('"')) return std::nullopt;
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            scanner.advance(i + 1);
            return value;
        }
        if (text[i] == '\\' && ++i == text.size()) break;
        value += text[i];
    }
    return std::nullopt;
}

std::optional<std::string> scan_quoted_item(Scanner& scanner) {
    auto const start = scanner.position();
    auto value = scan_quoted(scanner);
    if (value && !scanner.at_end() && scanner.peek() != ',' && scanner.peek() != ')') {
        scanner.move_to(start);
        return std::nullopt;
    }
    return value;
}

Result<std::string> scan_identifier(Scanner& scanner, std::string_view expected) {
    auto const rest = scanner.rest();
    std::size_t size = 0;
    while (size < rest.size() && is_name_byte(rest[size])) ++size;
    auto const name = trimmed(rest.substr(0, size));
    if (name.empty()) {
        scanner.advance(size);
        return scanner.unexpected(expected);
    }
    scanner.advance(size);
    return std::string(name);
}

Result<std::string> scan_name(Scanner& scanner, std::string_view expected) {
    if (scanner.peek() == '"') {
        if (auto quoted = scan_quoted(scanner)) return std::move(*quoted);
        scanner.take_rest();
        return scanner.unexpected("\"\\\"\"");
    }
    KOINE_TRY(auto name, scan_identifier(scanner, expected));
    while (scanner.peek() == '-' && scanner.peek(1) != '>') {
        scanner.advance(1);
        KOINE_TRY(auto const part, scan_identifier(scanner, "letter or digit"));
        name.append("-").append(part);
    }
    return name;
}

Result<void> scan_json_path(Scanner& scanner, query::FieldRef& field) {
    while (scanner.accept("->")) {
        field.as_text = scanner.accept('>');
        if (field.path.size() == kMaxJsonSteps) return exceeds("steps of a JSON path", kMaxJsonSteps);
        query::JsonStep step;
        step.index = scan_index(scanner);
        if (!step.index) {
            KOINE_TRY(step.key, scan_json_key(scanner));
        }
        field.path.push_back(std::move(step));
    }
    return outcome::success();
}

Result<query::FieldRef> scan_field(Scanner& scanner, std::string_view expected) {
    query::FieldRef field;
    KOINE_TRY(field.name, scan_name(scanner, expected));
    KOINE_TRY(scan_json_path(scanner, field));
    return field;
}

Result<std::vector<std::string>> scan_names(std::string_view what, std::string_view text) {
    Scanner scanner(what, text);
    std::vector<std::string> names;
    do {
        scanner.skip_blanks();
        KOINE_TRY(auto name, scan_name(scanner));
        names.push_back(std::move(name));
        scanner.skip_blanks();
    } while (scanner.accept(','));
    KOINE_TRY(scanner.expect_end("\",\" or end of input"));
    return names;
}

Result<TreePath> parse_tree_path(std::string_view key, std::string_view what) {
    Scanner scanner(what, without_subscript(key));
    TreePath tree;
    KOINE_TRY(tree.field, scan_field(scanner));
    while (tree.field.path.empty() && scanner.accept('.')) {
        tree.path.push_back(std::move(tree.field.name));
        KOINE_TRY(tree.field, scan_field(scanner));
    }
    KOINE_TRY(scanner.expect_end("\"->\", delimiter (.) or end of input"));
    return tree;
}

std::string written_name(std::string_view name) {
    static constexpr std::array<std::string_view, 12> words = {
        "select", "columns", "on_conflict", "order", "limit", "offset", "and", "or", "not", "count", "left", "inner"
    };
    bool const plain = !name.empty() && std::ranges::all_of(name, is_name_byte) && name.front() != ' ' && name.back() != ' ';
    if (plain && std::ranges::find(words, name) == words.end()) return std::string(name);
    std::string quoted = "\"";
    for (char const c : name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string_view last_segment(std::string_view key) {
    auto const dot = key.rfind('.');
    return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

}  // namespace koine::dialect
