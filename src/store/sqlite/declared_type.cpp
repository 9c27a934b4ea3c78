#include "store/sqlite/declared_type.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>

namespace koine::store::sqlite {
namespace {

using model::Type;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool contains(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
}

/// The integer type that one word of letters and digits names: INT, INTEGER, INT8, BIGINT … but not POINT or INTERVAL.
std::optional<Type> integer_word(std::string_view word) {
    if (word == "INT8" || word == "BIGINT") return Type::bigint;
    if (word == "INT2" || word == "SMALLINT") return Type::smallint;
    while (!word.empty() && is_ascii_digit(word.back())) word.remove_suffix(1);
    if (word.ends_with("POINT")) return std::nullopt;
    if (word.ends_with("INT") || word.ends_with("INTEGER")) return word.contains("BIG") ? Type::bigint : Type::integer;
    return std::nullopt;
}

std::optional<Type> integer_type(std::string_view text) {
    std::optional<Type> found;
    bool big = false;
    for (std::size_t start = 0; start < text.size();) {
        std::size_t end = start;
        while (end < text.size() && (is_letter(text[end]) || is_ascii_digit(text[end]))) ++end;
        std::string_view word = text.substr(start, end - start);
        big = big || word == "BIG";
        if (!found) found = integer_word(word);
        start = end + 1;
    }
    return found && big ? Type::bigint : found;
}

}  // namespace

Type declared_type(std::string_view declaration) {
    std::string text(declaration);
    std::ranges::transform(text, text.begin(), ascii_upper);
    if (contains(text, {"BOOL"})) return Type::boolean;
    if (contains(text, {"JSON"})) return Type::json;
    if (auto integer = integer_type(text)) return contains(text, {"TEXT", "CHAR"}) ? Type::dynamic : *integer;
    if (contains(text, {"UUID"})) return Type::uuid;
    if (contains(text, {"CHAR", "CLOB", "TEXT"})) return Type::text;
    if (contains(text, {"DATETIME", "TIMESTAMP"})) return Type::timestamp;
    if (contains(text, {"DATE"}) && !contains(text, {"TIME"})) return Type::date;
    if (contains(text, {"TIME"})) return Type::time;
    if (contains(text, {"REAL", "FLOA", "DOUB"})) return Type::real;
    if (contains(text, {"NUMERIC", "DECIMAL", "DEC"})) return Type::numeric;
    if (contains(text, {"BLOB"})) return Type::blob;
    return Type::dynamic;
}

}  // namespace koine::store::sqlite
