/// @file Transport: the one place that reads and writes a socket, in the clear or through TLS.
#pragma once

#include "base/awaitable.hpp"
#include "http/tls.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>
#include <sys/socket.h>

namespace koine::http {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

/// A connected, non-blocking byte stream. Belongs to its worker.
///
/// TLS works straight on the descriptor: Asio tells when it is ready, OpenSSL reads and writes it. What a record leaves over stays inside
/// OpenSSL, so readiness of the socket says nothing before a `receive` was `drained`.
class Transport {
public:
    enum class State : unsigned char { moved, would_block, closed };
    struct Moved {
        State state;
        std::size_t bytes;  ///< more than 0 exactly if `moved`
    };
    struct Received : Moved {
        bool drained;  ///< nothing more was there; `readable` tells when there is
    };

    explicit Transport(Socket socket) : socket_(std::move(socket)) {}
    Transport(Transport const&) = delete;
    Transport& operator=(Transport const&) = delete;
    /// Says goodbye, if the peer can still be told, and closes.
    ~Transport() {
        if (may_notify_) notify();
    }

    /// Looks at the first byte to come without taking it.
    Moved peek(char& first) {
        return moved([&] { return ::recv(descriptor(), &first, 1, MSG_DONTWAIT | MSG_PEEK); });
    }
    /// From here on everything goes through TLS. @return false if that can't be.
    bool start_tls(Session session);
    /// Goes on with the handshake; `moved`: it is complete. `would_block`: `readable` tells when to go on.
    State handshake();
    bool is_tls() const { return session_ != nullptr; }
    /// Whether OpenSSL holds bytes that `receive` has not given out: behind a handshake perhaps whole requests; after a `receive` that was
    /// `drained`, the beginning of a record whose end has not come.
    bool holds_unread() const { return session_ && has_pending(); }

    /// Takes what has arrived, without waiting. `closed` is the peer's end of stream as well as any error.
    Received receive(std::span<char> room) {
        if (session_) return receive_tls(room);
        auto const got = discard(room);
        return {got, got.bytes < room.size()};
    }
    /// Takes bytes off the socket that nobody will look at; with TLS, as they are on the wire.
    Moved discard(std::span<char> room) {
        return moved([&] { return ::recv(descriptor(), room.data(), room.size(), MSG_DONTWAIT); });
    }
    /// Sends what fits into the kernel's buffer, without waiting. After `would_block` the next call must begin with the same bytes.
    Moved send(std::string_view bytes) {
        if (session_) return send_tls(bytes);
        return moved([&] { return ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
    }

    /// Suspends until there is something to receive (or an error to find), or `wake` was called.
    auto readable() { return socket_.async_wait(to_receive_, boost::asio::as_tuple(boost::asio::deferred)); }
    /// Suspends until there is room to send (or an error to find), or `wake` was called.
    auto writable() { return socket_.async_wait(to_send_, boost::asio::as_tuple(boost::asio::deferred)); }
    /// Resumes whoever is suspended in `readable` or `writable`.
    void wake() {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }

    /// Tells the peer that nothing more comes; what it still says may be discarded.
    void finish_sending() {
        if (may_notify_) notify();
        ::shutdown(descriptor(), SHUT_WR);
    }
    /// Lets the close to come drop what the peer hasn't taken, instead of keeping it in the kernel.
    void drop_unsent() {
        may_notify_ = false;
        linger const at_once = {.l_onoff = 1, .l_linger = 0};
        ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    int descriptor() { return socket_.native_handle(); }
    Executor executor() { return socket_.get_executor(); }

private:
    template <class Call>
    static Moved moved(Call call) {
        for (;;) {
            auto const bytes = call();
            if (bytes > 0) return {State::moved, static_cast<std::size_t>(bytes)};
            if (bytes == 0) return {State::closed, 0};
            if (errno == EINTR) continue;
            return {errno == EAGAIN || errno == EWOULDBLOCK ? State::would_block : State::closed, 0};
        }
    }

    Received receive_tls(std::span<char> room);
    Moved send_tls(std::string_view bytes);
    bool has_pending() const;
    State stopped(int result, Socket::wait_type& until);
    void notify();

    Socket socket_;
    Session session_;
    Socket::wait_type to_receive_ = Socket::wait_read;  ///< TLS may have to write before it can read, and the other way round
    Socket::wait_type to_send_ = Socket::wait_write;
    bool may_notify_ = false;  ///< a close_notify is due and has its place: the handshake is complete, nothing failed
};

}  // namespace koine::http
