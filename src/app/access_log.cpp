#include "app/access_log.hpp"

#include "app/log.hpp"
#include "represent/json_text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace koine::app {
namespace {

constexpr std::size_t kMaxPending = 8 * 1024 * 1024;
constexpr auto kInterval = std::chrono::milliseconds(200);

std::string in_quotes(std::string_view text) {
    std::string out;
    represent::append_json_string(out, text);
    return out;
}

}  // namespace

std::string access_line(AccessLog form, http::AccessRecord const& record, std::string_view time) {
    auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(record.duration).count();
    if (form == AccessLog::json)
        return fmt::format(
            R"({{"time":"{}","peer":{},"method":{},"target":{},"status":{},"bytes":{},"microseconds":{},"request_id":{}}})",
            time,
            in_quotes(record.peer),
            in_quotes(record.method),
            in_quotes(record.target),
            record.status,
            record.body_bytes,
            microseconds,
            in_quotes(record.request_id)
        );
    return fmt::format(
        "{} {} {} {} {} {}us {}",
        time,
        record.peer,
        in_quotes(fmt::format("{} {}", record.method, record.target)),
        record.status,
        record.body_bytes,
        microseconds,
        record.request_id
    );
}

AccessLogger::AccessLogger(AccessLog form, LogFormat own) : form_(form), own_(own) {
    if (form_ != AccessLog::off) writer_ = std::thread([this] { write_until_stopped(); });
}

AccessLogger::~AccessLogger() {
    if (!writer_.joinable()) return;
    {
        std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    writer_.join();
}

void AccessLogger::record(http::AccessRecord const& record) {
    if (form_ == AccessLog::off) return;
    auto line = access_line(form_, record, time_text(std::chrono::system_clock::now()));
    std::scoped_lock lock(mutex_);
    if (pending_.size() + line.size() > kMaxPending) {
        ++dropped_;
        return;
    }
    pending_.append(line).push_back('\n');
}

void AccessLogger::write_until_stopped() {
    std::string batch;
    for (bool last = false; !last;) {
        std::size_t dropped = 0;
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, kInterval, [this] { return stopping_; });
            last = stopping_;
            batch.swap(pending_);
            std::swap(dropped, dropped_);
        }
        if (!batch.empty()) {
            std::fwrite(batch.data(), 1, batch.size(), stdout);
            std::fflush(stdout);
            batch.clear();
        }
        if (dropped > 0)
            log(own_, LogLevel::error, fmt::format("{} lines of the access log were dropped: the output is too slow", dropped));
    }
}

}  // namespace koine::app
