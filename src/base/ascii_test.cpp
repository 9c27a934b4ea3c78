#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace koine {
namespace {

TEST(Ascii, LettersBecomeLarge) {
    EXPECT_EQ(begun_large("autonomous systems"), "Autonomous systems");
    EXPECT_EQ(begun_large("2nd"), "2nd");
    EXPECT_EQ(begun_large(""), "");
    EXPECT_EQ(begun_large("\xC3\xA4"), "\xC3\xA4") << "letters of ASCII only";
}

TEST(Ascii, WordsAreWrittenTogether) {
    auto const parts = [](char c) { return c == '_' || c == ' '; };
    EXPECT_EQ(camel_case("autonomous_system", parts), "AutonomousSystem");
    EXPECT_EQ(camel_case(" ix2  lan_", parts), "Ix2Lan");
    EXPECT_EQ(camel_case("aB-c", parts), "AB-c");
    EXPECT_EQ(camel_case("", parts), "");
}

}  // namespace
}  // namespace koine
