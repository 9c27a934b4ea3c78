#include "http/transport.hpp"

#include "http/openssl.hpp"

#include <openssl/err.h>

namespace koine::http {

bool Transport::start_tls(Session session) {
    boost::system::error_code ec;
    socket_.native_non_blocking(true, ec);
    if (ec || !session || SSL_set_fd(session.get(), descriptor()) != 1) return false;
    session_ = std::move(session);
    return true;
}

Transport::State Transport::handshake() {
    ERR_clear_error();  // an old error of this thread would be taken for this call's
    int const result = SSL_do_handshake(session_.get());
    if (result != 1) return stopped(result, to_receive_);
    to_receive_ = Socket::wait_read;
    may_notify_ = true;
    return State::moved;
}

Transport::Received Transport::receive_tls(std::span<char> room) {
    ERR_clear_error();
    std::size_t bytes = 0;
    int const result = SSL_read_ex(session_.get(), room.data(), room.size(), &bytes);
    if (result != 1) return {{stopped(result, to_receive_), 0}, true};
    to_receive_ = Socket::wait_read;
    return {{State::moved, bytes}, !has_pending()};
}

Transport::Moved Transport::send_tls(std::string_view bytes) {
    ERR_clear_error();
    std::size_t sent = 0;
    int const result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
    if (result != 1) return {stopped(result, to_send_), 0};
    to_send_ = Socket::wait_write;
    return {State::moved, sent};
}

bool Transport::has_pending() const { return SSL_has_pending(session_.get()) == 1; }

Transport::State Transport::stopped(int result, Socket::wait_type& until) {
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_READ: until = Socket::wait_read; return State::would_block;
        case SSL_ERROR_WANT_WRITE: until = Socket::wait_write; return State::would_block;
        case SSL_ERROR_ZERO_RETURN: return State::closed;  // a proper end, which is answered in kind
        default: may_notify_ = false; return State::closed;
    }
}

void Transport::notify() {
    may_notify_ = false;
    ERR_clear_error();
    SSL_shutdown(session_.get());  // what doesn't fit into the kernel's buffer is not worth waiting for
    ERR_clear_error();
}

}  // namespace koine::http
