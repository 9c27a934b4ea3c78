#include "http/reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace koine::http {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using Progress = Reader::Progress;

constexpr ReaderLimits kLimits = {.max_head_bytes = 32 * 1024, .max_headers = 100, .max_body_bytes = 1024 * 1024};

/// Every request of the bytes, delivered in pieces, as lines "METHOD target [host] body"; then "fault: reason detail", or "…" if one is unfinished.
std::vector<std::string> read_all(std::string_view bytes, std::size_t piece, ReaderLimits const& limits = kLimits) {
    std::vector<std::string> seen;
    Reader reader(limits);
    for (;;) {
        auto const progress = reader.advance();
        if (progress == Progress::complete) {
            auto const& request = reader.request();
            seen.push_back(std::string(request.method_text)
                               .append(" ")
                               .append(request.target)
                               .append(" [")
                               .append(request.host)
                               .append("] ")
                               .append(request.body));
            reader.next();
            continue;
        }
        if (progress == Progress::fault) {
            auto const& problem = reader.problem();
            seen.push_back(
                std::string("fault: ").append(to_string(problem.reason())).append(" ").append(problem.argument("detail").value_or(""))
            );
            return seen;
        }
        if (bytes.empty()) break;
        auto const room = reader.room();
        EXPECT_FALSE(room.empty());
        auto const count = std::min({piece, room.size(), bytes.size()});
        std::memcpy(room.data(), bytes.data(), count);
        reader.commit(count);
        bytes.remove_prefix(count);
    }
    if (reader.phase() != Reader::Phase::nothing) seen.emplace_back("…");
    return seen;
}

struct Case {
    std::string_view name;
    std::string bytes;
    std::vector<std::string> want;  // a fault is compared up to the length given
};

void check(Case const& test, ReaderLimits const& limits = kLimits) {
    for (std::size_t const piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{1000}, test.bytes.size()}) {
        SCOPED_TRACE(std::string(test.name) + " in pieces of " + std::to_string(piece));
        auto seen = read_all(test.bytes, std::max<std::size_t>(piece, 1), limits);
        if (!seen.empty() && !test.want.empty() && seen.back().starts_with("fault"))
            seen.back().resize(std::min(seen.back().size(), test.want.back().size()));
        EXPECT_EQ(seen, test.want);
    }
}

