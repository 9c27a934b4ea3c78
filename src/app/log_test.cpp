#include "app/log.hpp"

#include <gtest/gtest.h>

namespace koine::app {
namespace {

constexpr auto kTime = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'042));

TEST(LogLine, SaysTheSameInBothForms) {
    struct Case {
        LogFormat format;
        LogLevel level;
        std::string_view message;
        std::string_view request;
        std::string_view want;
    };
    for (auto const& [format, level, message, request, want] : {
             Case{LogFormat::text, LogLevel::error, "it broke", "", "koine: it broke"},
             Case{LogFormat::text, LogLevel::note, "mind", "", "koine: note: mind"},
             Case{LogFormat::text, LogLevel::error, "it broke", "r1", "koine: request r1: it broke"},
             Case{
                 LogFormat::json,
                 LogLevel::error,
                 "a \"b\"\n",
                 "",
                 R"({"time":"2023-11-14T22:13:20.042Z","level":"error","message":"a \"b\"\n"})"
             },
             Case{
                 LogFormat::json,
                 LogLevel::info,
                 "x",
                 "r1",
                 R"({"time":"2023-11-14T22:13:20.042Z","level":"info","message":"x","request_id":"r1"})"
             },
         })
        EXPECT_EQ(log_line(format, level, message, request, kTime), want);
}

}  // namespace
}  // namespace koine::app
