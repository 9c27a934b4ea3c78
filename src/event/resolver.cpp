#include "event/resolver.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <system_error>
#include <thread>
#include <utility>

namespace koine::event {
namespace {

constexpr std::size_t kThreads = 4;
constexpr std::size_t kMostAddresses = 16;

Address address_of(addrinfo const& info) {
    Address made;
    if (info.ai_family == AF_INET6) {
        sockaddr_in6 full{};
        std::memcpy(&full, info.ai_addr, sizeof full);
        made.family = 6;
        std::memcpy(made.bytes.data(), &full.sin6_addr, 16);
    } else {
        sockaddr_in full{};
        std::memcpy(&full, info.ai_addr, sizeof full);
        std::memcpy(made.bytes.data(), &full.sin_addr, 4);
    }
    return made;
}

}  // namespace

Resolved resolve(std::string const& host) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (int const error = getaddrinfo(host.c_str(), nullptr, &wanted, &found); error != 0) return {{}, gai_strerror(error)};
    Resolved made;
    for (auto const* info = found; info != nullptr && made.addresses.size() < kMostAddresses; info = info->ai_next)
        if (info->ai_family == AF_INET || info->ai_family == AF_INET6) made.addresses.push_back(address_of(*info));
    freeaddrinfo(found);
    if (made.addresses.empty()) made.error = "it has no address";
    return made;
}

/// Shared with the threads, which may outlive the resolver in a silent name server's hands.
struct Resolver::State {
    struct Question {
        std::string host;
        std::function<void(Resolved)> done;
    };
    std::function<Resolved(std::string const&)> how;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Question> waiting;
    std::size_t threads = 0, idle = 0;
    bool over = false;

    void work() {
        std::unique_lock lock(mutex);
        for (;;) {
            ++idle;
            wake.wait(lock, [this] { return over || !waiting.empty(); });
            --idle;
            if (over) return;
            auto question = std::move(waiting.front());
            waiting.pop_front();
            lock.unlock();
            auto resolved = how(question.host);
            lock.lock();
            if (over) return;  // told under the lock, so that nobody is told after the resolver's end
            question.done(std::move(resolved));
            question.done = nullptr;
        }
    }
};

Resolver::Resolver(std::function<Resolved(std::string const&)> how) : state_(std::make_shared<State>()) { state_->how = std::move(how); }

Resolver::~Resolver() {
    std::scoped_lock lock(state_->mutex);
    state_->over = true;
    state_->waiting.clear();
    state_->wake.notify_all();
}

void Resolver::ask(std::string host, std::function<void(Resolved)> done) {
    std::scoped_lock lock(state_->mutex);
    state_->waiting.push_back({std::move(host), std::move(done)});
    if (state_->idle < state_->waiting.size() && state_->threads < kThreads) {
        try {
            std::thread([state = state_] { state->work(); }).detach();
            ++state_->threads;
        } catch (std::system_error const&) {
            // Those there are have to do; without any, whoever asks gives up when his time is over.
        }
    }
    state_->wake.notify_one();
}

}  // namespace koine::event
