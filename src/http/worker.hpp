/// @file Worker: one thread's event loop with its acceptor, connections, deadlines and pool of buffers.
#pragma once

#include "http/connection.hpp"
#include "http/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <poll.h>
#include <string>
#include <vector>

namespace koine::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;

/// What the workers of a server share.
struct Shared {
    ServerOptions options;
    ReaderLimits limits;
    std::atomic<std::size_t> connections = 0;
    std::atomic<std::size_t> held_bytes = 0;
};

/// An io_context whose pending work can be dropped before it is destroyed itself, so that suspended coroutines end while
/// what they refer to (the handler) is alive, and the handler's timers and sockets while the loop is.
class Loop : public boost::asio::io_context {
public:
    Loop() : boost::asio::io_context(1) {}
    using boost::asio::io_context::shutdown;
};

/// Everything is called on the worker's own thread, except the constructor, `use`, `post_drain` and the destructor.
class Worker {
public:
    Worker(Shared& shared, unsigned index);
    ~Worker();
    Worker(Worker const&) = delete;
    Worker& operator=(Worker const&) = delete;

    /// Takes the listening socket and the handler, before `run`.
    void use(int listening_socket, boost::asio::ip::tcp const& protocol, std::unique_ptr<Handler> handler);
    Loop& loop() { return loop_; }
    /// Runs the loop until it was drained.
    void run();
    /// Any thread: starts the graceful end.
    void post_drain();

    // For its connections
    Handler& handler() { return *handler_; }
    ServerOptions const& options() const { return shared_.options; }
    bool draining() const { return draining_; }
    bool past_drain() const { return past_drain_; }
    /// The connection waits, since that moment (now, or the one given before for the same wait): each list stays in order of time.
    void watch(Connection& connection, Wait wait, Clock::time_point since);
    std::unique_ptr<Scratch> borrow();
    void give_back(std::unique_ptr<Scratch> scratch);
    /// "Date: …", "Server: …", of this second.
    std::string const& common_lines();
    std::uint64_t random();
    /// Accounts for memory that a connection holds now instead of before. @return false if all hold too much, and this one has a part in it.
    bool hold(std::size_t before, std::size_t now);
    void joined() { ++connections_, shared_.connections.fetch_add(1, std::memory_order_relaxed); }
    void left();

private:
    using List = boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

    Awaitable<> accept();
    Awaitable<> sweep();
    void admit(Socket socket, boost::asio::ip::tcp::endpoint const& peer);
    void expire_overdue(Clock::time_point now);
    void look_after_peers();
    void drain();
    void accept_backlog();
    void force(Clock::time_point now);
    List& list(Wait wait) { return lists_[static_cast<std::size_t>(wait)]; }

    Shared& shared_;
    Loop loop_;
    Acceptor acceptor_;
    Timer sweeper_;
    Timer pause_;
    std::unique_ptr<Handler> handler_;
    std::array<List, kWaits> lists_;
    std::array<std::chrono::milliseconds, kWaits> limits_{};  ///< that of `handler` is not used: its limits are the store's
    std::vector<std::unique_ptr<Scratch>> pool_;
    std::vector<pollfd> polled_;
    std::vector<Connection*> polled_connections_;
    std::string common_lines_;
    std::time_t second_ = 0;
    std::uint64_t random_;
    std::size_t connections_ = 0;
    Clock::time_point drain_until_{};
    bool draining_ = false;
    bool past_drain_ = false;
};

}  // namespace koine::http
