/// @file AccessLogger: a line per answer on standard output, written off the workers' threads.
#pragma once

#include "app/service.hpp"
#include "http/server.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace koine::app {

/// Collects lines and writes them a few times a second. `record` may be called from any thread and never waits for the output; if
/// the output cannot keep up (more than 8 MiB wait), lines are dropped and their number is told.
class AccessLogger {
public:
    /// @param own how the lines about itself look, on stderr.
    explicit AccessLogger(AccessLog form, LogFormat own = LogFormat::text);
    ~AccessLogger();
    AccessLogger(AccessLogger const&) = delete;
    AccessLogger& operator=(AccessLogger const&) = delete;

    void record(http::AccessRecord const& record);

private:
    void write_until_stopped();

    AccessLog form_;
    LogFormat own_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string pending_;
    std::size_t dropped_ = 0;
    bool stopping_ = false;
    std::thread writer_;
};

/// One line without its end. Text: `time peer "METHOD target" status bytes microseconds request-id`. JSON: an object of the same.
std::string access_line(AccessLog form, http::AccessRecord const& record, std::string_view time);

}  // namespace koine::app
