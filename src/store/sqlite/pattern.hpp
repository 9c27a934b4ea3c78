/// @file Patterns: `ilike` by Unicode case folding, and regular expressions.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/watch.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace koine::store::sqlite {

/// Bytes that a pattern may have; matching costs up to pattern × value.
inline constexpr std::size_t kMaxPatternBytes = 4096;

/// A LIKE pattern (`%`, `_`, `\` escapes) made ready for many values. Letters are compared by Unicode's simple case folding (one code
/// point to one), so `_` is always one character and `ß` is not `SS`, as in PostgreSQL.
class LikePattern {
public:
    explicit LikePattern(std::string_view pattern);
    /// Iterative: at most pattern × text steps. Invalid UTF-8 matches as U+FFFD. False (and the watch's verdict) if out of time.
    bool matches(std::string_view text, Watch* watch) const;

private:
    std::vector<char32_t> tokens_;
};

/// Compiles an expression with a cap on its size. PostgreSQL's `\m`, `\M`, `\y` (word borders) are `\b` here, `\Z` is `\z`.
/// @return invalid_regex with `detail`; limit_exceeded.
Result<std::shared_ptr<re2::RE2 const>> compile_regex(std::string_view expression, bool ignore_case);
/// True if the expression occurs in the text. Linear in the text.
bool matches(re2::RE2 const& expression, std::string_view text);

}  // namespace koine::store::sqlite
