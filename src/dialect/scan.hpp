/// @file What the dotted grammars share: a cursor over a decoded text, names, JSON paths and dotted paths.
#pragma once

#include "base/result.hpp"
#include "dialect/list.hpp"
#include "query/intent.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// Words of the expectations that several grammars print.
inline constexpr std::string_view kFieldNameExpected = "field name (* or [a..z0..9_$])";
inline constexpr std::string_view kEnd = "end of input";

/// A cursor over one text. Lives as long as the text; makes the syntax problems of its grammar.
class Scanner {
public:
    /// @param what names the grammar in problems. @param shift characters that stand before the text when columns are counted.
    Scanner(std::string_view what, std::string_view text, std::size_t shift = 0) : what_(what), text_(text), shift_(shift) {}

    bool at_end() const { return at_ == text_.size(); }
    /// The byte under the cursor, or further on; NUL past the end.
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    std::string_view rest() const { return text_.substr(at_); }
    bool starts_with(std::string_view word) const { return rest().starts_with(word); }
    std::size_t position() const { return at_; }
    void move_to(std::size_t position) { at_ = position; }
    void advance(std::size_t bytes) { at_ += bytes; }

    /// Steps over it if it is next.
    bool accept(char c);
    bool accept(std::string_view word);
    /// Steps over spaces and tabs.
    void skip_blanks();
    /// Everything up to the end, stepped over.
    std::string_view take_rest();
    /// Everything before the next of these bytes (or the end), stepped over.
    std::string_view take_until(std::string_view bytes);

    /// invalid_syntax at the cursor.
    Problem unexpected(std::string_view expected) const;
    /// invalid_syntax unless the text is used up.
    Result<void> expect_end(std::string_view expected) const;
    /// invalid_syntax unless `c` is next; steps over it.
    Result<void> expect(char c, std::string_view expected);

private:
    std::string_view what_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t shift_;
};

/// True for what an unquoted name is made of: letters, digits, `_`, `$`, space, and all beyond ASCII.
bool is_name_byte(char c);
/// The name as the dotted grammars read it back anywhere: in quotes where it isn't plain, or a word of theirs.
std::string written_name(std::string_view name);
/// A text in double quotes where `\x` stands for x, stepped over; nothing (and no step) if there is none or it does not end.
std::optional<std::string> scan_quoted(Scanner& scanner);
/// A quoted text that "," ")" or the end follows directly; otherwise nothing and no step.
std::optional<std::string> scan_quoted_item(Scanner& scanner);
/// A run of name bytes, trimmed of outer spaces. @return invalid_syntax if there is none.
Result<std::string> scan_identifier(Scanner& scanner, std::string_view expected = kFieldNameExpected);
/// A name: quoted, or identifiers joined by `-`. @return invalid_syntax.
Result<std::string> scan_name(Scanner& scanner, std::string_view expected = kFieldNameExpected);
/// The arrows of a JSON path, if any are next, into the field. @return invalid_syntax, limit_exceeded.
Result<void> scan_json_path(Scanner& scanner, query::FieldRef& field);
/// A name and the arrows after it. @return invalid_syntax.
Result<query::FieldRef> scan_field(Scanner& scanner, std::string_view expected = kFieldNameExpected);

/// A whole text that is a list of names, separated by commas. @return invalid_syntax.
Result<std::vector<std::string>> scan_names(std::string_view what, std::string_view text);

/// A parameter's key: names of embedded relations, outermost first, and a field.
struct TreePath {
    std::vector<std::string> path;
    query::FieldRef field;
    bool operator==(TreePath const&) const = default;
};
/// Reads a whole key. @param what "tree path" or "logic path". @return invalid_syntax.
Result<TreePath> parse_tree_path(std::string_view key, std::string_view what = "tree path");

/// The part of a key after its last dot, raw.
std::string_view last_segment(std::string_view key);

}  // namespace koine::dialect
