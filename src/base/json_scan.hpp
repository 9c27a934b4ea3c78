/// @file JsonScan: a strict reader of JSON text that steps over values without building anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace koine {

/// Nesting beyond this reads as invalid.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// True if the text is one complete JSON document (RFC 8259) of well-formed UTF-8, at most `kMaxJsonDepth` levels deep. Linear, without
/// allocating.
bool is_json(std::string_view text);

/// What a JSON string says, given with its quotes and well-formed, as UTF-8. Half a surrogate pair becomes U+FFFD.
std::string json_string(std::string_view quoted);

/// A position in a text. Every reader skips blanks first and leaves the position after what it took.
class JsonScan {
public:
    explicit JsonScan(std::string_view text) : text_(text) {}

    /// The next character that is not blank, or NUL at the end.
    char peek();
    /// Takes this character if it is next.
    bool take(char c);
    /// A string with its quotes.
    std::optional<std::string_view> string();
    /// Any whole value, checked. Nothing if it is malformed or nested too deeply. Iterative.
    std::optional<std::string_view> value();
    bool at_end();

private:
    bool skip_string();
    bool skip_number();
    bool skip_word(std::string_view word);
    bool skip_scalar(char first);
    bool digits();

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace koine
