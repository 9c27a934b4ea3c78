#include "http/server.hpp"

#include "http/test_client.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <sys/resource.h>

namespace koine::http::testing {
namespace {

TEST(Server, AnswersRequestAfterRequestOnOneConnection) {
    RunningServer server;
    Client client(server);
    for (int i = 0; i < 3; ++i) {
        client.get("/echo?" + std::to_string(i));
        auto const seen = client.answer();
        EXPECT_EQ(seen.status, 200);
        EXPECT_EQ(seen.body, fmt::format("GET /echo?{} [h] 127.0.0.1 ", i));
        EXPECT_TRUE(seen.has("Server: koine"));
        EXPECT_NE(seen.head.find(" GMT\r\n"), std::string::npos);
        EXPECT_EQ(seen.head.find("Connection:"), std::string::npos);
    }
    EXPECT_EQ(server->connections(), 1u);
    client.close();
    eventually([&] { return server->connections() == 0; });
    EXPECT_EQ(server.stage.logged(), (std::vector<std::string>{"GET /echo?0 200 26", "GET /echo?1 200 26", "GET /echo?2 200 26"}));
}

TEST(Server, KeepsOrClosesAsTheClientAsks) {
    struct Case {
        std::string_view request;
        int status;
        bool to_head, closes;
        std::string_view line;
    };
    RunningServer server;
    for (auto const& [request, status, to_head, closes, line] : std::initializer_list<Case>{
             {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 200, false, true, "Connection: close"},
             {"GET / HTTP/1.0\r\n\r\n", 200, false, true, "Connection: close"},
             {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, false, false, "Connection: keep-alive"},
             {"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", 200, true, false, "Server: koine"},
             {"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 200, true, true, "Connection: close"},
             {"GET /empty HTTP/1.1\r\nHost: h\r\n\r\n", 204, false, false, "Server: koine"},
             {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 200, false, false, "Server: koine"},
             {"GET http://x/a HTTP/1.1\r\nHost: h\r\n\r\n", 200, false, false, "Server: koine"},
             {"GET / HTTP/1.1\r\nHost: h\r\nX-Request-ID: mine-1\r\n\r\n", 200, false, false, "X-Request-ID: mine-1"},
             {"GET / HTTP/1.1\r\n\r\n", 400, false, true, "Connection: close"},
             {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400, false, true, "Connection: close"},
             {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, false, true, "Connection: close"},
             {"\x16\x03\x01\x02", 400, false, true, "Connection: close"},
             {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413, false, true, "Connection: close"},
             {"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
              413,
              false,
              true,
              "Connection: close"},
             {"GET /throw HTTP/1.1\r\nHost: h\r\n\r\n", 500, false, true, "Connection: close"},
             {"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n", 500, false, true, "Connection: close"},
             {"GET /half HTTP/1.1\r\nHost: h\r\n\r\n", 500, false, true, "Connection: close"},
         }) {
        SCOPED_TRACE(request);
        Client client(server);
        client.say(request);
        auto const seen = client.answer(to_head);
        EXPECT_EQ(seen.status, status) << seen.head;
        EXPECT_TRUE(seen.has(line)) << seen.head;
        if (closes) {
            EXPECT_TRUE(client.closed());
        } else {
            client.get("/again");
            EXPECT_EQ(client.answer().status, 200);
        }
    }
}

TEST(Server, MakesRequestIdsThatDiffer) {
    RunningServer server;
    Client client(server);
    client.say("GET / HTTP/1.1\r\nHost: h\r\nX-Request-ID: a b\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
    auto const id = [](Seen const& seen) { return seen.head.substr(seen.head.find("X-Request-ID: ") + 14, 16); };
    auto const first = id(client.answer());
    auto const second = id(client.answer());
    EXPECT_EQ(first.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(first, second);
}

TEST(Server, ReadsRequestsThatArriveByteByByte) {
    RunningServer server;
    Client client(server);
    std::string_view const bytes =
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nPOST /b HTTP/1.1\r\nHost: "
        "h\r\nContent-Length: 2\r\n\r\nde";
    for (char const byte : bytes) client.say({&byte, 1});
    EXPECT_EQ(client.answer().body, "POST /a [h] 127.0.0.1 abc");
    EXPECT_EQ(client.answer().body, "POST /b [h] 127.0.0.1 de");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    RunningServer server;
    Client client(server);
    std::string bytes;
    for (int i = 0; i < 1'000; ++i) bytes += fmt::format("{} /{} HTTP/1.1\r\nHost: h\r\n\r\n", i % 7 == 0 ? "HEAD" : "GET", i);
    std::jthread const sender([&] { client.say(bytes); });
    for (int i = 0; i < 1'000; ++i) {
        auto const seen = client.answer(i % 7 == 0);
        ASSERT_EQ(seen.status, 200);
        ASSERT_EQ(seen.body, i % 7 == 0 ? "" : fmt::format("GET /{} [h] 127.0.0.1 ", i));
    }
}

TEST(Server, SendsFinishedAnswersWhileALaterOneTakesItsTime) {
    RunningServer server;
    Client client(server);
    client.say("GET /first HTTP/1.1\r\nHost: h\r\n\r\nGET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer().body, "GET /first [h] 127.0.0.1 ");
    eventually([&] { return server.stage.running == 1; });
    server.stage.release = true;
    EXPECT_EQ(client.answer().body, "GET /wait [h] 127.0.0.1 ");
    EXPECT_EQ(client.answer().body, "GET /last [h] 127.0.0.1 ");
}

TEST(Server, SaysContinueOnlyIfTheBodyIsWaitedFor) {
    RunningServer server;
    Client client(server);
    client.say("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.answer().status, 100);
    client.say("abcPOST /b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\ndef");
    EXPECT_EQ(client.answer().body, "POST /a [h] 127.0.0.1 abc");
    EXPECT_EQ(client.answer().body, "POST /b [h] 127.0.0.1 def");
}

TEST(Server, TakesBigBodiesAndSendsBigAnswers) {
    RunningServer server;
    Client client(server);
    std::string const body(3'000'000, 'b');
    client.say(fmt::format("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.size()));
    client.say(body);
    EXPECT_EQ(client.answer().body, "POST /echo [h] 127.0.0.1 " + body);
    client.get("/big?20000000");
    EXPECT_EQ(client.answer().body.size(), 20'000'000u);
    client.get("/echo");
    EXPECT_EQ(client.answer().status, 200);
}

TEST(Server, RefusalsReachAClientThatIsStillSending) {
    RunningServer server;
    for (std::string_view const head :
         {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n895440\r\n"}) {
        Client client(server);
        client.say(head);
        client.say(std::string(9'000'000, 'b'));
        EXPECT_EQ(client.answer().status, 413);
        EXPECT_TRUE(client.closed());
    }
    Client client(server);
    client.say("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1'000'000, 'x'));
    EXPECT_EQ(client.answer().status, 431);
    EXPECT_TRUE(client.closed());
}

TEST(Server, AnswersAClientThatHalfClosed) {
    RunningServer server;
    Client client(server);
    client.get("/a");
    client.get("/b");
    client.finish_sending();
    EXPECT_EQ(client.answer().body, "GET /a [h] 127.0.0.1 ");
    EXPECT_EQ(client.answer().body, "GET /b [h] 127.0.0.1 ");
    EXPECT_TRUE(client.closed());

    Client broken_off(server);
    broken_off.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
    broken_off.finish_sending();
    EXPECT_TRUE(broken_off.closed());
}

TEST(Server, ClosesConnectionsWhoseTimeIsOver) {
    auto options = RunningServer::quick();
    options.idle_timeout = options.head_timeout = options.body_timeout = std::chrono::milliseconds(60);
    RunningServer server(options);
    struct Case {
        std::string_view name, said;
        int status;  // 0: closed without a word
    };
    for (auto const& [name, said, status] : std::initializer_list<Case>{
             {"never says anything", "", 0},
             {"stops in the request line", "GET /", 408},
             {"stops in a field", "GET / HTTP/1.1\r\nHost:", 408},
             {"stops in the body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc", 408},
             {"stops in a chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", 408},
             {"stops in the next request", "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET", 408},
         }) {
        SCOPED_TRACE(name);
        Client client(server);
        client.say(said);
        if (said.ends_with("GET")) EXPECT_EQ(client.answer().status, 200);
        if (status != 0) EXPECT_EQ(client.answer().status, status);
        EXPECT_TRUE(client.closed());
    }
    eventually([&] { return server->connections() == 0; });
}

TEST(Server, ADripDoesNotBuyTime) {
    auto options = RunningServer::quick();
    options.head_timeout = options.body_timeout = std::chrono::milliseconds(100);
    RunningServer server(options);
    for (std::string_view const start :
         {"GET / HTTP/1.1\r\nHost: h\r\nX: ", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"}) {
        Client client(server);
        client.say(start);
        auto const begun = std::chrono::steady_clock::now();
        std::atomic<bool> over = false;
        std::jthread const drip([&] {
            while (!over && client.say("x")) std::this_thread::sleep_for(std::chrono::milliseconds(3));
        });
        EXPECT_EQ(client.answer().status, 408);
        over = true;
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    }
}

TEST(Server, GivesUpOnAClientThatNeverReads) {
    auto options = RunningServer::quick();
    options.write_timeout = std::chrono::milliseconds(80);
    RunningServer server(options);
    Client big(server->port(), 4096);
    big.get("/big?50000000");
    Client many(server->port(), 4096);
    std::string bytes;
    for (int i = 0; i < 2'000; ++i) bytes += "GET /big?10000 HTTP/1.1\r\nHost: h\r\n\r\n";
    many.say(bytes);
    eventually([&] { return server->connections() == 2; });
    auto const begun = std::chrono::steady_clock::now();
    eventually([&] { return server->connections() == 0; });
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    EXPECT_LT(server.stage.logged().size(), 2'000u);
}

TEST(Server, RefusesBodiesAndSlowTakersWhenTheyHoldTooMuch) {
    auto options = RunningServer::quick();
    options.max_held_bytes = 300'000;
    RunningServer server(options);
    {
        Client big(server);
        big.say("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n" + std::string(900'000, 'b'));
        EXPECT_EQ(big.answer().body, "overloaded");
        EXPECT_TRUE(big.closed());
    }
    eventually([&] { return server->connections() == 0; });
    Client small(server);
    small.say("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'b'));
    EXPECT_EQ(small.answer().status, 200);
    Client slow(server->port(), 4096);
    slow.get("/big?50000000");
    eventually([&] { return server->connections() == 1; });
}

TEST(Server, CancelsWhatNobodyWaitsFor) {
    RunningServer server;
    auto gone = std::make_unique<Client>(server);
    gone->get("/wait");
    Client reset(server);
    reset.get("/wait");
    Client behind_more_input(server);
    behind_more_input.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\n");
    Client patient(server);
    patient.get("/wait");
    eventually([&] { return server.stage.running == 4; });
    gone.reset();
    reset.reset();
    behind_more_input.close();
    eventually([&] { return server.stage.cancelled == 3; });
    EXPECT_EQ(server.stage.running, 1);
    server.stage.release = true;
    EXPECT_EQ(patient.answer().status, 200);
}

TEST(Server, RefusesConnectionsBeyondTheMaximum) {
    auto options = RunningServer::quick();
    options.max_connections = 2;
    RunningServer server(options);
    auto first = std::make_unique<Client>(server);
    Client second(server);
    first->get("/");
    second.get("/");
    EXPECT_EQ(first->answer().status, 200);
    EXPECT_EQ(second.answer().status, 200);
    Client small(server);
    small.get("/");
    EXPECT_EQ(small.answer().status, 503);
    EXPECT_TRUE(small.closed());
    small.close();
    first.reset();
    eventually([&] { return server->connections() == 1; });
    Client fourth(server);
    fourth.get("/");
    EXPECT_EQ(fourth.answer().status, 200);
}

TEST(Server, EndsGracefully) {
    auto options = RunningServer::quick();
    options.workers = 2;
    RunningServer server(options);
    Client idle(server);
    Client fresh(server);
    idle.get("/");
    EXPECT_EQ(idle.answer().status, 200);
    Client busy(server);
    busy.say("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /after HTTP/1.1\r\nHost: h\r\n\r\n");
    Client sending(server);
    sending.say("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    eventually([&] { return server.stage.running == 1 && server->connections() == 4; });
    server->stop();
    server->stop();
    EXPECT_TRUE(idle.closed());
    EXPECT_TRUE(fresh.closed());
    EXPECT_FALSE(server.ended);
    server.stage.release = true;
    EXPECT_EQ(busy.answer().status, 200);
    sending.say("bc");
    auto const last = sending.answer();
    EXPECT_EQ(last.body, "POST /echo [h] 127.0.0.1 abc");
    EXPECT_TRUE(last.has("Connection: close"));
    EXPECT_TRUE(sending.closed());
    eventually([&] { return server.ended.load(); });
}

TEST(Server, EndsByForceWhenTheTimeIsOver) {
    auto options = RunningServer::quick();
    options.drain_timeout = std::chrono::milliseconds(50);
    RunningServer server(options);
    Client waiting(server);
    waiting.get("/wait");
    Client sending(server);
    sending.say("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    eventually([&] { return server.stage.running == 1 && server->connections() == 2; });
    server->stop();
    EXPECT_EQ(sending.answer().status, 503);
    eventually([&] { return server.stage.cancelled == 1; });
    sending.close();
    eventually([&] { return server.ended.load(); });
}

TEST(Server, MayBeStoppedBeforeItRunsOrNeverRun) {
    auto const factory = [](unsigned, boost::asio::io_context& context) -> Result<std::unique_ptr<Handler>> {
        static Stage stage;
        return std::unique_ptr<Handler>(std::make_unique<StageHandler>(stage, context));
    };
    auto never = Server::listen({}, factory).value();
    auto stopped = Server::listen({}, factory).value();
    stopped->stop();
    stopped->run();
}

TEST(Server, SaysWhyItCannotListen) {
    auto const factory = [](unsigned worker, boost::asio::io_context&) -> Result<std::unique_ptr<Handler>> {
        return Problem(Reason::database_unavailable).with("worker", worker);
    };
    RunningServer server;
    struct Case {
        std::string host;
        std::uint16_t port;
        std::string want;
    };
    for (auto const& [host, port, want] : std::initializer_list<Case>{
             {"127.0.0.1", server->port(), fmt::format("port {} on 127.0.0.1 is in use", server->port())},
             {"0.0.0.0", server->port(), fmt::format("port {} on 0.0.0.0 is in use", server->port())},
             {"192.0.2.7", 0, "192.0.2.7 is not an address of this machine"},
             {"no such host", 0, "the host 'no such host' is neither an address nor a name that can be found"},
             {"127.0.0.1", 0, "database_unavailable"},
         }) {
        ServerOptions options;
        options.host = host;
        options.port = port;
        auto const result = Server::listen(options, factory);
        ASSERT_TRUE(result.has_error());
        EXPECT_EQ(describe(result.error()), want);
    }
}

TEST(Server, ListensOnNamesAndOnIPv6) {
    auto options = RunningServer::quick();
    options.host = "localhost";
    EXPECT_NE(RunningServer(options)->port(), 0);
    options.host = "[::1]";
    auto const factory = [](unsigned, boost::asio::io_context&) -> Result<std::unique_ptr<Handler>> { return std::unique_ptr<Handler>(); };
    auto const six = Server::listen(options, factory);
    if (six.has_error()) GTEST_SKIP() << describe(six.error());
    EXPECT_EQ(six.value()->url(), fmt::format("http://[::1]:{}", six.value()->port()));
    options.host = "::";
    RunningServer both(options);
    Client client(both);
    client.get("/");
    EXPECT_EQ(client.answer().body, "GET / [h] 127.0.0.1 ");
}

TEST(Server, OutlivesNoise) {
    auto options = RunningServer::quick();
    options.workers = 2;
    options.idle_timeout = options.head_timeout = options.body_timeout = std::chrono::milliseconds(50);
    RunningServer server(options);
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        Client client(server);
        std::string bytes = round % 2 == 0 ? "POST /big?70000 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" : "";
        std::string_view const nearly = "0123456789abc\r\n;: ";
        for (auto length = random() % 300; length > 0; --length)
            bytes.push_back(round % 3 == 0 ? nearly[random() % nearly.size()] : static_cast<char>(random()));
        client.say(bytes);
        if (round % 5 == 0) client.reset();
        if (round % 5 == 1) client.finish_sending();
    }
    Client client(server);
    client.get("/");
    EXPECT_EQ(client.answer().status, 200);
    eventually([&] { return server->connections() == 0; });
}

TEST(Server, WaitsOutALackOfFiles) {
    RunningServer server;
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    Client first(server);
    first.get("/");
    EXPECT_EQ(first.answer().status, 200);
    std::vector<int> hoard;
    auto low = before;
    low.rlim_cur = 64;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    for (int copy = 0; (copy = ::dup(0)) >= 0;) hoard.push_back(copy);
    ASSERT_FALSE(hoard.empty());
    ::close(hoard.back());
    hoard.pop_back();
    Client starved(server);
    starved.get("/");
    first.get("/");
    EXPECT_EQ(first.answer().status, 200);
    for (int const copy : hoard) ::close(copy);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(starved.answer().status, 200);
}

}  // namespace
}  // namespace koine::http::testing
