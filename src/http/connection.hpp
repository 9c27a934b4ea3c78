/// @file Connection: the life of one client's connection, as one coroutine.
#pragma once

#include "base/awaitable.hpp"
#include "base/cancellation.hpp"
#include "http/reader.hpp"
#include "http/transport.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace koine::http {

class Answer;
class Source;
class Worker;
struct AccessRecord;

using Clock = std::chrono::steady_clock;

/// What a connection has only while it is busy: borrowed from the worker's pool, so that idle ones cost little.
struct Scratch {
    explicit Scratch(ReaderLimits const& limits) : reader(limits) {}
    Reader reader;
    std::string output;
    std::size_t written = 0;   ///< how much of the output was sent
    std::size_t finished = 0;  ///< while a handler runs: how much of the output is answers to earlier requests
    Cancellation cancellation;
    std::array<char, 16> made_id;
};

/// What a connection waits for; each has its time limit and its list in the worker.
enum class Wait : unsigned char { handshake, idle, head, body, write, linger, handler };
inline constexpr std::size_t kWaits = 7;

/// Invariants
/// 1. It is in the worker's list of what it waits for, or of what it waited for last, or (expired, writing nothing) in none.
/// 2. Scratch is there exactly while it is busy: from the first byte of a request to the last of its answer.
/// 3. Output holds complete answers, and at most one that is being written.
class Connection : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    Connection(Worker& worker, Socket socket, std::string peer);
    ~Connection();

    /// Serves until either side closes. Owns the connection, which dies with the coroutine.
    static Awaitable<> serve(std::unique_ptr<Connection> self);
    /// Answers 503 and closes: there are too many already.
    static Awaitable<> refuse_service(std::unique_ptr<Connection> self);

    /// For the worker's sweep: the time is over. Whoever waits is resumed and closes.
    void expire();
    /// For the worker's drain: an idle one looks once more for a request, and closes.
    void wake() { transport_.wake(); }
    /// For the worker's sweep, while a handler runs: what poll(2) said. A reset counts at once, an end of stream at the second look.
    void peer_events(short events);
    /// For the worker's sweep, while a handler takes its time: earlier pipelined answers need not wait for it.
    void send_finished();
    /// Sets the flag that the running request sees.
    void cancel();
    int descriptor() { return transport_.descriptor(); }
    Clock::time_point since() const { return since_; }

private:
    friend class Worker;

    /// Only if the server speaks TLS: the handshake. Afterwards `open_` tells whether to go on.
    Awaitable<> secure();
    Awaitable<> busy();
    Awaitable<> wait_for_input();
    Awaitable<> answer_one();
    Awaitable<> refuse(Problem problem);
    Awaitable<> refuse_plaintext();
    Awaitable<> part();
    Awaitable<> flush();
    Awaitable<> send_streamed(Source& source, std::uint64_t left);
    Awaitable<> linger();
    bool receive();
    /// Tells the worker how much memory this connection holds. @return false if that is too much at this moment.
    bool hold(std::size_t bytes);
    void complete_request(Request& request);
    void word(Problem const& problem, Request const& request, Answer& answer);
    void finish(Answer& answer, Request const& request, Clock::time_point begun);

    Worker& worker_;
    Transport transport_;
    std::unique_ptr<Scratch> scratch_;
    std::string peer_;
    Clock::time_point since_{};
    std::size_t held_ = 0;
    std::size_t progress_ = 0;  ///< of the body or the output, where the current deadline was set
    unsigned turn_ = 0;         ///< requests and reads since the last suspension
    Wait waiting_ = Wait::idle;
    bool open_ = true;
    bool expired_ = false;
    bool drained_ = true;  ///< the last read left nothing in the socket
    bool half_closed_ = false;
};

}  // namespace koine::http
