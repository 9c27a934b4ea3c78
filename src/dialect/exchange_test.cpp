#include "dialect/exchange.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

TEST(Exchange, DecodesTheQueryAsForms) {
    struct Case {
        std::string_view query;
        std::vector<Parameter> want;
    } const cases[] = {
        {"", {}},
        {"&&", {}},
        {"a=1&b=2", {{"a", "1", true}, {"b", "2", true}}},
        {"a", {{"a", "", false}}},
        {"a=", {{"a", "", true}}},
        {"=x", {{"", "x", true}}},
        {"a=b=c", {{"a", "b=c", true}}},
        {"a+b=c+d%2B", {{"a b", "c d+", true}}},
        {"n%5B0%5D=%C3%B6", {{"n[0]", "\xC3\xB6", true}}},
        {"a=%zz%4", {{"a", "%zz%4", true}}},
        {"a=%26%3D", {{"a", "&=", true}}},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.query);
        auto const result = decode_query(each.query);
        ASSERT_TRUE(result);
        EXPECT_EQ(result.value(), each.want);
    }
}

TEST(Exchange, RefusesWhatIsNoText) {
    EXPECT_EQ(decode_query("a=%FF").error().reason(), Reason::malformed_request);
    EXPECT_EQ(decode_query("%00=1").error().reason(), Reason::malformed_request);
    EXPECT_EQ(decode_segment("%ED%A0%80").error().reason(), Reason::malformed_request);
}

TEST(Exchange, CapsParameters) {
    auto const refused = decode_query("a&b&c", 2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::limit_exceeded);
    EXPECT_EQ(refused.error().argument("limit"), "parameters");
    EXPECT_EQ(refused.error().argument("maximum"), "2");
    EXPECT_EQ(decode_query("a&b", 2).value().size(), 2u);
}

TEST(Exchange, APlusInAPathIsAPlus) { EXPECT_EQ(decode_segment("a+b%20c").value(), "a+b c"); }

TEST(Exchange, EncodesAllButTheUnreserved) {
    std::string out = "x";
    append_encoded(out, "aZ0-._~ /\xC3\xB6%");
    EXPECT_EQ(out, "xaZ0-._~%20%2F%C3%B6%25");
}

TEST(Exchange, FindsTheFirstHeaderInAnyCase) {
    Header const headers[] = {{"ACCEPT", "a"}, {"accept", "b"}};
    Exchange exchange;
    exchange.headers = headers;
    EXPECT_EQ(exchange.header("Accept"), "a");
    EXPECT_EQ(exchange.header("Prefer"), "");
}

}  // namespace
}  // namespace koine::dialect
