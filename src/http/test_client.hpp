/// @file For tests: a server on a free loopback port, and a blocking client that says exactly the bytes it is told to.
#pragma once

#include "http/openssl.hpp"
#include "http/server.hpp"
#include "http/tls.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <atomic>
#include <charconv>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace koine::http::testing {

/// What the handlers of a server under test saw and may do; shared by its workers.
struct Stage {
    std::atomic<int> running = 0;       ///< handlers inside "/wait"
    std::atomic<bool> release = false;  ///< lets "/wait" end
    std::atomic<int> pieces = 0;        ///< of "/stream", that were asked for
    std::atomic<int> cancelled = 0;     ///< "/wait"s that ended because the client went away
    std::mutex lock;
    std::vector<std::string> log;  ///< "METHOD target status bytes" of each access, under the lock

    std::vector<std::string> logged() {
        std::scoped_lock const guard(lock);
        return log;
    }
};

/// The bytes of "/stream": a pattern that tells when something is missing, given after a turn of the loop.
class Pattern final : public Source {
public:
    Pattern(Stage& stage, boost::asio::io_context& context, std::uint64_t fails_at)
        : stage_(stage),
          context_(context),
          fails_at_(fails_at) {}

    static char at(std::uint64_t place) { return static_cast<char>('a' + (place / 7 + place / 1000) % 26); }

    Awaitable<Result<void>> read(std::string& out, std::size_t most) override {
        ++stage_.pieces;
        co_await boost::asio::post(context_.get_executor(), boost::asio::deferred);
        if (at_ >= fails_at_) co_return Problem(Reason::database_unavailable);
        for (auto const end = at_ + most; at_ < end;) {
            auto const piece = std::string_view(round()).substr(at_ % kRound, end - at_);
            out.append(piece);
            at_ += piece.size();
        }
        co_return outcome::success();
    }

private:
    /// It comes again after so many bytes.
    static constexpr std::size_t kRound = 7UL * 26 * 1000;
    static std::string const& round() {
        static auto const made = [] {
            std::string text;
            for (std::size_t i = 0; i < kRound; ++i) text += at(i);
            return text;
        }();
        return made;
    }

    Stage& stage_;
    boost::asio::io_context& context_;
    std::uint64_t fails_at_;
    std::uint64_t at_ = 0;
};

/// Answers "/echo…" with what it understood, "/big?N" with N bytes, "/stream?N" with N that are read while they are sent ("/broken?N": only the first), "/secure" with the scheme, "/wait" when released, "/throw" and
/// "/nothing" not at all.
class StageHandler final : public Handler {
public:
    StageHandler(Stage& stage, boost::asio::io_context& context) : stage_(stage), context_(context) {}

    Awaitable<> handle(Request const& request, Answer& answer) override {
        if (request.path() == "/throw") throw std::runtime_error("thrown");
        if (request.path() == "/nothing") co_return;
        if (request.path() == "/half") {
            answer.start(200);
            answer.begin_body().append("half");
            co_return;
        }
        if (request.path() == "/wait") co_await wait(request);
        if (request.path() == "/stream" || request.path() == "/broken") {
            answer.start(200);
            std::uint64_t bytes = 0;
            std::from_chars(request.query().data(), request.query().data() + request.query().size(), bytes);
            auto const fails_at = request.path() == "/broken" ? 1 : ~std::uint64_t{0};
            answer.stream(std::make_unique<Pattern>(stage_, context_, fails_at), bytes);
            co_return;
        }
        answer.start(request.path() == "/empty" ? 204 : 200);
        answer.header("X-Request-ID", request.request_id);
        auto& out = answer.begin_body();
        if (request.path() == "/big") {
            std::size_t bytes = 0;
            std::from_chars(request.query().data(), request.query().data() + request.query().size(), bytes);
            out.append(bytes, 'x');
        } else if (request.path() == "/secure") {
            out.append(request.secure ? "https" : "http");
        } else {
            out.append(request.method_text)
                .append(" ")
                .append(request.target)
                .append(" [")
                .append(request.host)
                .append("] ")
                .append(request.peer);
            out.append(" ").append(request.body);
        }
        answer.end();
    }

    void problem(Problem const& problem, Request const& request, Answer& answer) override {
        answer.start(status_of(problem.kind()));
        answer.header("X-Request-ID", request.request_id);
        answer.begin_body().append(to_string(problem.reason()));
        answer.end();
    }

    void access(AccessRecord const& record) override {
        std::scoped_lock const guard(stage_.lock);
        stage_.log.push_back(fmt::format("{} {} {} {}", record.method, record.target, record.status, record.body_bytes));
    }

private:
    static int status_of(Kind kind) {
        switch (kind) {
            case Kind::head_too_large: return 431;
            case Kind::too_large: return 413;
            case Kind::request_timeout: return 408;
            case Kind::unavailable: return 503;
            case Kind::internal: return 500;
            default: return 400;
        }
    }

