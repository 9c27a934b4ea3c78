#include "http/answer.hpp"

#include <gtest/gtest.h>

namespace koine::http {
namespace {

std::string const kCommon = "Server: koine\r\n";

TEST(Answer, WritesHeadLengthAndBody) {
    std::string out = "before";
    Answer answer(out, {.common_lines = &kCommon});
    answer.start(404);
    answer.header("Content-Type", "text/plain");
    answer.begin_body().append("no such thing");
    answer.end();
    EXPECT_EQ(out, "beforeHTTP/1.1 404 Not Found\r\nServer: koine\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nno such thing");
    EXPECT_EQ(answer.body_bytes(), 13u);
    EXPECT_EQ(answer.status(), 404);
}

TEST(Answer, HasTheCommonLinesOfTheMomentItStarts) {
    std::string lines = "Date: a second ago\r\n";
    std::string out;
    Answer answer(out, {.common_lines = &lines});
    lines = "Date: now, in a string that had to move because it is longer than before\r\n";
    answer.start(204);
    answer.end();
    EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\n" + lines + "\r\n");
}

TEST(Answer, SpendsNoTimeOnMovingALargeBody) {
    std::string out;
    Answer answer(out, {});
    answer.start(200);
    answer.begin_body().append(100'000, 'x');
    answer.end();
    EXPECT_TRUE(out.starts_with("HTTP/1.1 200 OK\r\nContent-Length:     100000\r\n\r\nxxx"));
}

TEST(Answer, SendsNoBodyWhereTheStandardForbidsOne) {
    struct Case {
        std::string_view name;
        int status;
        bool head_only, with_body;
        std::string_view want;
    };
    for (auto const& [name, status, head_only, with_body, want] : std::initializer_list<Case>{
             {"head", 200, true, true, "HTTP/1.1 200 OK\r\n\r\n"},
             {"head without body", 200, true, false, "HTTP/1.1 200 OK\r\n\r\n"},
             {"204", 204, false, true, "HTTP/1.1 204 No Content\r\n\r\n"},
             {"304", 304, false, true, "HTTP/1.1 304 Not Modified\r\n\r\n"},
             {"200 without body", 200, false, false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
         }) {
        SCOPED_TRACE(name);
        std::string out;
        Answer answer(out, {.head_only = head_only});
        answer.start(status);
        if (with_body) answer.begin_body().append("body");
        answer.end();
        EXPECT_EQ(out, want);
        EXPECT_EQ(answer.body_bytes(), 0u);
    }
}

TEST(Answer, CannotBeSplitByAValue) {
    std::string out;
    Answer answer(out, {});
    answer.start(200);
    answer.header("X-A", "a\r\nSet-Cookie: b\x01\x7f\tc");
    answer.header("X B", "dropped");
    answer.header("", "dropped");
    answer.header("X\r\nC", "dropped");
    answer.end();
    EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nX-A: a  Set-Cookie: b  \tc\r\nContent-Length: 0\r\n\r\n");
}

TEST(Answer, IsAbandonedWithoutTraceAndStartedAgain) {
    std::string out = "before";
    Answer answer(out, {});
    answer.start(200);
    answer.begin_body().append("half an ans");
    answer.abandon();
    EXPECT_EQ(out, "before");
    EXPECT_FALSE(answer.started());
    answer.close_after();
    answer.start(500);
    answer.end();
    EXPECT_EQ(out, "beforeHTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}

TEST(Answer, TellsAnOldClientThatItMayStay) {
    std::string out;
    Answer answer(out, {.announce_keep_alive = true});
    answer.start(204);
    answer.end();
    EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace koine::http
