#include "cli/signals.hpp"

#include "cli/outcome.hpp"
#include "cli/terminal.hpp"

#include <csignal>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace koine::cli {
namespace {

constexpr int kLastSignal = 3;  ///< after it the process ends, finished or not

sigset_t stopping() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

StopSignals::StopSignals() {
    auto const set = stopping();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    thread_ = std::thread([this] { watch(); });
}

StopSignals::~StopSignals() {
    {
        std::lock_guard const lock(mutex_);
        ended_ = true;
    }
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void StopSignals::on_stop(std::function<void(int)> stop) {
    std::lock_guard const lock(mutex_);
    stop_ = std::move(stop);
    started_ = true;
}

void StopSignals::watch() {
    auto const set = stopping();
    for (;;) {
        int signal = 0;
        if (sigwait(&set, &signal) != 0) continue;
        std::lock_guard const lock(mutex_);
        if (ended_) return;
        ++received_;
        if (!started_ || received_ >= kLastSignal) {
            say(stderr, started_ ? "koine: ended before all was finished\n" : "koine: ended before it served\n");
            _exit(static_cast<int>(ExitCode::failed));
        }
        if (stop_) stop_(received_);
    }
}

}  // namespace koine::cli
