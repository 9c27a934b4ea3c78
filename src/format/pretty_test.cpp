#include "format/pretty.hpp"

#include <gtest/gtest.h>

namespace koine::format {
namespace {

TEST(Pretty, PutsEveryMemberOnALineOfItsOwn) {
    struct {
        std::string_view compact;
        unsigned indent;
        std::string_view want;
    } const cases[] = {
        {"1", 4, "1"},
        {R"("a,b:{\"}")", 4, R"("a,b:{\"}")"},
        {"{}", 4, "{}"},
        {"[ ]", 4, "[]"},
        {R"({"a":1,"b":[1,{"c":"\\"},[]]})",
         4,
         "{\n    \"a\": 1,\n    \"b\": [\n        1,\n        {\n            \"c\": \"\\\\\"\n        },\n        []\n    ]\n}"},
        {R"({"a": [true , null]})", 1, "{\n \"a\": [\n  true,\n  null\n ]\n}"},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.compact);
        std::string out = ">";
        EXPECT_TRUE(append_pretty(c.compact, c.indent, 1000, out));
        EXPECT_EQ(out, ">" + std::string(c.want));
    }
}

TEST(Pretty, GivesUpWhereTheTextWouldBeTooLong) {
    std::string out = "kept";
    EXPECT_FALSE(append_pretty("[[[[1,1,1,1]]]]", 16, 100, out));
    EXPECT_EQ(out, "kept");
    EXPECT_TRUE(append_pretty("[1]", 2, 7, out));
    EXPECT_EQ(out, "kept[\n  1\n]");
}

TEST(Pretty, SurvivesWhatIsNoDocument) {
    for (std::string_view const broken : {"", "\"", "\"\\", "]]", "{", "[\"a"}) {
        std::string out;
        EXPECT_TRUE(append_pretty(broken, 2, 1000, out));
    }
}

}  // namespace
}  // namespace koine::format