TEST(Reader, ReadsWhatIsHttp) {
    std::string const big(100'000, 'b');
    std::string const long_value(20'000, 'v');
    for (Case const& test : std::vector<Case>{
             {"get", "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n", {"GET /a?b [h] "}},
             {"1.0 without host", "GET / HTTP/1.0\r\n\r\n", {"GET / [] "}},
             {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", {"GET / [] "}},
             {"blank lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n\r\n", {"GET / [h] "}},
             {"absolute form", "GET http://x:1/a HTTP/1.1\r\nHost: h\r\n\r\n", {"GET /a [x:1] "}},
             {"absolute form without path", "GET http://x?a HTTP/1.1\r\nHost: h\r\n\r\n", {"GET /?a [x] "}},
             {"options of the server", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", {"OPTIONS * [h] "}},
             {"unknown method", "PURGE /a HTTP/1.1\r\nHost: h\r\n\r\n", {"PURGE /a [h] "}},
             {"bytes above 127", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", {"GET /\xc3\xa4 [h] "}},
             {"sized body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", {"POST / [h] abc"}},
             {"the same length twice", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", {"POST / [h] abc"}
             },
             {"empty body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", {"POST / [h] "}},
             {"big body",
              "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + big + "GET /n HTTP/1.1\r\nHost: h\r\n\r\n",
              {"PUT / [h] " + big, "GET /n [h] "}},
             {"long head",
              "GET /" + long_value + " HTTP/1.1\r\nHost: h\r\n\r\nGET /n HTTP/1.1\r\nHost: h\r\n\r\n",
              {"GET /" + long_value + " [h] ", "GET /n [h] "}},
             {"long head with body",
              "POST / HTTP/1.1\r\nHost: h\r\nX: " + long_value + "\r\nContent-Length: 100000\r\n\r\n" + big,
              {"POST / [h] " + big}},
             {"chunks",
              "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\nGET /n HTTP/1.1\r\nHost: "
              "h\r\n\r\n",
              {"POST / [h] abcd", "GET /n [h] "}},
             {"no chunks", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", {"POST / [h] "}},
             {"chunk extension and trailer",
              "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nA;x=\"y\"\r\n0123456789\r\n0;z\r\nHost: evil\r\nT: "
              "t\r\n\r\n",
              {"POST / [h] 0123456789"}},
             {"big chunk",
              "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n186A0\r\n" + big + "\r\n0\r\n\r\n",
              {"POST / [h] " + big}},
             {"unfinished", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabc", {"…"}},
             {"unfinished head", "POST / HTTP/1.1\r\nHost: h\r\n", {"…"}},
         })
        check(test);
}

TEST(Reader, RefusesWhatIsNot) {
    auto const with = [](std::string_view lines) { return std::string("POST / HTTP/1.1\r\nHost: h\r\n").append(lines).append("\r\n"); };
    std::vector<std::string> const bad = {"fault: malformed_request "};
    for (Case const& test : std::vector<Case>{
             {"noise", "\x16\x03\x01\x02\x00\x01"s, bad},
             {"control byte in method", "GE\x01T / HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"method without end", std::string(100, 'A'), bad},
             {"colon in method", "G:T / HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"blank before method", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"no target", "GET HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"blank in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"tab in target", "GET /a\tb HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"NUL in target", "GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"s, bad},
             {"DEL in target", "GET /a\x7f HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"relative target", "GET a HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"authority form", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"star for another method", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", bad},
             {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", bad},
             {"HTTP/0.9", "GET /\r\n\r\n", bad},
             {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", bad},
             {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", bad},
             {"bare line feed", "GET / HTTP/1.1\nHost: h\n\n", bad},
             {"bare carriage return", "GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n", bad},
             {"no host", "GET / HTTP/1.1\r\n\r\n", bad},
             {"two hosts", "GET / HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n", bad},
             {"bad host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", bad},
             {"path in host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", bad},
             {"folded field", with("A: b\r\n c\r\n"), bad},
             {"folded by tab", with("A: b\r\n\tc\r\n"), bad},
             {"first field folded", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", bad},
             {"blank before colon", with("A : b\r\n"), bad},
             {"no colon", with("A\r\n"), bad},
             {"no name", with(": b\r\n"), bad},
             {"NUL in value", with("A: b\0c\r\n"sv), bad},
             {"control byte in value", with("A: b\x01\r\n"), bad},
             {"length and chunks", with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), bad},
             {"chunks and length", with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), bad},
             {"two lengths", with("Content-Length: 3\r\nContent-Length: 4\r\n"), bad},
             {"list of lengths", with("Content-Length: 3, 4\r\n"), bad},
             {"negative length", with("Content-Length: -3\r\n"), bad},
             {"signed length", with("Content-Length: +3\r\n"), bad},
             {"hexadecimal length", with("Content-Length: 0x3\r\n"), bad},
             {"length without digits", with("Content-Length:\r\n"), bad},
             {"length beyond 64 bits", with("Content-Length: 99999999999999999999\r\n"), bad},
             {"other encoding", with("Transfer-Encoding: gzip\r\n"), bad},
             {"other encoding and chunks", with("Transfer-Encoding: gzip, chunked\r\n"), bad},
             {"chunks twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), bad},
             {"other encoding and length", with("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n"), bad},
             {"chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", bad},
             {"chunk without size", with("Transfer-Encoding: chunked\r\n") + "\r\nabc\r\n", bad},
             {"chunk of bad size", with("Transfer-Encoding: chunked\r\n") + "xyz\r\nabc\r\n", bad},
             {"chunk longer than told", with("Transfer-Encoding: chunked\r\n") + "2\r\nabc\r\n0\r\n\r\n", bad},
             {"chunk size beyond 64 bits", with("Transfer-Encoding: chunked\r\n") + "FFFFFFFFFFFFFFFFF\r\nabc\r\n", bad},
             {"chunk extension without end", with("Transfer-Encoding: chunked\r\n") + "2;" + std::string(20'000, 'x'), bad},
             {"body beyond the limit", with("Content-Length: 1048577\r\n"), {"fault: body_too_large "}},
             {"chunk beyond the limit", with("Transfer-Encoding: chunked\r\n") + "100001\r\n", {"fault: body_too_large "}},
             {"long target", "GET /" + std::string(40'000, 'a'), {"fault: head_too_large "}},
             {"long head", with("A: " + std::string(40'000, 'a') + "\r\n"), {"fault: head_too_large "}},
         })
        check(test);
}

TEST(Reader, CountsHeadersAndBytes) {
    auto const limits = ReaderLimits{.max_head_bytes = 1000, .max_headers = 5, .max_body_bytes = 10};
    std::string const head = "POST / HTTP/1.1\r\nHost: h\r\n";
    auto const chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    check({"five", head + "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\n\r\n", {"POST / [h] "}}, limits);
    check({"six", head + "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n\r\n", {"fault: head_too_large "}}, limits);
    check({"1000 bytes", head + "A: " + std::string(1000 - head.size() - 7, 'a') + "\r\n\r\n", {"POST / [h] "}}, limits);
    check({"1001 bytes", head + "A: " + std::string(1001 - head.size() - 7, 'a') + "\r\n\r\n", {"fault: head_too_large "}}, limits);
    check({"ten", chunked + "5\r\n12345\r\n5\r\n67890\r\n0\r\n\r\n", {"POST / [h] 1234567890"}}, limits);
    check({"eleven", chunked + "5\r\n12345\r\n6\r\n678901\r\n0\r\n\r\n", {"fault: body_too_large "}}, limits);
}

TEST(Reader, ReadsThousandsOfPipelinedRequests) {
    std::string bytes;
    std::vector<std::string> want;
    for (int i = 0; i < 2'000; ++i) {
        auto const body = std::string(static_cast<std::size_t>(i % 40), 'x');
        bytes +=
            "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        want.push_back("POST /" + std::to_string(i) + " [h] " + body);
    }
    for (std::size_t const piece : {1u, 100u, 20'000u, 1'000'000u}) EXPECT_EQ(read_all(bytes, piece), want);
}

TEST(Reader, AsksOnceWhetherToContinue) {
    struct {
        std::string_view name, head, body;
        bool want;
    } const cases[] = {
        {"asked", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n", "", true},
        {"asked for chunks", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n", "", true},
        {"body came along", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", "a", false},
        {"nothing to send", "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n", "", false},
        {"1.0", "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", "", false},
        {"something else expected", "POST / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\nContent-Length: 3\r\n\r\n", "", false},
    };
    for (auto const& [name, head, body, want] : cases) {
        SCOPED_TRACE(name);
        Reader reader(kLimits);
        for (auto const part : {head, body}) {
            std::ranges::copy(part, reader.room().begin());
            reader.commit(part.size());
        }
        reader.advance();
        EXPECT_EQ(reader.take_continue(), want);
        EXPECT_FALSE(reader.take_continue());
    }
}

TEST(Reader, KnowsWhoStays) {
    struct {
        std::string_view head;
        bool want;
    } const cases[] = {
        {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
    };
    for (auto const& [head, want] : cases) {
        Reader reader(kLimits);
        std::ranges::copy(head, reader.room().begin());
        reader.commit(head.size());
        EXPECT_EQ(reader.advance(), Progress::complete);
        EXPECT_EQ(reader.keep_alive(), want) << head;
    }
}

TEST(Reader, SurvivesDamagedRequests) {
    std::string const sound =
        "POST /a?b=c HTTP/1.1\r\nHost: h\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n12345\r\n0\r\nT: t\r\n\r\n"
        "PUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\nbody";
    auto const spice = "\0\r\n \t:;,/?0fF\x7f\xff"sv;
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        auto damaged = sound;
        for (auto hits = 1 + random() % 4; hits > 0; --hits) {
            auto const at = random() % damaged.size();
            switch (random() % 3) {
                case 0: damaged[at] = spice[random() % spice.size()]; break;
                case 1: damaged.erase(at, 1 + random() % 5); break;
                default: damaged.insert(at, 1, spice[random() % spice.size()]); break;
            }
        }
        auto const without_detail = [](std::vector<std::string> seen) {
            if (!seen.empty() && seen.back().starts_with("fault")) seen.back().resize(20);
            return seen;
        };
        EXPECT_EQ(without_detail(read_all(damaged, 1 + random() % 9)), without_detail(read_all(damaged, damaged.size()))) << damaged;
    }
}

}  // namespace
}  // namespace koine::http
