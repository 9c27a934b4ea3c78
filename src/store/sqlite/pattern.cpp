#include "store/sqlite/pattern.hpp"

#include <re2/re2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <string>

namespace koine::store::sqlite {
namespace {

constexpr char32_t kAnyRun = 0x110000;
constexpr char32_t kAnyOne = 0x110001;
constexpr char32_t kReplacement = 0xFFFD;

char32_t folded(char32_t c) {
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

/// The code point at `at`, which moves past it.
char32_t take(std::string_view text, std::size_t& at) {
    auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
        ++at;
        return first;
    }
    auto position = static_cast<std::int64_t>(at);
    auto length = static_cast<std::int64_t>(text.size());
    auto const* bytes = reinterpret_cast<unsigned char const*>(text.data());
    UChar32 c = 0;
    U8_NEXT(bytes, position, length, c);
    at = static_cast<std::size_t>(position);
    return c < 0 ? kReplacement : static_cast<char32_t>(c);
}

std::string translated(std::string_view expression) {
    std::string out;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        char c = expression[i];
        out += c;
        if (c != '\\' || i + 1 == expression.size()) continue;
        char escape = expression[++i];
        if (escape == 'm' || escape == 'M' || escape == 'y') escape = 'b';
        if (escape == 'Z') escape = 'z';
        out += escape;
    }
    return out;
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size();) {
        char c = pattern[at];
        if (c == '%') {
            if (tokens_.empty() || tokens_.back() != kAnyRun) tokens_.push_back(kAnyRun);
            ++at;
        } else if (c == '_') {
            tokens_.push_back(kAnyOne);
            ++at;
        } else {
            if (c == '\\' && at + 1 < pattern.size()) ++at;
            tokens_.push_back(folded(take(pattern, at)));
        }
    }
}

bool LikePattern::matches(std::string_view text, Watch* watch) const {
    Pace pace(watch);
    std::size_t at = 0;
    std::size_t token = 0;
    std::size_t run = std::string_view::npos;  // the token after the last `%`, and where its attempt began
    std::size_t run_at = 0;
    while (at < text.size()) {
        if (pace.step()) return false;
        if (token < tokens_.size() && tokens_[token] == kAnyRun) {
            if (++token == tokens_.size()) return true;
            run = token;
            run_at = at;
            continue;
        }
        std::size_t next = at;
        char32_t c = take(text, next);
        if (token < tokens_.size() && (tokens_[token] == kAnyOne || tokens_[token] == folded(c))) {
            ++token;
            at = next;
            continue;
        }
        if (run == std::string_view::npos) return false;
        take(text, run_at);
        at = run_at;
        token = run;
    }
    while (token < tokens_.size() && tokens_[token] == kAnyRun) ++token;
    return token == tokens_.size();
}

Result<std::shared_ptr<re2::RE2 const>> compile_regex(std::string_view expression, bool ignore_case) {
    if (expression.size() > kMaxPatternBytes)
        return Problem(Reason::limit_exceeded).with("limit", "bytes of a pattern").with("maximum", std::int64_t{kMaxPatternBytes});
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!ignore_case);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_shared<re2::RE2>(translated(expression), options);
    if (!compiled->ok()) return Problem(Reason::invalid_regex).with("detail", compiled->error());
    return std::shared_ptr<re2::RE2 const>(std::move(compiled));
}

bool matches(re2::RE2 const& expression, std::string_view text) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace koine::store::sqlite
