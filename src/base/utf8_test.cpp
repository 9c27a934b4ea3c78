#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace koine {
namespace {

struct Case {
    std::string_view name;
    std::string_view text;
    std::size_t want;
};

TEST(Utf8, FindsTheFirstByteThatIsNotText) {
    constexpr auto npos = std::string_view::npos;
    Case const cases[] = {
        {"empty", "", npos},
        {"ascii", "abc", npos},
        {"two, three and four bytes", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", npos},
        {"first and last of each length", "\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", npos},
        {"lone continuation", "a\x80", 1},
        {"overlong slash", "\xC0\xAF", 0},
        {"overlong of three", "\xE0\x9F\xBF", 0},
        {"overlong of four", "\xF0\x8F\xBF\xBF", 0},
        {"surrogate", "ab\xED\xA0\x80", 2},
        {"beyond Unicode", "\xF4\x90\x80\x80", 0},
        {"cut short", "a\xE2\x82", 1},
        {"no such lead", "\xFF", 0},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(first_invalid_utf8(each.text), each.want);
    }
}

TEST(Utf8, CharactersAreCountedNotBytes) { EXPECT_EQ(count_characters("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 4U); }

}  // namespace
}  // namespace koine
