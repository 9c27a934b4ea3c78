#include "dialect/filter/operation.hpp"

namespace koine::dialect {
namespace {

constexpr std::string_view kBlanks = " \t\n\r\v\f";

bool is_null_word(std::string_view text) {
    constexpr std::string_view word = "null";
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if ((text[i] | 0x20) != word[i]) return false;
    return true;
}

void skip_blanks(Scanner& scanner) {
    while (!scanner.at_end() && kBlanks.contains(scanner.peek())) scanner.advance(1);
}

/// An item without quotes: up to a comma or brace, trimmed; `\x` stands for x (and is no blank to trim).
Result<std::string> scan_bare_item(Scanner& scanner, Problem const& malformed) {
    std::string item;
    std::size_t kept = 0;
    bool escaped = false;
    for (char c = scanner.peek(); c != ',' && c != '}'; c = scanner.peek()) {
        if (scanner.at_end() || c == '{' || c == '"') return malformed;
        if (c == '\\') {
            scanner.advance(1);
            if (scanner.at_end()) return malformed;
            escaped = true;
            c = scanner.peek();
            kept = item.size() + 1;
        } else if (!kBlanks.contains(c)) {
            kept = item.size() + 1;
        }
        item += c;
        scanner.advance(1);
    }
    item.resize(kept);
    if (item.empty()) return malformed;
    if (!escaped && is_null_word(item)) return Problem(Reason::feature_not_supported).with("feature", "null in an array literal");
    return item;
}

}  // namespace

Result<std::vector<std::string>> parse_array_literal(std::string_view text, std::size_t max_list) {
    Scanner scanner("array literal", text);
    auto const malformed = Problem(Reason::invalid_array_literal).with("value", text);
    std::vector<std::string> items;
    skip_blanks(scanner);
    if (!scanner.accept('{')) return malformed;
    skip_blanks(scanner);
    bool more = !scanner.accept('}');
    while (more) {
        if (items.size() == max_list) return exceeds("items of a list", max_list);
        skip_blanks(scanner);
        if (scanner.peek() == '"') {
            auto quoted = scan_quoted(scanner);
            if (!quoted) return malformed;
            items.push_back(std::move(*quoted));
            skip_blanks(scanner);
        } else {
            KOINE_TRY(auto item, scan_bare_item(scanner, malformed));
            items.push_back(std::move(item));
        }
        more = scanner.accept(',');
        if (!more && !scanner.accept('}')) return malformed;
    }
    skip_blanks(scanner);
    if (!scanner.at_end()) return malformed;
    return items;
}

}  // namespace koine::dialect
