/// @file The server's own lines on stderr.
#pragma once

#include "app/service.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace koine::app {

enum class LogLevel : std::uint8_t { info, note, error };

/// One line without its end. Text: `koine: MESSAGE`, with `note: ` (that level only) and `request ID: ` before the message.
/// JSON: {"time", "level", "message", "request_id"}, the last only if there is one. Control characters of the text form are the
/// caller's to remove.
std::string log_line(
    LogFormat format, LogLevel level, std::string_view message, std::string_view request_id, std::chrono::system_clock::time_point time
);
/// Writes such a line to stderr, in one piece. Thread-safe.
void log(LogFormat format, LogLevel level, std::string_view message, std::string_view request_id = {});

/// RFC 3339 in UTC with milliseconds, as logs write it.
std::string time_text(std::chrono::system_clock::time_point time);

}  // namespace koine::app
