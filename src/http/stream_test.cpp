#include "http/server.hpp"
#include "http/test_client.hpp"

#include <gtest/gtest.h>

namespace koine::http::testing {
namespace {

constexpr std::size_t kPiece = 256UL * 1024;

std::string pattern(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += Pattern::at(i);
    return text;
}

TEST(Stream, ArrivesWholeAndInOrderBetweenOtherAnswers) {
    RunningServer server;
    Client client(server);
    for (std::size_t const bytes : {0UL, 1UL, kPiece - 1, kPiece, kPiece + 1, 5 * kPiece + 7}) {
        client.say(fmt::format(
            "GET /echo HTTP/1.1\r\nHost: h\r\n\r\nGET /stream?{} HTTP/1.1\r\nHost: h\r\n\r\nGET /echo HTTP/1.1\r\nHost: h\r\n\r\n", bytes
        ));
        EXPECT_EQ(client.answer().status, 200);
        auto const seen = client.answer();
        EXPECT_TRUE(seen.has(fmt::format("Content-Length: {}", bytes))) << seen.head;
        EXPECT_TRUE(seen.body == pattern(bytes)) << bytes;
        EXPECT_EQ(client.answer().status, 200);
    }
    EXPECT_EQ(server.stage.logged()[1], "GET /stream?0 200 0");
    EXPECT_EQ(server.stage.logged()[4], "GET /stream?1 200 1");
}

TEST(Stream, TellsAHeadItsLengthAndReadsNothing) {
    RunningServer server;
    Client client(server);
    client.say("HEAD /stream?1000 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(client.answer(true).has("Content-Length: 1000"));
    client.get("/echo");
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(server.stage.pieces, 0);
}

TEST(Stream, ClosesBehindItWhereThatWasAsked) {
    RunningServer server;
    Client client(server);
    client.say("GET /stream?600000 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.answer().body == pattern(600'000));
    EXPECT_TRUE(client.closed());
}

TEST(Stream, IsReadNoFasterThanItIsTaken) {
    RunningServer server;
    Client client(server->port(), 64 * 1024);
    constexpr std::size_t kBytes = 64UL << 20U;
    client.get(fmt::format("/stream?{}", kBytes));
    eventually([&] { return server.stage.pieces > 0; });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    auto const early = server.stage.pieces.load();
    EXPECT_LT(early, 64) << "a quarter of it is not in anybody's memory";
    Client other(server);
    other.get("/echo");
    EXPECT_EQ(other.answer().status, 200);
    EXPECT_EQ(client.answer().body.size(), kBytes);
    EXPECT_EQ(server.stage.pieces, static_cast<int>(kBytes / kPiece));
}

TEST(Stream, EndsWithoutItsRestWhereThatCannotBeRead) {
    RunningServer server;
    Client client(server);
    client.get(fmt::format("/broken?{}", 3 * kPiece));
    EXPECT_EQ(client.answer().status, 0) << "less came than was promised";
    eventually([&] { return server->connections() == 0; });
}

TEST(Stream, IsNotWaitedForLongerThanAnswersAre) {
    auto options = RunningServer::quick();
    options.write_timeout = std::chrono::milliseconds(100);
    RunningServer server(options);
    Client client(server->port(), 64 * 1024);
    client.get("/stream?1000000000");
    eventually([&] { return server.stage.pieces > 0; });
    eventually([&] { return server->connections() == 0; });
}

TEST(Stream, IsForgottenWithItsClient) {
    RunningServer server;
    {
        Client client(server);
        client.get("/stream?1000000000");
        eventually([&] { return server.stage.pieces > 0; });
        client.reset();
    }
    eventually([&] { return server->connections() == 0; });
}

TEST(Stream, IsFinishedByAServerThatStopsIfThereIsTime) {
    auto options = RunningServer::quick();
    options.drain_timeout = std::chrono::minutes(1);
    RunningServer server(options);
    Client client(server);
    client.get("/stream?30000000");
    eventually([&] { return server.stage.pieces > 0; });
    server->stop();
    EXPECT_EQ(client.answer().body.size(), 30'000'000U);
    eventually([&] { return server.ended.load(); });
}

TEST(Stream, IsCutOffByAServerThatHasNoMoreTime) {
    auto options = RunningServer::quick();
    options.drain_timeout = std::chrono::milliseconds(100);
    RunningServer server(options);
    Client client(server->port(), 64 * 1024);
    client.get("/stream?1000000000");
    eventually([&] { return server.stage.pieces > 0; });
    server->stop();
    eventually([&] { return server.ended.load(); });
}

}  // namespace
}  // namespace koine::http::testing
