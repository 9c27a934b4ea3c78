#include "expression/lexer.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <array>

namespace koine::expression {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool begins_name(char c) { return (is_ascii_alphanumeric(c) && !is_ascii_digit(c)) || c == '_'; }
bool is_of_name(char c) { return is_ascii_alphanumeric(c) || c == '_'; }

/// What other languages write, and what is meant here.
struct Habit {
    std::string_view written;
    std::string_view meant;
};
constexpr std::array<Habit, 7> kHabits = {{{"&&", "and"}, {"||", "or"}, {"<>", "!="}, {"=", "=="}, {"!", "not"}, {"&", "and"}, {"|", "or"}}
};
constexpr std::array<std::string_view, 13> kSymbols = {"==", "!=", "<=", ">=", "<", ">", "(", ")", ",", "+", "-", "*", "/"};

}  // namespace

Token Lexer::taken(Token::Kind kind, std::size_t size) {
    Token token{.kind = kind, .text = text_.substr(at_, size), .value = {}, .column = static_cast<int>(at_) + 1};
    at_ += size;
    return token;
}

Token Lexer::mistake(std::string message) const {
    return {.kind = Token::Kind::mistake, .text = text_.substr(at_, 1), .value = std::move(message), .column = static_cast<int>(at_) + 1};
}

Token Lexer::next() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    if (at_ == text_.size()) return taken(Token::Kind::end, 0);
    char const c = text_[at_];
    if (is_ascii_digit(c)) return number();
    if (c == '\'') return quoted();
    if (begins_name(c)) return name();
    return symbol();
}

Token Lexer::number() {
    auto end = at_;
    while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    if (end + 1 < text_.size() && text_[end] == '.' && is_ascii_digit(text_[end + 1])) {
        ++end;
        while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    }
    if (end < text_.size() && (is_of_name(text_[end]) || text_[end] == '.'))
        return mistake("a number is digits, perhaps with a fraction: 12 or 1.5");
    return taken(Token::Kind::number, end - at_);
}

Token Lexer::quoted() {
    std::string value;
    for (auto i = at_ + 1; i < text_.size(); ++i) {
        if (text_[i] != '\'') {
            value.push_back(text_[i]);
        } else if (i + 1 < text_.size() && text_[i + 1] == '\'') {
            value.push_back(text_[i++]);
        } else {
            auto token = taken(Token::Kind::text, i + 1 - at_);
            token.value = std::move(value);
            return token;
        }
    }
    return mistake("this text has no end: a ' is missing");
}

Token Lexer::name() {
    auto end = at_;
    do {
        if (end > at_) ++end;
        if (end == text_.size() || !begins_name(text_[end])) return mistake("a path is names joined by points, as in router.name");
        while (end < text_.size() && is_of_name(text_[end])) ++end;
    } while (end < text_.size() && text_[end] == '.');
    return taken(Token::Kind::name, end - at_);
}

Token Lexer::symbol() {
    auto const rest = text_.substr(at_);
    for (auto symbol : kSymbols)
        if (rest.starts_with(symbol) && !rest.starts_with("<>")) return taken(Token::Kind::symbol, symbol.size());
    for (auto const& [written, meant] : kHabits)
        if (rest.starts_with(written)) return mistake(fmt::format("`{}` is written `{}` here", written, meant));
    if (rest.front() == '"') return mistake("texts stand between single quotes: 'text'");
    return mistake("this character means nothing here");
}

}  // namespace koine::expression
