#include "http/connection.hpp"

#include "http/answer.hpp"
#include "http/target.hpp"
#include "http/tls.hpp"
#include "http/worker.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <poll.h>
#include <utility>

namespace koine::http {
namespace {

constexpr std::size_t kProgress = 64 * 1024;  // a transfer that moves this much gets its time anew
constexpr std::size_t kPiece = 256 * 1024;    // of a body that is streamed
constexpr unsigned kTurn = 32;                // requests and reads before others are let in
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;
constexpr std::size_t kHandshakeBytes = 48 * 1024;  // OpenSSL's buffers while it lasts
constexpr char kTlsHandshake = 0x16;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(Worker& worker, Socket socket, std::string peer)
    : worker_(worker),
      transport_(std::move(socket)),
      peer_(std::move(peer)) {
    worker_.joined();
}

Connection::~Connection() {
    hold(0);
    if (scratch_) worker_.give_back(std::move(scratch_));
    worker_.left();
}

Awaitable<> Connection::serve(std::unique_ptr<Connection> self) {
    auto& connection = *self;
    auto& worker = connection.worker_;
    if (worker.options().tls) co_await connection.secure();
    while (connection.open_) {
        worker.watch(connection, Wait::idle, Clock::now());
        if (!worker.draining() && !connection.transport_.holds_unread()) co_await connection.transport_.readable();
        connection.unlink();
        if (connection.expired_) co_return;
        connection.turn_ = 0;
        connection.scratch_ = worker.borrow();
        co_await connection.busy();
        worker.give_back(std::move(connection.scratch_));
    }
}

Awaitable<> Connection::refuse_service(std::unique_ptr<Connection> self) {
    auto& connection = *self;
    if (connection.worker_.options().tls) co_await connection.secure();
    if (!connection.open_) co_return;
    connection.scratch_ = connection.worker_.borrow();
    auto const maximum = static_cast<std::int64_t>(connection.worker_.options().max_connections);
    co_await connection.refuse(Problem(Reason::too_many_connections).with("maximum", maximum));
}

Awaitable<> Connection::secure() {
    worker_.watch(*this, Wait::handshake, Clock::now());
    open_ = false;
    char first = 0;
    for (;;) {
        auto const state = transport_.peek(first).state;
        if (state == Transport::State::moved) break;
        if (state == Transport::State::closed || worker_.draining()) co_return;
        co_await transport_.readable();
        if (expired_) co_return;
    }
    bool const letter = (first | 0x20) >= 'a' && (first | 0x20) <= 'z';
    if (letter) co_return co_await refuse_plaintext();
    if (first != kTlsHandshake || !hold(kHandshakeBytes) || !transport_.start_tls(worker_.options().tls->session())) co_return;
    for (;;) {
        auto const state = transport_.handshake();
        if (state == Transport::State::moved) break;
        if (state == Transport::State::closed) co_return;
        co_await transport_.readable();
        if (expired_) co_return;
    }
    unlink();
    hold(0);
    open_ = true;
}

Awaitable<> Connection::busy() {
    auto& reader = scratch_->reader;
    drained_ = false;
    while (open_) {
        if (++turn_ > kTurn) {
            turn_ = 0;
            co_await boost::asio::post(transport_.executor(), boost::asio::deferred);
        }
        auto const progress = reader.advance();
        if (progress == Reader::Progress::complete) {
            co_await answer_one();
            continue;
        }
        if (progress == Reader::Progress::fault) {
            co_await refuse(reader.problem());
            co_return;
        }
        if (reader.take_continue()) scratch_->output.append(kContinue);
        if (!scratch_->output.empty()) co_await flush();
        if (!open_) co_return;
        if (drained_) {
            if (reader.phase() == Reader::Phase::nothing && !transport_.holds_unread()) {
                open_ = !worker_.draining();
                co_return;
            }
            co_await wait_for_input();
            if (!open_) co_return;
        }
        if (!hold(reader.held_bytes())) {
            co_await refuse(Problem(Reason::overloaded));
            co_return;
        }
        open_ = receive();
    }
}

bool Connection::hold(std::size_t bytes) { return worker_.hold(std::exchange(held_, bytes), bytes); }

bool Connection::receive() {
    auto const room = scratch_->reader.room();
    auto const got = transport_.receive(room);
    if (got.state == Transport::State::closed) return false;
    scratch_->reader.commit(got.bytes);
    drained_ = got.drained;
    return true;
}

Awaitable<> Connection::wait_for_input() {
    auto const in_body = scratch_->reader.phase() == Reader::Phase::body;
    auto const wait = in_body ? Wait::body : Wait::head;
    auto const moved = scratch_->reader.body_progress();
    auto const anew = waiting_ != wait || !is_linked() || (in_body && moved - progress_ >= kProgress);
    if (anew) progress_ = moved;
    if (!expired_) {
        worker_.watch(*this, wait, anew ? Clock::now() : since_);
        co_await transport_.readable();
    }
    turn_ = 0;
    if (!expired_) co_return;
    co_await refuse(Problem(worker_.past_drain() ? Reason::shutting_down : Reason::request_timeout));
}

void Connection::complete_request(Request& request) {
    request.peer = peer_;
    request.secure = transport_.is_tls();
    if (auto const given = request.header("x-request-id"); is_request_id(given)) {
        request.request_id = given;
        return;
    }
    auto random = worker_.random();
    for (auto& digit : scratch_->made_id) {
        digit = "0123456789abcdef"[random & 15];
        random >>= 4;
    }
    request.request_id = {scratch_->made_id.data(), scratch_->made_id.size()};
}

Awaitable<> Connection::answer_one() {
    auto& reader = scratch_->reader;
    auto& request = reader.request();
    auto const begun = Clock::now();
    complete_request(request);
    scratch_->cancellation.reset();
    request.cancellation = &scratch_->cancellation;
    auto const keep = reader.keep_alive() && !worker_.draining();
    Answer answer(
        scratch_->output,
        {.common_lines = &worker_.common_lines(),
         .head_only = request.method == Method::head,
         .close = !keep,
         .announce_keep_alive = keep && reader.is_http10()}
    );
    half_closed_ = expired_ = false;
    scratch_->finished = scratch_->output.size();
    worker_.watch(*this, Wait::handler, begun);
    std::string cause;
    try {
        co_await worker_.handler().handle(request, answer);
    } catch (std::exception const& exception) {
        cause = exception.what();
    }
    unlink();
    if (!cause.empty() || !answer.ended()) word(Problem(Reason::internal).because(cause), request, answer);
    finish(answer, request, begun);
    if (auto const source = answer.take_source()) co_await send_streamed(*source, answer.body_bytes());
    if (!open_) co_return;
    if (answer.closes()) {
        auto const rest = reader.has_rest();
        co_await flush();
        if (open_ && rest) co_await linger();
        open_ = false;
        co_return;
    }
    reader.next();
    hold(0);
    if (scratch_->output.size() > worker_.options().pipeline_output_limit) co_await flush();
}

void Connection::word(Problem const& problem, Request const& request, Answer& answer) {
    answer.abandon();
    answer.close_after();
    try {
        worker_.handler().problem(problem, request, answer);
    } catch (std::exception const&) {
        answer.abandon();
    }
    if (answer.ended()) return;
    answer.abandon();
    answer.start(500);
    answer.end();
}

void Connection::finish(Answer& answer, Request const& request, Clock::time_point begun) {
    waiting_ = Wait::handler;
    worker_.handler().access(
        {.method = request.method_text,
         .target = request.target,
         .status = answer.status(),
         .body_bytes = answer.body_bytes(),
         .duration = Clock::now() - begun,
         .request_id = request.request_id,
         .peer = request.peer}
    );
}

Awaitable<> Connection::refuse(Problem problem) {
    auto& request = scratch_->reader.request();
    auto const begun = Clock::now();
    complete_request(request);
    Answer answer(scratch_->output, {.common_lines = &worker_.common_lines(), .head_only = request.method == Method::head, .close = true});
    word(problem, request, answer);
    finish(answer, request, begun);
    co_await part();
}

Awaitable<> Connection::refuse_plaintext() {
    scratch_ = worker_.borrow();
    auto& request = scratch_->reader.request();
    auto const begun = Clock::now();
    complete_request(request);
    Answer answer(scratch_->output, {.common_lines = &worker_.common_lines(), .head_only = false, .close = true});
    answer.start(400);
    answer.header("Content-Type", "text/plain; charset=utf-8");
    answer.begin_body().append("This port speaks TLS only: use https:// instead of http:// in the address.\n");
    answer.end();
    finish(answer, request, begun);
    open_ = true;
    co_await part();
}

Awaitable<> Connection::part() {
    expired_ = false;
    unlink();
    co_await flush();
    if (open_) co_await linger();
    open_ = false;
}

Awaitable<> Connection::flush() {
    auto& output = scratch_->output;
    auto& written = scratch_->written;
    bool anew = true;
    while (written < output.size()) {
        auto const [state, bytes] = transport_.send(std::string_view(output).substr(written));
        if (state == Transport::State::closed) {
            open_ = false;
            break;
        }
        written += bytes;
        if (state == Transport::State::moved) continue;
        anew = anew || written - progress_ >= kProgress;
        if (anew) progress_ = written;
        worker_.watch(*this, Wait::write, std::exchange(anew, false) ? Clock::now() : since_);
        bool const affordable = hold(output.capacity());
        if (affordable) co_await transport_.writable();
        turn_ = 0;
        if (affordable && !expired_) continue;
        transport_.drop_unsent();
        open_ = false;
        break;
    }
    if (waiting_ == Wait::write) unlink();
    hold(0);
    output.clear();
    written = 0;
}

/// The next piece is read when the one before is with the kernel: a body costs the memory of one, and a slow client its own time only.
Awaitable<> Connection::send_streamed(Source& source, std::uint64_t left) {
    auto& output = scratch_->output;
    co_await flush();
    while (open_ && left > 0) {
        scratch_->finished = 0;
        half_closed_ = false;
        worker_.watch(*this, Wait::handler, Clock::now());
        auto const got = co_await source.read(output, static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece)));
        unlink();
        waiting_ = Wait::handler;
        if (!got || output.empty() || output.size() > left || worker_.past_drain()) {
            transport_.drop_unsent();
            open_ = false;
            co_return;
        }
        left -= output.size();
        co_await flush();
    }
}

