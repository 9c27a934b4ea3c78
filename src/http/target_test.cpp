#include "http/target.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace koine::http {
namespace {

TEST(Target, IsReducedToOriginForm) {
    struct Case {
        std::string_view raw;
        Method method;
        std::string_view origin, host;  // origin empty: refused
    };
    for (auto const& [raw, method, origin, host] : std::initializer_list<Case>{
             {"/", Method::get, "/", ""},
             {"/a?b=http://c/", Method::get, "/a?b=http://c/", ""},
             {"//a", Method::get, "//a", ""},
             {"http://h/a?b", Method::get, "/a?b", "h"},
             {"HTTPS://h:81/a", Method::post, "/a", "h:81"},
             {"http://[::1]:3000/a", Method::get, "/a", "[::1]:3000"},
             {"http://h", Method::get, "/", "h"},
             {"http://h?x=1", Method::get, "/?x=1", "h"},
             {"*", Method::options, "*", ""},
             {"http://h", Method::options, "*", "h"},
             {"*", Method::get, "", ""},
             {"", Method::get, "", ""},
             {"a", Method::get, "", ""},
             {"h:443", Method::other, "", ""},
             {"ftp://h/", Method::get, "", ""},
             {"http://", Method::get, "", ""},
             {"http:///a", Method::get, "", ""},
             {"http://user@h/a", Method::get, "", ""},
             {"?a", Method::get, "", ""},
         }) {
        SCOPED_TRACE(raw);
        std::string spare;
        Target target;
        EXPECT_EQ(reduce_target(raw, method, spare, target), !origin.empty());
        EXPECT_EQ(target.origin, origin);
        EXPECT_EQ(target.host, host);
    }
}

TEST(Target, SplitsAtTheFirstQuestionMark) {
    struct Case {
        std::string_view target, path, query;
    };
    for (auto const& [target, path, query] : std::initializer_list<Case>{
             {"/a?b?c", "/a", "b?c"}, {"/a?", "/a", ""}, {"/a", "/a", ""}, {"/%3F?%3F", "/%3F", "%3F"}, {"*", "*", ""}
         }) {
        Request request;
        request.target = target;
        EXPECT_EQ(request.path(), path);
        EXPECT_EQ(request.query(), query);
    }
}

TEST(RequestId, IsRepeatedOnlyIfHarmless) {
    EXPECT_TRUE(is_request_id("a-B_9.z"));
    EXPECT_TRUE(is_request_id(std::string(128, 'x')));
    for (std::string const& bad : {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\n"), std::string("é")})
        EXPECT_FALSE(is_request_id(bad)) << bad;
}

TEST(Header, IsFoundInAnyCaseAndTheFirstCounts) {
    std::vector<Header> const headers = {{"X-A", "1"}, {"x-a", "2"}, {"X-AB", "3"}};
    Request request;
    request.headers = headers;
    EXPECT_EQ(request.header("x-a"), "1");
    EXPECT_EQ(request.header("x-ab"), "3");
    EXPECT_EQ(request.header("x"), "");
}

}  // namespace
}  // namespace koine::http
