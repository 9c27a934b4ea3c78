#include "base/json_scan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace koine {
namespace {

TEST(IsJson, AcceptsDocumentsAndNothingElse) {
    struct Case {
        std::string_view text;
        bool want;
    };
    std::string const deep = std::string(kMaxJsonDepth, '[') + std::string(kMaxJsonDepth, ']');
    std::string const deeper = std::string(kMaxJsonDepth + 1, '[') + std::string(kMaxJsonDepth + 1, ']');
    for (Case const& c : std::vector<Case>{
             {"null", true},
             {"true", true},
             {"false", true},
             {"0", true},
             {"-0", true},
             {"1.50", true},
             {"1e400", true},
             {"-12.5E+3", true},
             {R"("text")", true},
             {R"("\u00e9\n\"")", true},
             {"\"é\"", true},
             {"[]", true},
             {"{}", true},
             {" [ 1 , 2 ] ", true},
             {R"({"a": 1,  "b":[1, {"c":[]}]})", true},
             {R"({"a":{},"b":[]})", true},
             {deep, true},
             {deeper, false},
             {"", false},
             {" ", false},
             {"nul", false},
             {"nulll", false},
             {"01", false},
             {"1.", false},
             {".5", false},
             {"+1", false},
             {"1e", false},
             {"-", false},
             {"NaN", false},
             {"[1,]", false},
             {"[,1]", false},
             {"[1 2]", false},
             {"[", false},
             {"]", false},
             {"[}", false},
             {"{]", false},
             {"{\"a\"}", false},
             {"{\"a\":}", false},
             {"{\"a\":1,}", false},
             {"{a:1}", false},
             {"{'a':1}", false},
             {"\"open", false},
             {"\"\\x\"", false},
             {"\"\\u12\"", false},
             {"\"a\nb\"", false},
             {"\"\xff\"", false},
             {"{} {}", false},
             {"[1] // no", false},
             {"{not json", false},
             {"\xEF\xBB\xBF{}", false},
         })
        EXPECT_EQ(is_json(c.text), c.want) << c.text;
}

TEST(JsonScan, StepsOverValuesAndStopsWhereTheTextDoes) {
    JsonScan scan(R"( {"a" : [1, "b"]} , 2)");
    EXPECT_TRUE(scan.take('{'));
    EXPECT_EQ(scan.string(), R"("a")");
    EXPECT_TRUE(scan.take(':'));
    EXPECT_EQ(scan.value(), R"([1, "b"])");
    EXPECT_FALSE(scan.take(','));
    EXPECT_TRUE(scan.take('}'));
    EXPECT_TRUE(scan.take(','));
    EXPECT_EQ(scan.value(), "2");
    EXPECT_TRUE(scan.at_end());
    EXPECT_EQ(scan.peek(), '\0');
    std::string const deep(1'000'000, '[');
    EXPECT_FALSE(JsonScan(deep).value());
}

TEST(JsonString, IsDecoded) {
    EXPECT_EQ(json_string(R"("a\n\"\\\/é")"), "a\n\"\\/é");
    EXPECT_EQ(json_string(R"("\ud83d\ude00")"), "😀");
    EXPECT_EQ(json_string(R"("\ud83dx")"), "\xEF\xBF\xBDx");
    EXPECT_EQ(json_string(R"("\ud83d\u")"), "\xEF\xBF\xBD" + json_string(R"("\u")"));
}

}  // namespace
}  // namespace koine
