/// @file How a running server is told to stop: SIGINT and SIGTERM, taken by a thread of their own.
#pragma once

#include <functional>
#include <mutex>
#include <pthread.h>
#include <thread>

namespace koine::cli {

/// Takes SIGINT and SIGTERM from its making to its end. The first calls what `on_stop` set, so does the second (which hurries); the third
/// ends the process. Before the first `on_stop` there is nothing to finish: any signal ends the process with ExitCode::failed.
/// Make it before any other thread, since threads inherit which signals are blocked. While it lives SIGPIPE, SIGHUP and SIGXFSZ are
/// ignored: a client or terminal that goes away, or a file that may grow no further, doesn't end a server.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(StopSignals const&) = delete;
    StopSignals& operator=(StopSignals const&) = delete;

    /// @param stop called on the thread of the signals, with the number of signals so far. What it uses must live until the next
    ///        `on_stop` (with an empty function: none) returned, or to the end of this object.
    void on_stop(std::function<void(int)> stop);

private:
    void watch();

    std::mutex mutex_;  ///< guards the members between it and the thread
    std::function<void(int)> stop_;
    bool started_ = false;
    bool ended_ = false;
    int received_ = 0;
    std::thread thread_;
};

}  // namespace koine::cli
