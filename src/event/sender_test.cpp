#include "event/sender.hpp"

#include "event/receiver.hpp"
#include "event/transfer.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>

namespace koine::event {
namespace {

using namespace std::chrono_literals;
using testing::Receiver;
using How = Sent::How;
using ::testing::HasSubstr;
using ::testing::Not;

class SenderTest : public ::testing::Test {
protected:
    SenderTest() {
        options_.reach.networks = {parse_address("127.0.0.0/8").value()};
        options_.connect_limit = 1000ms;
        options_.limit = 2000ms;
    }
    Sender& sender() {
        if (!sender_) {
            auto made = Sender::start(options_);
            EXPECT_TRUE(made);
            sender_ = std::move(made).value();
        }
        return *sender_;
    }
    void begin(Sending sending) {
        sender().send(std::move(sending), [this](Sent sent) {
            std::scoped_lock lock(mutex_);
            sent_.push_back(std::move(sent));
            told_.notify_all();
        });
    }
    std::vector<Sent> all(std::size_t count) {
        std::unique_lock lock(mutex_);
        told_.wait_for(lock, 60s, [&] { return sent_.size() >= count; });
        return std::exchange(sent_, {});
    }
    Sent send(Sending sending) {
        begin(std::move(sending));
        auto sent = all(1);
        EXPECT_EQ(sent.size(), 1U);
        return sent.empty() ? Sent() : sent.front();
    }
    Sent get(std::string url) { return send({.url = std::move(url)}); }
    Sent answered_by(Receiver::Answer answer) {
        Receiver const receiver(std::move(answer));
        return get(receiver.url());
    }

    SenderOptions options_;

private:
    std::mutex mutex_;
    std::condition_variable told_;
    std::vector<Sent> sent_;
    std::unique_ptr<Sender> sender_;
};

TEST_F(SenderTest, sends_what_it_is_given) {
    Receiver const receiver;
    auto const sent =
        send({"PATCH", receiver.url("/a?b=c"), {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"X-Two", "1; 2"}}, "{\"a\":1}"});
    EXPECT_EQ(sent.how, How::answered);
    EXPECT_EQ(sent.status, 200);
    auto const request = receiver.requests(1).front();
    EXPECT_THAT(request, ::testing::StartsWith("PATCH /a?b=c HTTP/1.1\r\n"));
    for (auto const* line :
         {"Content-Type: application/json\r\n",
          "X-Empty:\r\n",
          "X-Two: 1; 2\r\n",
          "Content-Length: 7\r\n",
          "User-Agent: koine/",
          "\r\n\r\n{\"a\":1}"})
        EXPECT_THAT(request, HasSubstr(line));
    EXPECT_THAT(request, Not(HasSubstr("Expect")));
    EXPECT_THAT(request, HasSubstr(fmt::format("Host: 127.0.0.1:{}\r\n", receiver.port())));
}

TEST_F(SenderTest, sends_every_method) {
    Receiver const receiver;
    for (std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}) {
        auto const sent = send({method, receiver.url(), {}, method == "GET" ? "" : "x"});
        EXPECT_EQ(sent.status, 200) << method << sent.error;
        EXPECT_THAT(receiver.requests().back(), ::testing::StartsWith(method + " /hook HTTP/1.1\r\n"));
    }
}

TEST_F(SenderTest, tells_the_status_and_follows_no_redirect) {
    for (int const status : {200, 204, 299, 301, 302, 307, 308, 400, 404, 418, 429, 500, 503}) {
        Receiver const elsewhere;
        auto const sent = answered_by(Receiver::status(status, fmt::format("Location: {}\r\n", elsewhere.url())));
        EXPECT_EQ(sent.how, How::answered) << sent.error;
        EXPECT_EQ(sent.status, status);
        EXPECT_TRUE(elsewhere.requests().empty());
    }
}

