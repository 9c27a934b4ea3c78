/// @file Transport: the one place that reads and writes a socket. TLS will be a second kind of it.
#pragma once

#include "base/awaitable.hpp"

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
class Transport {
public:
    enum class State : unsigned char { moved, would_block, closed };
    struct Moved {
        State state;
        std::size_t bytes;  ///< more than 0 exactly if `moved`
    };

    explicit Transport(Socket socket) : socket_(std::move(socket)) {}

    /// Takes what has arrived, without waiting. `closed` is the peer's end of stream as well as any error.
    Moved receive(std::span<char> room) {
        return moved([&] { return ::recv(descriptor(), room.data(), room.size(), MSG_DONTWAIT); });
    }
    /// Sends what fits into the kernel's buffer, without waiting.
    Moved send(std::string_view bytes) {
        return moved([&] { return ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL); });
    }

    /// Suspends until there is something to receive (or an error to find), or `wake` was called.
    auto readable() { return socket_.async_wait(Socket::wait_read, boost::asio::as_tuple(boost::asio::deferred)); }
    /// Suspends until there is room to send (or an error to find), or `wake` was called.
    auto writable() { return socket_.async_wait(Socket::wait_write, boost::asio::as_tuple(boost::asio::deferred)); }
    /// Resumes whoever is suspended in `readable` or `writable`.
    void wake() {
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }

    /// Tells the peer that nothing more comes; it may still be read from.
    void finish_sending() { ::shutdown(descriptor(), SHUT_WR); }
    /// Lets the close to come drop what the peer hasn't taken, instead of keeping it in the kernel.
    void drop_unsent() {
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

    Socket socket_;
};

}  // namespace koine::http