    Awaitable<> wait(Request const& request) {
        ++stage_.running;
        boost::asio::steady_timer::rebind_executor<Executor>::other timer(context_.get_executor());
        while (!stage_.release && !request.cancellation->cancelled()) {
            timer.expires_after(std::chrono::milliseconds(2));
            co_await timer.async_wait(boost::asio::as_tuple(boost::asio::deferred));
        }
        if (request.cancellation->cancelled()) ++stage_.cancelled;
        --stage_.running;
    }

    Stage& stage_;
    boost::asio::io_context& context_;
};

/// Waits until something holds; fails the test after half a minute.
template <class Condition>
void eventually(Condition condition) {
    for (auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30); !condition();) {
        if (std::chrono::steady_clock::now() > until) return void(ADD_FAILURE() << "waited in vain");
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

/// A server that runs in its own thread until it is destroyed.
class RunningServer {
public:
    explicit RunningServer(ServerOptions options = quick()) {
        server_ =
            Server::listen(std::move(options), [this](unsigned, boost::asio::io_context& context) -> Result<std::unique_ptr<Handler>> {
                return std::unique_ptr<Handler>(std::make_unique<StageHandler>(stage, context));
            }).value();
        thread_ = std::jthread([this] {
            server_->run();
            ended = true;
        });
    }
    ~RunningServer() {
        stage.release = true;
        server_->stop();
    }
    RunningServer(RunningServer const&) = delete;
    RunningServer& operator=(RunningServer const&) = delete;
    Server& operator*() { return *server_; }
    Server* operator->() { return server_.get(); }

    /// One worker, deadlines looked at every 10 ms, none of them short.
    static ServerOptions quick() {
        ServerOptions options;
        options.workers = 1;
        options.sweep_interval = std::chrono::milliseconds(10);
        return options;
    }

    Stage stage;
    std::atomic<bool> ended = false;

private:
    std::unique_ptr<Server> server_;
    std::jthread thread_;
};

/// An answer as the client saw it.
struct Seen {
    int status = 0;
    std::string head, body;
    bool has(std::string_view line) const { return head.find(std::string("\r\n").append(line).append("\r\n")) != std::string::npos; }
};

/// A blocking connection; every read gives up after half a minute, which fails the test.
class Client {
public:
    explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        timeval const limit = {.tv_sec = 30, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    }
    explicit Client(RunningServer& server) : Client(server->port()) {}
    Client(Client&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          session_(std::move(other.session_)),
          rest_(std::move(other.rest_)) {}
    Client& operator=(Client&&) = delete;
    ~Client() { close(); }

    /// Goes over to TLS, by the rules of that context. @return whether the handshake succeeded.
    bool secure(SSL_CTX* context, SSL_SESSION* resumed = nullptr) {
        session_.reset(SSL_new(context));
        int const on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        SSL_set_fd(session_.get(), socket_);
        if (resumed != nullptr) SSL_set_session(session_.get(), resumed);
        return SSL_connect(session_.get()) == 1;
    }
    /// OpenSSL's side of it; null before `secure`.
    SSL* session() { return session_.get(); }
    int descriptor() const { return socket_; }

    /// @return whether all was taken.
    bool say(std::string_view bytes) {
        if (session_) return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
        return say_raw(bytes);
    }
    /// What stands on the wire, also with TLS.
    bool say_raw(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void get(std::string_view target) { say(fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n\r\n", target)); }
    void finish_sending() {
        if (session_) SSL_shutdown(session_.get());
        ::shutdown(socket_, SHUT_WR);
    }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    /// Closes so that the server sees a reset.
    void reset() {
        linger const at_once = {.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close();
    }

    /// The next answer; status 0 if the connection ended instead. `to_head`: no body follows.
    Seen answer(bool to_head = false) {
        Seen seen;
        std::size_t end = 0;
        while ((end = rest_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return seen;
        seen.head = rest_.substr(0, end + 2);
        rest_.erase(0, end + 4);
        std::from_chars(seen.head.data() + 9, seen.head.data() + 12, seen.status);
        std::size_t length = 0;
        if (auto at = seen.head.find("Content-Length:"); at != std::string::npos && !to_head) {
            at = seen.head.find_first_not_of(' ', at + 15);
            std::from_chars(seen.head.data() + at, seen.head.data() + seen.head.size(), length);
        }
        while (rest_.size() < length)
            if (!more()) return {};
        seen.body = rest_.substr(0, length);
        rest_.erase(0, length);
        return seen;
    }
    /// Whether the server closed, with nothing more said.
    bool closed() { return rest_.empty() && !more() && !timed_out_; }

private:
    bool more() {
        char part[16384];
        auto const count = session_ ? SSL_read(session_.get(), part, sizeof part) : ::recv(socket_, part, sizeof part, 0);
        timed_out_ = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        EXPECT_FALSE(timed_out_) << "the server said nothing for half a minute";
        if (count <= 0) return false;
        rest_.append(part, static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    Session session_;
    std::string rest_;
    bool timed_out_ = false;
};

}  // namespace koine::http::testing
