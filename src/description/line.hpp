/// @file The pieces of a line of notation: words with parentheses, and what stands behind `=`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace koine::description {

/// A piece. Views are of the line.
struct Piece {
    enum class Kind { word, value, stray };
    Kind kind = Kind::word;
    std::string_view word;                  ///< "int"; value: as written, without quotes; stray: what is none
    std::optional<std::string_view> inner;  ///< between the parentheses
    bool quoted = false;                    ///< value
    std::size_t at = 0;                     ///< bytes before it
};

/// Takes the next piece off; nothing at the end. Stray pieces end the line.
class Line {
public:
    explicit Line(std::string_view text) : text_(text) {}
    std::optional<Piece> next();

private:
    Piece word();
    Piece value();
    Piece stray(std::size_t at);

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace koine::description
