/// @file The HTTP/1.1 server: sockets in, requests out to a handler, answers back. Knows no dialect and no data.
#pragma once

#include "base/awaitable.hpp"
#include "base/problem.hpp"
#include "base/result.hpp"
#include "http/answer.hpp"
#include "http/request.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace koine::http {

/// One line of the access log, as data. The views live for the call only.
struct AccessRecord {
    std::string_view method;  ///< empty if the request line was not understood
    std::string_view target;  ///< as the handler saw it; empty likewise
    int status = 0;
    std::uint64_t body_bytes = 0;  ///< of the answer
    std::chrono::nanoseconds duration{
    };  ///< from the complete request to the complete answer, in memory, or to its head, if the body is streamed
    std::string_view request_id;
    std::string_view peer;
};

class Tls;

/// What the application does with requests. One per worker, called only on that worker's thread: it needs no locks, and must not block.
class Handler {
public:
    virtual ~Handler() = default;

    /// Answers one request; must complete the answer (`end`). May suspend; other connections go on meanwhile, and call in again.
    /// An exception, or an answer not completed, becomes `problem(Reason::internal)`.
    virtual Awaitable<> handle(Request const& request, Answer& answer) = 0;

    /// Words a fault that http found before routing: malformed_request, head_too_large, body_too_large, request_timeout,
    /// too_many_connections, overloaded, shutting_down, internal. `partial` has what was understood so far (perhaps only peer and request_id).
    /// Must complete the answer. The connection closes after it.
    virtual void problem(Problem const& problem, Request const& partial, Answer& answer) = 0;

    /// Told after each complete answer, also one of `problem`. Must be cheap; must not throw.
    virtual void access(AccessRecord const& record) { static_cast<void>(record); }

    /// The worker's loop has stopped for good, perhaps in the middle of requests. Waits for what other threads still do for them: after this
    /// nothing of theirs reaches the loop, which is about to be destroyed with the requests that wait in it.
    virtual void settle() {}
};

struct ServerOptions {
    std::shared_ptr<Tls const> tls;  ///< null: plain HTTP; else the port speaks TLS only
    std::string host = "127.0.0.1";  ///< an address or a name; "[::1]" and "::1" are the same
    std::uint16_t port = 0;          ///< 0: a free one
    unsigned workers = 0;            ///< threads; 0: one per core
    std::size_t max_head_bytes = 32 * 1024;
    std::size_t max_headers = 100;
    std::size_t max_body_bytes = 8 * 1024 * 1024;
    std::chrono::milliseconds head_timeout{10'000};   ///< from a head's first byte to its last
    std::chrono::milliseconds body_timeout{30'000};   ///< for each 64 KiB of a body
    std::chrono::milliseconds idle_timeout{75'000};   ///< between requests, and before the first
    std::chrono::milliseconds write_timeout{30'000};  ///< for each 64 KiB of answers that the client takes
    std::chrono::milliseconds drain_timeout{10'000};  ///< from `stop` to closing what still runs
    std::chrono::milliseconds sweep_interval{1'000};  ///< how often deadlines are looked at: all of the above are late by up to this
    std::size_t max_connections = 16'384;             ///< of all workers; capped below the limit of open files
    std::size_t max_held_bytes = 512 * 1024 * 1024;   ///< of all workers: bodies being received and answers that clients are slow to take;
                                                      ///< beyond it a body is refused with `overloaded`, a slow taker cut off
    std::size_t pipeline_output_limit = 64 * 1024;    ///< no further pipelined request is read while more than this is unsent
};

/// Makes the handler of a worker, on the thread that calls `Server::listen`. The context is the worker's loop and outlives the handler;
/// what is posted to it must not throw.
using HandlerFactory = std::function<Result<std::unique_ptr<Handler>>(unsigned worker, boost::asio::io_context& context)>;

/// A listening server: a thread, an event loop, an acceptor (SO_REUSEPORT) and a handler per worker.
/// Threads of others that may still post to a worker's loop must be joined before it is destroyed.
class Server {
public:
    /// Binds and listens, so clients may connect from here on; they are answered once `run` is called.
    /// Also raises the process's soft limit of open files to the hard one, and ignores SIGPIPE.
    /// @return Problem(configuration) saying what to change if the address is unusable or the port in use; or the factory's problem.
    static Result<std::unique_ptr<Server>> listen(ServerOptions options, HandlerFactory const& factory);
    ~Server();
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// The port in use.
    std::uint16_t port() const;
    /// The address in use as it stands in a URL: "127.0.0.1", "[::1]".
    std::string host() const;
    /// "http://host:port", or "https://host:port" with TLS
    std::string url() const;
    unsigned workers() const;
    /// The options in force (workers and max_connections resolved).
    ServerOptions const& options() const;
    /// Open connections at this moment. Any thread.
    std::size_t connections() const;

    /// Serves on this thread and `workers - 1` more until `stop`. Returns when all are joined. Once only.
    void run();
    /// Asks `run` to end gracefully; any thread, any number of times, not from a signal handler. Accepting ends, idle connections close,
    /// what runs is finished and answered with `Connection: close`; after drain_timeout the rest is closed and cancelled.
    void stop();

private:
    class Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace koine::http
