#include "dialect/exchange.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

TEST(Exchange, RefusesWhatIsNoText) {
    EXPECT_EQ(decode_percent("%FF", Plus::space).error().reason(), Reason::malformed_request);
    EXPECT_EQ(decode_percent("%00", Plus::space).error().reason(), Reason::malformed_request);
    EXPECT_EQ(decode_segment("%ED%A0%80").error().reason(), Reason::malformed_request);
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
