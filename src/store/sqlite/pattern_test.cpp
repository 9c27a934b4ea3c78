#include "store/sqlite/pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace koine::store::sqlite {
namespace {

TEST(LikePattern, MatchesWholeTextsWithoutCase) {
    struct Case {
        std::string_view text, pattern;
        bool want;
    };
    std::vector<Case> const cases = {
        {"BJÖRK", "björk", true}, {"Björk", "bj_rk", true},
        {"björk", "BJ%", true},   {"björk", "%ÖRK", true},
        {"björk", "rk", false},   {"", "%", true},
        {"", "", true},           {"", "_", false},
        {"a%b", "a\\%b", true},   {"axb", "a\\%b", false},
        {"ΣΑΣ", "σας", true},     {"straße", "STRASSE", false},
        {"abcabc", "%abc", true}, {"mississippi", "m%ss%pi", true},
        {"x", "%x%", true},       {"日本語", "日_語", true},
        {"a\\b", "a\\\\b", true}, {"K", "k", true},
        {"\xff", "_", true},      {"ab", "a%%%b", true},
    };
    for (auto const& wanted : cases)
        EXPECT_EQ(LikePattern(wanted.pattern).matches(wanted.text, nullptr), wanted.want) << wanted.text << " " << wanted.pattern;
}

TEST(LikePattern, DoesNotBacktrackExponentially) {
    std::string text(20'000, 'a');
    std::string pattern;
    for (int i = 0; i < 30; ++i) pattern += "%a";
    EXPECT_FALSE(LikePattern(pattern + "%b").matches(text, nullptr));
}

TEST(LikePattern, StopsWithTheWatch) {
    std::string text(2'000'000, 'a');
    Watch watch{.deadline = std::chrono::steady_clock::now()};
    EXPECT_FALSE(LikePattern("%" + std::string(1000, 'a') + "b").matches(text, &watch));
    EXPECT_EQ(watch.verdict, Watch::Verdict::expired);
}

TEST(Regex, IsRe2WithPostgresWordBorders) {
    struct Case {
        std::string_view text, expression;
        bool ignore_case, want;
    };
    std::vector<Case> const cases = {
        {"Let There Be Rock", "^Let", false, true},
        {"Let There Be Rock", "^let", false, false},
        {"Let There Be Rock", "^let", true, true},
        {"a cat sat", "\\mcat\\M", false, true},
        {"concatenate", "\\mcat\\M", false, false},
        {"a cat", "\\ycat\\Z", false, true},
        {"Ö", "ö", true, true},
        {"\\m", "\\\\m", false, true},
    };
    for (auto const& wanted : cases) {
        auto compiled = compile_regex(wanted.expression, wanted.ignore_case);
        ASSERT_TRUE(compiled) << wanted.expression;
        EXPECT_EQ(matches(*compiled.value(), wanted.text), wanted.want) << wanted.text << " " << wanted.expression;
    }
}

TEST(Regex, RefusesWhatIsWrongOrTooLarge) {
    for (auto const* wrong : {"(", "a**", "(?=x)", "\\1", "(((a{100}){100}){100})"}) {
        auto compiled = compile_regex(wrong, false);
        ASSERT_FALSE(compiled) << wrong;
        EXPECT_EQ(compiled.error().reason(), Reason::invalid_regex);
        EXPECT_FALSE(compiled.error().argument("detail")->empty());
    }
    EXPECT_EQ(compile_regex(std::string(kMaxPatternBytes + 1, 'a'), false).error().reason(), Reason::limit_exceeded);
}

}  // namespace
}  // namespace koine::store::sqlite
