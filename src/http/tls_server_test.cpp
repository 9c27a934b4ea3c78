#include "http/server.hpp"
#include "http/test_tls.hpp"

#include <gtest/gtest.h>

#include <random>

namespace koine::http::testing {
namespace {

using std::chrono::milliseconds;

TEST(TlsServer, AnswersInBothVersionsOnOneConnection) {
    TlsServer server;
    EXPECT_EQ(server->url(), fmt::format("https://127.0.0.1:{}", server->port()));
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto client = server.connect(version);
        EXPECT_EQ(SSL_version(client.session()), version);
        for (int i = 0; i < 3; ++i) {
            client.get("/secure");
            EXPECT_EQ(client.answer().body, "https");
        }
        client.say("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(client.answer().status, 200);
        EXPECT_TRUE(client.closed());
        EXPECT_EQ(SSL_get_shutdown(client.session()), SSL_RECEIVED_SHUTDOWN);
    }
    eventually([&] { return server->connections() == 0; });
}

TEST(TlsServer, RefusesWhatIsOldOrUnknown) {
    TlsServer server;
    struct Case {
        std::string_view name;
        int version;
        char const* ciphers;
        std::string_view protocols;
        bool accepted;
    };
    for (auto const& [name, version, ciphers, protocols, accepted] : std::initializer_list<Case>{
             {"TLS 1.1", TLS1_1_VERSION, "ALL:@SECLEVEL=0", "", false},
             {"no forward secrecy", TLS1_2_VERSION, "AES128-GCM-SHA256", "", false},
             {"CBC", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", "", false},
             {"GCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", "", true},
             {"offers HTTP/2 too", 0, nullptr, "\x02h2\x08http/1.1", true},
             {"offers HTTP/2 only", 0, nullptr, "\x02h2", false},
         }) {
        SCOPED_TRACE(name);
        auto const context = client_context(version);
        if (ciphers != nullptr) ASSERT_EQ(SSL_CTX_set_cipher_list(context.get(), ciphers), 1);
        auto const* const offered = reinterpret_cast<unsigned char const*>(protocols.data());
        SSL_CTX_set_alpn_protos(context.get(), offered, static_cast<unsigned>(protocols.size()));
        Client client(server->port());
        ASSERT_EQ(client.secure(context.get()), accepted);
        if (!accepted) {
            ERR_clear_error();
            continue;
        }
        client.get("/echo");
        EXPECT_EQ(client.answer().status, 200);
        unsigned char const* chosen = nullptr;
        unsigned length = 0;
        SSL_get0_alpn_selected(client.session(), &chosen, &length);
        EXPECT_EQ(length, protocols.empty() ? 0u : 8u);
    }
    eventually([&] { return server->connections() == 0; });
}

TEST(TlsServer, ResumesSessions) {
    TlsServer server;
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto const context = client_context(version);
        Client first(server->port());
        ASSERT_TRUE(first.secure(context.get()));
        first.get("/");
        EXPECT_EQ(first.answer().status, 200);
        std::unique_ptr<SSL_SESSION, FreedBy<SSL_SESSION_free>> const session(SSL_get1_session(first.session()));
        Client second(server->port());
        ASSERT_TRUE(second.secure(context.get(), session.get()));
        EXPECT_EQ(SSL_session_reused(second.session()), 1);
        second.get("/");
        EXPECT_EQ(second.answer().status, 200);
    }
}

TEST(TlsServer, AnswersPipelinedRequestsHoweverTheyAreCut) {
    TlsServer server;
    std::string bytes;
    std::size_t done = 0;
    for (int i = 0; i < 1'000; ++i) bytes += fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", i);
    for (std::size_t const part : {bytes.size(), std::size_t{4'096}, std::size_t{7}}) {
        auto client = server.connect();
        std::jthread sender([&] {
            for (std::size_t at = 0; at < bytes.size(); at += part) EXPECT_TRUE(client.say(std::string_view(bytes).substr(at, part)));
        });
        done += 1'000;
        eventually([&] { return server.stage().logged().size() == done; });
        sender.join();
        for (int i = 0; i < 1'000; ++i) ASSERT_EQ(client.answer().body, fmt::format("GET /{} [h] 127.0.0.1 ", i));
    }
}

TEST(TlsServer, AnswersARequestThatComesWithTheEndOfTheHandshake) {
    TlsServer server;
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client client(server->port());
        Session const session(SSL_new(client_context(version).get()));
        auto* const incoming = BIO_new(BIO_s_mem());
        auto* const outgoing = BIO_new(BIO_s_mem());
        SSL_set_bio(session.get(), incoming, outgoing);
        auto const send_all = [&] {
            char* bytes = nullptr;
            auto const size = BIO_get_mem_data(outgoing, &bytes);
            EXPECT_TRUE(client.say_raw({bytes, static_cast<std::size_t>(size)}));
            BIO_reset(outgoing);
        };
        auto const receive_some = [&] {
            char part[16'384];
            auto const size = ::recv(client.descriptor(), part, sizeof part, 0);
            ASSERT_GT(size, 0);
            BIO_write(incoming, part, static_cast<int>(size));
        };
        while (SSL_connect(session.get()) != 1) {
            send_all();
            receive_some();
        }
        std::string_view const request = "GET /secure HTTP/1.1\r\nHost: h\r\n\r\n";
        SSL_write(session.get(), request.data(), static_cast<int>(request.size()));
        send_all();
        char answer[1'000];
        while (SSL_read(session.get(), answer, sizeof answer) <= 0 && !HasFatalFailure()) receive_some();
        EXPECT_EQ(std::string_view(answer, 15), "HTTP/1.1 200 OK");
    }
}

TEST(TlsServer, TakesBigBodies) {
    TlsServer server;
    auto client = server.connect();
    std::string const body(3'000'000, 'b');
    client.say(fmt::format("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.size()));
    client.say(body);
    EXPECT_EQ(client.answer().body, "POST /echo [h] 127.0.0.1 " + body);
    client.get("/echo");
    EXPECT_EQ(client.answer().status, 200);
}

TEST(TlsServer, SendsBigAnswersToSlowReaders) {
    TlsServer server;
    for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        auto client = server.connect(version, 8'192);
        client.get("/big?10485760");
        client.get("/secure");
        eventually([&] { return !server.stage().logged().empty(); });
        EXPECT_EQ(client.answer().body, std::string(10'485'760, 'x'));
        EXPECT_EQ(client.answer().body, "https");
    }
}

TEST(TlsServer, SendsFinishedAnswersWhileALaterOneTakesItsTime) {
    TlsServer server;
    auto client = server.connect();
    client.say("GET /big?60000 HTTP/1.1\r\nHost: h\r\n\r\nGET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /last HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer().body.size(), 60'000u);
    eventually([&] { return server.stage().running == 1; });
    server.stage().release = true;
    EXPECT_EQ(client.answer().body, "GET /wait [h] 127.0.0.1 ");
    EXPECT_EQ(client.answer().body, "GET /last [h] 127.0.0.1 ");
}

TEST(TlsServer, AnswersAClientThatHalfClosed) {
    TlsServer server;
    auto client = server.connect();
    client.get("/a");
    client.get("/b");
    client.finish_sending();
    EXPECT_EQ(client.answer().body, "GET /a [h] 127.0.0.1 ");
    EXPECT_EQ(client.answer().body, "GET /b [h] 127.0.0.1 ");
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(SSL_get_shutdown(client.session()), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

TEST(TlsServer, RefusalsReachAClientThatIsStillSending) {
    TlsServer server;
    auto client = server.connect();
    client.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n");
    client.say(std::string(9'000'000, 'b'));
    EXPECT_EQ(client.answer().status, 413);
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(SSL_get_shutdown(client.session()), SSL_RECEIVED_SHUTDOWN);
}

TEST(TlsServer, OutlivesClientsThatGoInTheMiddle) {
    TlsServer server;
    for (int round = 0; round < 20; ++round) {
        auto reading = server.connect(0, 4'096);
        reading.get("/big?5000000");
        auto waiting = server.connect();
        waiting.get("/wait");
        eventually([&] { return server.stage().running == 1; });
        Client shaking(server->port());
        shaking.say("\x16\x03\x01\x02");
        if (round % 2 == 0) {
            reading.reset();
            waiting.reset();
            shaking.reset();
        } else {
            reading.close();
            waiting.close();
            shaking.close();
        }
        eventually([&] { return server->connections() == 0; });
    }
    EXPECT_EQ(server.stage().cancelled, 20);
}

TEST(TlsServer, TellsPlainHttpToUseHttps) {
    TlsServer server;
    for (std::string_view const said : {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "P", "put / HTTP/1.1\r\n"}) {
        Client client(server->port());
        client.say(said);
        auto const seen = client.answer();
        EXPECT_EQ(seen.status, 400);
        EXPECT_TRUE(seen.has("Content-Type: text/plain; charset=utf-8"));
        EXPECT_TRUE(seen.has("Connection: close"));
        EXPECT_NE(seen.body.find("use https://"), std::string::npos);
        EXPECT_TRUE(client.closed());
    }
    Client big(server->port());
    big.say("POST / HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(1'000'000, 'b'));
    EXPECT_EQ(big.answer().status, 400);
    EXPECT_EQ(server.stage().logged().front(), "  400 75");
}

TEST(TlsServer, ClosesQuietlyOnGarbage) {
    auto options = RunningServer::quick();
    options.workers = 2;
    TlsServer server(options);
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        Client client(server->port());
        std::string bytes = round % 4 == 0 ? "" : "\x16\x03\x01";
        if (round % 4 == 2) bytes += std::string("\x01\x00\x01\x00\x00\xfc\x03\x03", 8);
        for (auto length = 1 + random() % 600; length > 0; --length) bytes.push_back(static_cast<char>(random() | 0x80));
        client.say(bytes);
        if (round % 5 == 0) client.reset();
        client.close();
    }
    std::string const forged("\x17\x03\x03\x00\x20garbagegarbagegarbagegarbagegarb", 37);
    for (std::string const& garbage : {forged, std::string("GET / HTTP/1.1\r\n\r\n"), std::string(20, '\xff')}) {
        auto client = server.connect();
        client.get("/secure");
        EXPECT_EQ(client.answer().body, "https");
        client.say_raw(garbage);
        EXPECT_TRUE(client.closed());
        ERR_clear_error();
    }
    eventually([&] { return server->connections() == 0; });
    EXPECT_EQ(server.stage().logged().size(), 3u);
}

TEST(TlsServer, ClosesConnectionsWhoseTimeIsOver) {
    auto options = RunningServer::quick();
    options.idle_timeout = options.head_timeout = milliseconds(60);
    TlsServer server(options);
    for (std::string_view const said : {"", "\x16", "\x16\x03\x01\x01\x40\x01"}) {
        Client client(server->port());
        client.say(said);
        EXPECT_TRUE(client.closed());
    }
    struct Case {
        std::string_view name, said, raw;
        int status;
    };
    for (auto const& [name, said, raw, status] : std::initializer_list<Case>{
             {"idle", "", "", 0},
             {"in a head", "GET / HTTP/1.1\r\n", "", 408},
             {"in a record", "", "\x17\x03\x03\x01\x40some of it", 408},
         }) {
        SCOPED_TRACE(name);
        auto client = server.connect();
        if (!said.empty()) client.say(said);
        client.say_raw(raw);
        EXPECT_EQ(client.answer().status, status);
        EXPECT_TRUE(client.closed());
        EXPECT_EQ(SSL_get_shutdown(client.session()), SSL_RECEIVED_SHUTDOWN);
    }
    eventually([&] { return server->connections() == 0; });
}

TEST(TlsServer, GivesUpOnAClientThatNeverReads) {
    auto options = RunningServer::quick();
    options.write_timeout = milliseconds(80);
    TlsServer server(options);
    auto client = server.connect(0, 4'096);
    client.get("/big?50000000");
    eventually([&] { return !server.stage().logged().empty(); });
    eventually([&] { return server->connections() == 0; });
}

TEST(TlsServer, FollowsKeyUpdatesAndRefusesRenegotiation) {
    TlsServer server;
    auto client = server.connect(TLS1_3_VERSION);
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(SSL_key_update(client.session(), i % 2 == 0 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED), 1);
        if (i % 10 == 0) SSL_do_handshake(client.session());
        client.get("/secure");
        ASSERT_EQ(client.answer().body, "https");
    }
    auto older = server.connect(TLS1_2_VERSION);
    ASSERT_EQ(SSL_renegotiate(older.session()), 1);
    EXPECT_NE(SSL_do_handshake(older.session()), 1);
    ERR_clear_error();
}

TEST(TlsServer, LimitsWhatUnfinishedHandshakesHold) {
    auto options = RunningServer::quick();
    options.max_held_bytes = 100'000;
    TlsServer server(options);
    std::vector<Client> begun;
    for (int i = 0; i < 3; ++i) begun.emplace_back(server->port());
    eventually([&] { return server->connections() == 3; });
    for (auto& client : begun) client.say("\x16\x03\x01\x01\x40\x01");
    eventually([&] { return server->connections() == 2; });
    begun.clear();
    eventually([&] { return server->connections() == 0; });
    auto client = server.connect();
    client.get("/secure");
    EXPECT_EQ(client.answer().body, "https");
}

TEST(TlsServer, RefusesConnectionsBeyondTheMaximum) {
    auto options = RunningServer::quick();
    options.max_connections = 1;
    TlsServer server(options);
    auto first = server.connect();
    auto second = server.connect();
    second.get("/");
    EXPECT_EQ(second.answer().status, 503);
    EXPECT_TRUE(second.closed());
}

TEST(TlsServer, EndsGracefully) {
    TlsServer server;
    auto idle = server.connect();
    Client silent(server->port());
    auto busy = server.connect();
    busy.get("/wait");
    eventually([&] { return server.stage().running == 1 && server->connections() == 3; });
    server->stop();
    EXPECT_TRUE(idle.closed());
    EXPECT_EQ(SSL_get_shutdown(idle.session()), SSL_RECEIVED_SHUTDOWN);
    EXPECT_TRUE(silent.closed());
    server.stage().release = true;
    EXPECT_EQ(busy.answer().status, 200);
    EXPECT_TRUE(busy.closed());
}

TEST(TlsServer, TakesARenewedCertificateWithoutARestart) {
    TlsServer server(RunningServer::quick(), milliseconds(1));
    auto const name_now = [&] {
        std::this_thread::sleep_for(milliseconds(3));
        auto client = server.connect();
        Certificate const certificate(SSL_get1_peer_certificate(client.session()));
        return common_name(certificate.get());
    };
    auto kept = server.connect();
    EXPECT_EQ(name_now(), "first");

    TestCertificate const second("second");
    server.folder.write("cert.pem", second.certificate);
    EXPECT_EQ(name_now(), "first");
    EXPECT_TRUE(server.told().empty()) << "the key may follow at once";
    server.folder.write("key.pem", second.key);
    EXPECT_EQ(name_now(), "second");
    ASSERT_EQ(server.told().size(), 1u);
    EXPECT_NE(server.told().back().find("cert.pem: changed, and in use; valid until "), std::string::npos);

    server.folder.write("cert.pem", "nonsense");
    for (int i = 0; i < 4; ++i) EXPECT_EQ(name_now(), "second");
    ASSERT_EQ(server.told().size(), 2u);
    EXPECT_TRUE(server.told().back().ends_with("; the certificate loaded before stays in use")) << server.told().back();
    std::filesystem::remove(server.folder.file("cert.pem"));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(name_now(), "second");
    EXPECT_EQ(server.told().size(), 3u);

    TestCertificate const third("third", -2);
    server.folder.write("key.pem", third.key);
    server.folder.write("cert.pem", third.certificate);
    EXPECT_EQ(name_now(), "third");
    EXPECT_NE(server.told().back().find("expired"), std::string::npos);
    kept.get("/secure");
    EXPECT_EQ(kept.answer().body, "https");
}

TEST(TlsServer, RenewsUnderManyHandshakes) {
    auto options = RunningServer::quick();
    options.workers = 2;
    TlsServer server(options, milliseconds(1));
    std::atomic<bool> over = false;
    std::vector<std::jthread> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&] {
            while (!over) {
                auto client = server.connect();
                client.get("/secure");
                EXPECT_EQ(client.answer().body, "https");
            }
        });
    for (int i = 0; i < 20; ++i) {
        TestCertificate const next(fmt::format("number {}", i));
        server.folder.write("key.pem", next.key);
        server.folder.write("cert.pem", next.certificate);
        std::this_thread::sleep_for(milliseconds(5));
    }
    eventually([&] { return !server.told().empty(); });
    over = true;
}

}  // namespace
}  // namespace koine::http::testing