TEST_F(SenderTest, bears_servers_that_answer_badly) {
    using Line = Receiver::Line;
    struct Case {
        std::string_view what;
        Receiver::Answer answer;
        How how;
        int status;
    };
    std::string const head = "HTTP/1.1 200 OK\r\n";
    Case const cases[] = {
        {"stalls", Receiver::stalling(), How::failed, 0},
        {"goes", [](Line const&, std::string const&) {}, How::failed, 0},
        {"says no HTTP", [](Line const& line, std::string const&) { line.write("SSH-2.0-OpenSSH\r\n"); }, How::failed, 0},
        {"stalls in its head",
         [&](Line const& line, std::string const&) {
             line.write(head + "X: ");
             line.stall();
         },
         How::failed,
         200},
        {"drips",
         [&](Line const& line, std::string const&) {
             line.write(head + "Content-Length: 100000\r\n\r\n");
             while (line.write("x")) std::this_thread::sleep_for(20ms);
         },
         How::failed,
         200},
        {"a body without end",
         [&](Line const& line, std::string const&) {
             line.write(head + "\r\n");
             std::string const much(100'000, 'x');
             while (line.write(much)) {
             }
         },
         How::answered,
         200},
        {"a huge body",
         [&](Line const& line, std::string const&) {
             line.write(head + "Content-Length: 1000000000000\r\n\r\n");
             std::string const much(100'000, 'x');
             while (line.write(much)) {
             }
         },
         How::answered,
         200},
        {"a head without end",
         [&](Line const& line, std::string const&) {
             line.write(head);
             while (line.write("X-Header: some value that goes on and on\r\n")) {
             }
         },
         How::failed,
         200},
        {"interim answers without end",
         [](Line const& line, std::string const&) {
             while (line.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")) {
             }
         },
         How::failed,
         103},
        {"less than it says",
         [&](Line const& line, std::string const&) { line.write(head + "Content-Length: 100\r\n\r\nx"); },
         How::failed,
         200},
    };
    for (auto const& one : cases) {
        auto const sent = answered_by(one.answer);
        EXPECT_EQ(sent.how, one.how) << one.what << ": " << sent.error;
        EXPECT_EQ(sent.status, one.status) << one.what;
        EXPECT_EQ(sent.error.empty(), one.how == How::answered) << one.what;
    }
}

TEST_F(SenderTest, bears_a_server_that_is_not_there) {
    std::uint16_t port = 0;
    {
        port = Receiver().port();
    }
    EXPECT_EQ(get(fmt::format("http://127.0.0.1:{}/", port)).how, How::failed);
}

TEST_F(SenderTest, refuses_what_it_must_not_send_to_whatever_it_is_called) {
    options_.reach = {};
    options_.resolver = [](std::string const& host) {
        return host.ends_with(".test") ? Resolved{{}, "there is no such name"} : resolve(host);
    };
    Receiver const receiver;
    for (std::string_view host : {
             "127.0.0.1",
             "localhost",
             "LOCALHOST",
             "127.1",
             "0x7f.1",
             "0x7F000001",
             "2130706433",
             "017700000001",
             "0177.0.0.01",
             "0",
             "0.0.0.0",
             "[::]",
             "[::1]",
             "[0:0:0:0:0:0:0:1]",
             "[::ffff:127.0.0.1]",
             "[::ffff:7f00:1]",
             "[::127.0.0.1]",
             "[64:ff9b::127.0.0.1]",
             "[2002:7f00:1::]",
             "[2001:0:7f00:1::]",
             "[fe80::1]",
             "[fd00::1]",
             "10.0.0.1",
             "169.254.169.254",
             "192.168.1.1",
             "172.16.0.1",
             "100.64.0.1",
             "192.0.2.1",
             "224.0.0.1",
             "255.255.255.255",
             "%31%32%37.0.0.1",
         }) {
        auto const sent = get(fmt::format("http://{}:{}/", host, receiver.port()));
        EXPECT_EQ(sent.how, How::refused) << host << ": " << sent.error;
    }
    for (std::string_view host : {"localhost.", "127.0.0.1."})  // which not every machine's resolver knows
        EXPECT_NE(get(fmt::format("http://{}:{}/", host, receiver.port())).how, How::answered) << host;
    EXPECT_EQ(get("http://nowhere.test/").how, How::failed);
    EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(SenderTest, refuses_what_is_no_proper_url_or_request) {
    Receiver const receiver;
    auto const here = fmt::format("127.0.0.1:{}", receiver.port());
    for (std::string const& url : std::vector<std::string>{
             "",
             "x",
             "/hook",
             "//" + here,
             "ftp://" + here,
             "file:///etc/passwd",
             "gopher://" + here,
             "javascript:alert(1)",
             "dict://" + here,
             "http://",
             "http:///",
             "http://user@" + here + "/",
             "http://user:word@" + here + "/",
             "http://:word@" + here + "/",
             "http://127.0.0.1:0/",
             "http://127.0.0.1:65536/",
             "http://127.0.0.1:-1/",
             "http://127.0.0.1:80:80/",
             "http://[::1%25lo]/",
             "http://[::1/",
             "http://a b/",
             "http://a\r\nb/",
             "http://127.0.0.1\\@example.com/",
             "http://ex\xC3\xA4mple.com/",
             "http://127.0.0.1%00.example.com/",
             "http://" + here + "/a\nb",
             std::string("http://a\0b/", 11),
             "http://a/" + std::string(9000, 'x')
         })
        EXPECT_EQ(get(url).how, How::refused) << url;
    for (auto const& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"X", "a\r\nY: b"}, {"X", "a\nb"}, {"X\r\nY", "a"}, {"X: y\r\nZ", "a"}, {"", "a"}, {"X Y", "a"}, {"X", std::string("a\0b", 3)}
         })
        EXPECT_EQ(send({.url = receiver.url(), .headers = {{name, value}}}).how, How::refused) << name << value;
    for (std::string const method : {"", "GET /x HTTP/1.1\r\nX:", "A B"})
        EXPECT_EQ(send({.method = method, .url = receiver.url()}).how, How::refused) << method;
    EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(SenderTest, asks_for_an_address_once_and_sends_to_that) {
    Receiver const receiver;
    std::atomic<int> asked = 0;
    options_.resolver = [&](std::string const&) {
        // Whoever asked again would be sent to another place.
        return Resolved{{parse_address(++asked == 1 ? "127.0.0.1" : "127.0.0.2").value()}, {}};
    };
    auto const url = fmt::format("http://rebinding.test:{}/", receiver.port());
    EXPECT_EQ(get(url).status, 200);
    EXPECT_EQ(asked, 1);
    EXPECT_THAT(receiver.requests().front(), HasSubstr(fmt::format("Host: rebinding.test:{}\r\n", receiver.port())));
}

TEST_F(SenderTest, refuses_a_name_of_which_one_address_is_forbidden) {
    Receiver const receiver;
    options_.resolver = [](std::string const&) {
        return Resolved{{parse_address("127.0.0.1").value(), parse_address("10.0.0.1").value()}, {}};
    };
    EXPECT_EQ(get(fmt::format("http://mixed.test:{}/", receiver.port())).how, How::refused);
    EXPECT_TRUE(receiver.requests().empty());
}

TEST_F(SenderTest, tries_the_next_address_if_one_is_not_reached) {
    Receiver const receiver;
    options_.resolver = [](std::string const&) {
        return Resolved{{parse_address("127.0.0.9").value(), parse_address("127.0.0.1").value()}, {}};
    };
    EXPECT_EQ(get(fmt::format("http://two.test:{}/", receiver.port())).status, 200);
}

TEST_F(SenderTest, reaches_addresses_of_both_families) {
    Receiver const receiver;
    options_.resolver = [](std::string const&) { return Resolved{{parse_address("::ffff:127.0.0.1").value()}, {}}; };
    auto const sent = get(fmt::format("http://six.test:{}/", receiver.port()));
    EXPECT_EQ(sent.status, 200) << sent.error;
    auto const literal = get(fmt::format("http://[::ffff:127.0.0.1]:{}/", receiver.port()));
    EXPECT_EQ(literal.status, 200) << literal.error;
}

TEST_F(SenderTest, does_not_wait_for_a_silent_name_server) {
    std::atomic<bool> over = false;
    options_.limit = 300ms;
    options_.resolver = [&](std::string const&) {
        while (!over) std::this_thread::sleep_for(5ms);
        return Resolved();
    };
    auto const sent = get("http://silent.test/");
    EXPECT_EQ(sent.how, How::failed);
    EXPECT_THAT(sent.error, HasSubstr("in time"));
    sender().stop(10s);
    over = true;
    std::this_thread::sleep_for(20ms);
}

TEST_F(SenderTest, heeds_no_proxy_of_the_environment) {
    Receiver const proxy, receiver;
    setenv("http_proxy", proxy.url("").c_str(), 1);
    setenv("ALL_PROXY", proxy.url("").c_str(), 1);
    EXPECT_EQ(get(receiver.url()).status, 200);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    EXPECT_TRUE(proxy.requests().empty());
}

TEST_F(SenderTest, sends_few_at_a_time_and_fewer_to_one_host) {
    auto const slow = [](Receiver::Line const& line, std::string const&) {
        std::this_thread::sleep_for(100ms);
        line.write("HTTP/1.1 204 No Content\r\n\r\n");
    };
    Receiver const receiver(slow);
    options_.at_once = 5;
    for (int i = 0; i < 8; ++i) begin({.url = receiver.url()});
    for (auto const& sent : all(8)) EXPECT_EQ(sent.status, 204);
    EXPECT_EQ(receiver.most_at_once(), 2);
    for (int i = 0; i < 24; ++i) begin({.url = fmt::format("http://127.0.0.{}:{}/", 1 + i % 8, receiver.port())});
    all(24);
    EXPECT_LE(receiver.most_at_once(), 5);
}

TEST_F(SenderTest, is_not_held_up_by_a_host_that_stalls) {
    options_.limit = 600'000ms;
    Receiver const stalling(Receiver::stalling()), receiver;
    for (int i = 0; i < 20; ++i) begin({.url = fmt::format("http://localhost:{}/", stalling.port())});
    begin({.url = receiver.url()});
    EXPECT_EQ(all(1).front().status, 200);
    sender().stop(0ms);
    EXPECT_GE(all(18).size(), 18U);
}

TEST_F(SenderTest, waits_for_what_is_under_way_when_it_stops) {
    Receiver const receiver([](Receiver::Line const& line, std::string const&) {
        std::this_thread::sleep_for(200ms);
        line.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    begin({.url = receiver.url()});
    receiver.requests(1);
    sender().stop(5s);
    EXPECT_EQ(all(1).front().status, 200);
    EXPECT_EQ(get(receiver.url()).how, How::abandoned);
    EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(SenderTest, takes_authorities_from_regular_files_only) {
    Receiver const receiver;
    auto const folder = std::filesystem::temp_directory_path() / fmt::format("koine-event-{}", getpid());
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "empty.pem").flush();
    std::ofstream(folder / "wrong.pem") << "no certificate\n";
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    auto const url = fmt::format("https://127.0.0.1:{}/", receiver.port());
    for (std::string const& file :
         {(folder / "empty.pem").string(), (folder / "pipe").string(), (folder / "none").string(), folder.string(), std::string("/dev/zero")
         })
        EXPECT_EQ(send({.url = url, .authority = file}).how, How::refused) << file;
    EXPECT_EQ(send({.url = url, .authority = (folder / "wrong.pem").string()}).how, How::failed);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace koine::event
