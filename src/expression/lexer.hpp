/// @file Lexer: a formula's text as words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace koine::expression {

struct Token {
    enum class Kind : std::uint8_t {
        end,
        name,    ///< a word, or words joined by points
        number,  ///< digits, perhaps with a fraction
        text,    ///< between single quotes; `value` has it with '' made one quote
        symbol,
        mistake  ///< `value` says what is wrong
    };
    Kind kind = Kind::end;
    std::string_view text;  ///< as written
    std::string value;
    int column = 0;  ///< from 1

    bool is(std::string_view word) const { return (kind == Kind::symbol || kind == Kind::name) && text == word; }
};

/// Reads one word after the other; at the end (and after a mistake) it gives the same again. The text must outlive it.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}
    Token next();

private:
    Token taken(Token::Kind kind, std::size_t size);
    Token mistake(std::string message) const;
    Token number();
    Token quoted();
    Token name();
    Token symbol();

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace koine::expression