Awaitable<> Connection::linger() {
    // A close with unread input would reset the connection and could take our last answer with it.
    transport_.finish_sending();
    auto& reader = scratch_->reader;
    reader.reset();
    auto const begun = Clock::now();
    for (std::size_t thrown_away = 0; thrown_away < kLingerBytes;) {
        auto const [state, bytes] = transport_.discard(reader.room());
        thrown_away += bytes;
        if (state == Transport::State::closed) co_return;
        if (state == Transport::State::moved && ++turn_ <= kTurn) continue;
        turn_ = 0;
        worker_.watch(*this, Wait::linger, begun);
        co_await transport_.readable();
        if (expired_) co_return;
    }
}

void Connection::expire() {
    unlink();
    expired_ = true;
    transport_.wake();
}

void Connection::send_finished() {
    if (scratch_->finished <= scratch_->written) return;
    auto const finished = std::string_view(scratch_->output).substr(0, scratch_->finished);
    scratch_->written += transport_.send(finished.substr(scratch_->written)).bytes;
}

void Connection::cancel() {
    if (scratch_) scratch_->cancellation.cancel();
}

void Connection::peer_events(short events) {
    if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0 || ((events & POLLRDHUP) != 0 && half_closed_)) return cancel();
    half_closed_ = (events & POLLRDHUP) != 0;
}

}  // namespace koine::http
