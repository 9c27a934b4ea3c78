#include "http/server.hpp"

#include "http/worker.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace koine::http {
namespace {

using boost::asio::ip::tcp;

constexpr int kBacklog = 4096;
constexpr std::size_t kOtherFiles = 128;  // databases, logs, event loops

Problem unusable(std::string message) { return configuration_problem("", 0, 0, message); }

std::string in_url(boost::asio::ip::address const& address) {
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

/// The address that `--host` means; names are looked up, the first answer counts.
Result<tcp::endpoint> resolve(std::string host, std::uint16_t port) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    boost::system::error_code ec;
    auto const address = boost::asio::ip::make_address(host, ec);
    if (!ec) return tcp::endpoint(address, port);
    boost::asio::io_context context;
    auto const found = tcp::resolver(context).resolve(host, std::to_string(port), tcp::resolver::numeric_service, ec);
    if (ec || found.empty()) return unusable(fmt::format("the host '{}' is neither an address nor a name that can be found", host));
    return found.begin()->endpoint();
}

/// A file descriptor that is closed unless it is given away.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }
    int give_away() { return std::exchange(number_, -1); }

private:
    int number_;
};

enum class Sharing : unsigned char { alone, with_siblings };

Problem cannot_listen(tcp::endpoint const& at, int error) {
    auto const host = at.address().to_string();
    switch (error) {
        case EADDRINUSE: return unusable(fmt::format("port {} on {} is in use", at.port(), host));
        case EACCES: return unusable(fmt::format("port {} on {} may not be used without privileges", at.port(), host));
        case EADDRNOTAVAIL: return unusable(fmt::format("{} is not an address of this machine", host));
        default: return unusable(fmt::format("cannot listen on port {} of {}: {}", at.port(), host, std::strerror(error)));
    }
}

Result<Descriptor> bind_socket(tcp::endpoint const& at, Sharing sharing) {
    Descriptor socket(::socket(at.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.number() < 0) return cannot_listen(at, errno);
    int const on = 1;
    int const off = 0;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (sharing == Sharing::with_siblings) ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (at.address().is_v6()) ::setsockopt(socket.number(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (::bind(socket.number(), at.data(), static_cast<socklen_t>(at.size())) != 0) return cannot_listen(at, errno);
    return socket;
}

std::uint16_t bound_port(Descriptor const& socket) {
    tcp::endpoint at;
    auto size = static_cast<socklen_t>(at.capacity());
    ::getsockname(socket.number(), at.data(), &size);
    at.resize(size);
    return at.port();
}

/// Lifts the soft limit of open files to the hard one. @return the limit in force.
std::size_t raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        auto raised = limit;
        raised.rlim_cur = raised.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

}  // namespace

class Server::Impl {
public:
    explicit Impl(ServerOptions options) {
        auto& limits = shared.limits;
        limits = {.max_head_bytes = options.max_head_bytes, .max_headers = options.max_headers, .max_body_bytes = options.max_body_bytes};
        shared.options = std::move(options);
    }

    Shared shared;
    std::vector<std::unique_ptr<Worker>> workers;
    tcp::endpoint at;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, HandlerFactory const& factory) {
    if (options.workers == 0) options.workers = std::max(1U, std::thread::hardware_concurrency());
    auto const files = raise_file_limit();
    auto const reserve = std::min(kOtherFiles, files / 2);
    options.max_connections = std::max<std::size_t>(1, std::min(options.max_connections, files - reserve));
    std::signal(SIGPIPE, SIG_IGN);

    KOINE_TRY(auto at, resolve(options.host, options.port));
    if (options.port != 0) {
        // With SO_REUSEPORT alone a second server on the port would succeed in silence.
        KOINE_TRY(auto probe, bind_socket(at, Sharing::alone));
        static_cast<void>(probe);
    }
    std::vector<Descriptor> sockets;
    for (unsigned i = 0; i < options.workers; ++i) {
        KOINE_TRY(auto socket, bind_socket(at, Sharing::with_siblings));
        if (::listen(socket.number(), kBacklog) != 0) return cannot_listen(at, errno);
        at.port(bound_port(socket));
        sockets.push_back(std::move(socket));
    }

    auto impl = std::make_unique<Impl>(std::move(options));
    impl->at = at;
    for (unsigned i = 0; i < impl->shared.options.workers; ++i) {
        auto worker = std::make_unique<Worker>(impl->shared, i);
        KOINE_TRY(auto handler, factory(i, worker->loop()));
        worker->use(sockets[i].give_away(), at.protocol(), std::move(handler));
        impl->workers.push_back(std::move(worker));
    }
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->at.port(); }

std::string Server::host() const { return in_url(impl_->at.address()); }

std::string Server::url() const { return fmt::format("{}://{}:{}", options().tls ? "https" : "http", host(), port()); }

unsigned Server::workers() const { return static_cast<unsigned>(impl_->workers.size()); }

ServerOptions const& Server::options() const { return impl_->shared.options; }

std::size_t Server::connections() const { return impl_->shared.connections.load(std::memory_order_relaxed); }

void Server::run() {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < impl_->workers.size(); ++i) threads.emplace_back([worker = impl_->workers[i].get()] { worker->run(); });
    impl_->workers.front()->run();
}

void Server::stop() {
    for (auto& worker : impl_->workers) worker->post_drain();
}

}  // namespace koine::http
