#include "description/line.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace koine::description {

std::optional<Piece> Line::next() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (at_ == text_.size()) return std::nullopt;
    if (text_[at_] == '=') return value();
    if (is_ascii_alphanumeric(text_[at_]) || text_[at_] == '_') return word();
    return stray(at_);
}

Piece Line::stray(std::size_t at) {
    at_ = text_.size();
    return {Piece::Kind::stray, text_.substr(at), {}, false, at};
}

Piece Line::word() {
    auto const start = at_;
    while (at_ < text_.size() && (is_ascii_alphanumeric(text_[at_]) || text_[at_] == '_')) ++at_;
    Piece piece{Piece::Kind::word, text_.substr(start, at_ - start), {}, false, start};
    if (at_ == text_.size() || text_[at_] != '(') return piece;
    auto const open = ++at_;
    for (std::size_t depth = 1; at_ < text_.size(); ++at_) {
        if (text_[at_] == '(') ++depth;
        if (text_[at_] == ')' && --depth == 0) break;
    }
    if (at_ == text_.size()) return stray(open - 1);
    piece.inner = text_.substr(open, at_++ - open);
    return piece;
}

Piece Line::value() {
    auto const equals = at_;
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_ + 1), text_.size());
    if (at_ == text_.size()) return stray(equals);
    Piece piece{Piece::Kind::value, {}, {}, false, at_};
    if (auto const quote = text_[at_]; quote == '"' || quote == '\'') {
        auto const end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) return stray(at_);
        piece.word = text_.substr(at_ + 1, end - at_ - 1);
        piece.quoted = true;
        at_ = end + 1;
        return piece;
    }
    auto const end = std::min(text_.find_first_of(" \t\r\n", at_), text_.size());
    piece.word = text_.substr(at_, end - at_);
    at_ = end;
    return piece;
}

}  // namespace koine::description
