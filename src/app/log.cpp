#include "app/log.hpp"

#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

namespace koine::app {
namespace {

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::info: return "info";
        case LogLevel::note: return "note";
        case LogLevel::error: return "error";
    }
    return "";
}

}  // namespace

std::string log_line(
    LogFormat format, LogLevel level, std::string_view message, std::string_view request_id, std::chrono::system_clock::time_point time
) {
    if (format == LogFormat::text) {
        auto const request = request_id.empty() ? std::string() : fmt::format("request {}: ", request_id);
        return fmt::format("koine: {}{}{}", level == LogLevel::note ? "note: " : "", request, message);
    }
    auto line = fmt::format(R"({{"time":"{}","level":"{}","message":)", time_text(time), to_string(level));
    represent::append_json_string(line, message);
    if (!request_id.empty()) {
        line += R"(,"request_id":)";
        represent::append_json_string(line, request_id);
    }
    return line += '}';
}

void log(LogFormat format, LogLevel level, std::string_view message, std::string_view request_id) {
    auto const line = log_line(format, level, message, request_id, std::chrono::system_clock::now()) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string time_text(std::chrono::system_clock::time_point time) {
    auto const seconds = std::chrono::system_clock::to_time_t(time);
    auto const milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec,
        milliseconds
    );
}

}  // namespace koine::app
