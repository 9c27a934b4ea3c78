#include "http/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <netinet/tcp.h>
#include <random>

namespace koine::http {
namespace {

constexpr std::size_t kPooledBuffers = 64;
constexpr std::size_t kOrdinaryOutput = 128 * 1024;
constexpr std::size_t kRefusals = 64;  // connections beyond the maximum that get a 503 before a bare close
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr auto kLinger = std::chrono::milliseconds(2'000);
constexpr auto kLastWords = std::chrono::milliseconds(1'000);  // for cancelled handlers, after drain_timeout

/// For co_spawn: what may end a coroutine is lack of memory; the connection is closed by its destructor then.
constexpr auto kLetGo = [](std::exception_ptr const&) {};

}  // namespace

Worker::Worker(Shared& shared, unsigned index)
    : shared_(shared),
      acceptor_(loop_),
      sweeper_(loop_),
      pause_(loop_),
      random_((std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()) + index) {
    auto const& o = shared.options;
    limits_[static_cast<std::size_t>(Wait::handshake)] = o.head_timeout;
    limits_[static_cast<std::size_t>(Wait::idle)] = o.idle_timeout;
    limits_[static_cast<std::size_t>(Wait::head)] = o.head_timeout;
    limits_[static_cast<std::size_t>(Wait::body)] = o.body_timeout;
    limits_[static_cast<std::size_t>(Wait::write)] = o.write_timeout;
    limits_[static_cast<std::size_t>(Wait::linger)] = std::min(kLinger, o.head_timeout);
}

Worker::~Worker() {
    if (handler_) handler_->settle();
    loop_.shutdown();
    handler_.reset();
}

void Worker::use(int listening_socket, boost::asio::ip::tcp const& protocol, std::unique_ptr<Handler> handler) {
    acceptor_.assign(protocol, listening_socket);
    handler_ = std::move(handler);
}

void Worker::run() {
    boost::asio::co_spawn(loop_, accept(), kLetGo);
    boost::asio::co_spawn(loop_, sweep(), kLetGo);
    loop_.run();
}

void Worker::post_drain() {
    boost::asio::post(loop_, [this] { drain(); });
}

Awaitable<> Worker::accept() {
    while (!draining_) {
        boost::asio::ip::tcp::endpoint peer;
        auto [ec, socket] = co_await acceptor_.async_accept(peer, boost::asio::as_tuple(boost::asio::deferred));
        if (!ec) {
            admit(std::move(socket), peer);
        } else if (!draining_ && ec != boost::asio::error::connection_aborted) {  // too many open files, mostly
            pause_.expires_after(kAcceptPause);
            co_await pause_.async_wait(boost::asio::as_tuple(boost::asio::deferred));
        }
    }
}

void Worker::admit(Socket socket, boost::asio::ip::tcp::endpoint const& peer) {
    auto const open = shared_.connections.load(std::memory_order_relaxed);
    auto const maximum = options().max_connections;
    if (open >= maximum + kRefusals) return;
    int const on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    auto connection = std::make_unique<Connection>(*this, std::move(socket), address.to_string());
    auto life = open < maximum ? Connection::serve(std::move(connection)) : Connection::refuse_service(std::move(connection));
    boost::asio::co_spawn(loop_, std::move(life), kLetGo);
}

void Worker::left() {
    --connections_;
    shared_.connections.fetch_sub(1, std::memory_order_relaxed);
    if (draining_ && connections_ == 0) loop_.stop();
}

void Worker::watch(Connection& connection, Wait wait, Clock::time_point since) {
    if (connection.is_linked() && connection.waiting_ == wait && connection.since_ == since) return;
    connection.since_ = since;
    connection.waiting_ = wait;
    connection.unlink();
    list(wait).push_back(connection);
}

bool Worker::hold(std::size_t before, std::size_t now) {
    if (before == now) return true;
    auto const all = shared_.held_bytes.fetch_add(now - before, std::memory_order_relaxed) + now - before;
    return now <= before || all <= options().max_held_bytes;
}

std::unique_ptr<Scratch> Worker::borrow() {
    if (pool_.empty()) return std::make_unique<Scratch>(shared_.limits);
    auto scratch = std::move(pool_.back());
    pool_.pop_back();
    return scratch;
}

void Worker::give_back(std::unique_ptr<Scratch> scratch) {
    if (pool_.size() >= kPooledBuffers) return;
    scratch->reader.reset();
    scratch->written = 0;
    if (scratch->output.capacity() > kOrdinaryOutput)
        std::string().swap(scratch->output);  // assigning an empty one would keep the memory
    else
        scratch->output.clear();
    pool_.push_back(std::move(scratch));
}

std::string const& Worker::common_lines() {
    auto const now = std::time(nullptr);
    if (now == second_) return common_lines_;
    second_ = now;
    constexpr std::array<char const*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<char const*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    common_lines_ = fmt::format(
        "Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\nServer: koine\r\n",
        kDays[static_cast<std::size_t>(parts.tm_wday)],
        parts.tm_mday,
        kMonths[static_cast<std::size_t>(parts.tm_mon)],
        parts.tm_year + 1900,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec
    );
    return common_lines_;
}

std::uint64_t Worker::random() {
    auto z = (random_ += 0x9e3779b97f4a7c15u);  // splitmix64: unique, not secret
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

Awaitable<> Worker::sweep() {
    for (;;) {
        sweeper_.expires_after(options().sweep_interval);
        co_await sweeper_.async_wait(boost::asio::as_tuple(boost::asio::deferred));
        auto const now = Clock::now();
        expire_overdue(now);
        look_after_peers();
        if (draining_ && now >= drain_until_) force(now);
    }
}

void Worker::expire_overdue(Clock::time_point now) {
    for (std::size_t i = 0; i < kWaits; ++i) {
        if (static_cast<Wait>(i) == Wait::handler) continue;
        while (!lists_[i].empty() && now - lists_[i].front().since() >= limits_[i]) lists_[i].front().expire();
    }
}

void Worker::look_after_peers() {
    polled_.clear();
    polled_connections_.clear();
    for (auto& connection : list(Wait::handler)) {
        polled_.push_back({.fd = connection.descriptor(), .events = POLLRDHUP, .revents = 0});
        polled_connections_.push_back(&connection);
        connection.send_finished();
    }
    if (polled_.empty() || ::poll(polled_.data(), polled_.size(), 0) < 0) return;
    for (std::size_t i = 0; i < polled_.size(); ++i) polled_connections_[i]->peer_events(polled_[i].revents);
}

void Worker::drain() {
    if (draining_) return;
    accept_backlog();
    draining_ = true;
    drain_until_ = Clock::now() + options().drain_timeout;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    if (connections_ == 0) return loop_.stop();
    for (auto const wait : {Wait::handshake, Wait::idle})
        for (auto& connection : list(wait)) connection.wake();
}

void Worker::accept_backlog() {
    // Who was let in by the kernel before the end began is answered too; closing the listener would reset them.
    boost::system::error_code ec;
    acceptor_.non_blocking(true, ec);
    while (!ec) {
        boost::asio::ip::tcp::endpoint peer;
        auto socket = acceptor_.accept(peer, ec);
        if (!ec) admit(std::move(socket), peer);
    }
}

void Worker::force(Clock::time_point now) {
    if (past_drain_ && now >= drain_until_ + kLastWords) return loop_.stop();
    past_drain_ = true;
    for (auto const wait : {Wait::handshake, Wait::idle, Wait::head, Wait::body, Wait::write, Wait::linger})
        while (!list(wait).empty()) list(wait).front().expire();
    for (auto& connection : list(Wait::handler)) connection.cancel();
}

}  // namespace koine::http
