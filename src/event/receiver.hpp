/// @file For this room's tests: a server on loopback that answers as it is told, badly too.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace koine::event::testing {

/// Takes requests, each on a thread of its own, and keeps their bytes.
class Receiver {
public:
    /// Writes to a client until it returns, or the connection fails.
    class Line {
    public:
        Line(int socket, std::atomic<bool> const& stopping, std::function<void()> first)
            : socket_(socket),
              stopping_(stopping),
              first_(std::move(first)) {}
        bool write(std::string_view bytes) const {
            if (auto const first = std::exchange(first_, {})) first();
            while (!bytes.empty()) {
                auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
                if (sent <= 0) return false;
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
            return true;
        }
        /// Nothing, until the client goes or the receiver ends.
        void stall() const {
            while (!stopping_) {
                pollfd one{socket_, POLLIN, 0};
                char byte = 0;
                if (poll(&one, 1, 20) > 0 && recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return;
            }
        }

    private:
        int socket_;
        std::atomic<bool> const& stopping_;
        mutable std::function<void()> first_;  ///< before the first byte
    };
    using Answer = std::function<void(Line const&, std::string const& request)>;

    static Answer status(int code, std::string headers = "") {
        return [code, headers](Line const& line, std::string const&) {
            line.write(fmt::format("HTTP/1.1 {} Word\r\nContent-Length: 2\r\n{}\r\nok", code, headers));
        };
    }

    Receiver() : Receiver(status(200)) {}
    explicit Receiver(Answer answer, std::uint16_t port = 0) : answer_(std::move(answer)) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int const yes = 1;
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener_, 64), 0);
        socklen_t size = sizeof address;
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        accepter_ = std::thread([this] { accept_all(); });
    }
    ~Receiver() {
        stopping_ = true;
        shutdown(listener_, SHUT_RDWR);
        accepter_.join();
        close(listener_);
        for (auto& thread : threads_) thread.join();
    }
    Receiver(Receiver const&) = delete;
    Receiver& operator=(Receiver const&) = delete;

    static Answer stalling() {
        return [](Line const& line, std::string const&) { line.stall(); };
    }

    void answer_with(Answer answer) {
        std::scoped_lock lock(mutex_);
        answer_ = std::move(answer);
    }
    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/hook") const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }
    std::vector<std::string> requests() const {
        std::scoped_lock lock(mutex_);
        return requests_;
    }
    /// As soon as there are so many, or after half a minute.
    std::vector<std::string> requests(std::size_t count) const {
        for (int i = 0; i < 3000 && requests().size() < count; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return requests();
    }
    /// The most that waited for the first byte of an answer at the same time.
    int most_at_once() const { return most_; }

private:
    void accept_all() {
        for (;;) {
            int const client = accept(listener_, nullptr, nullptr);
            if (client < 0 || stopping_) {
                if (client >= 0) close(client);
                return;
            }
            threads_.emplace_back([this, client] { serve(client); });
        }
    }
    void serve(int client) {
        std::string request;
        auto const head = [&] { return request.find("\r\n\r\n"); };
        auto const whole = [&] {
            auto const end = head();
            if (end == std::string::npos) return false;
            auto const at = request.find("Content-Length: ");
            return at == std::string::npos || at > end || request.size() >= end + 4 + std::stoul(request.substr(at + 16));
        };
        while (!whole() && !stopping_) {
            pollfd one{client, POLLIN, 0};
            if (poll(&one, 1, 20) <= 0) continue;
            char bytes[4096];
            auto const more = recv(client, bytes, sizeof bytes, 0);
            if (more <= 0) break;
            request.append(bytes, static_cast<std::size_t>(more));
        }
        Answer answer;
        {
            std::scoped_lock lock(mutex_);
            if (!request.empty()) requests_.push_back(request);
            answer = answer_;
            most_ = std::max(most_.load(), ++now_);
        }
        bool answered = false;
        auto const no_more = [&] {
            if (!std::exchange(answered, true)) --now_;
        };
        answer(Line(client, stopping_, no_more), request);
        no_more();
        shutdown(client, SHUT_RDWR);
        close(client);
    }

    mutable std::mutex mutex_;
    Answer answer_;
    std::vector<std::string> requests_;
    std::vector<std::thread> threads_;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> now_ = 0, most_ = 0;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread accepter_;
};

}  // namespace koine::event::testing
