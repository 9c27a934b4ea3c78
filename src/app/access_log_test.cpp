#include "app/access_log.hpp"

#include <gtest/gtest.h>

namespace koine::app {
namespace {

http::AccessRecord record() {
    http::AccessRecord record;
    record.method = "GET";
    record.target = "/artist?name=eq.\"A\"";
    record.status = 200;
    record.body_bytes = 12;
    record.duration = std::chrono::microseconds(34);
    record.request_id = "abc";
    record.peer = "127.0.0.1";
    return record;
}

TEST(AccessLog, TextIsOneLineWhateverTheTargetHolds) {
    EXPECT_EQ(access_line(AccessLog::text, record(), "T"), R"(T 127.0.0.1 "GET /artist?name=eq.\"A\"" 200 12 34us abc)");
}

TEST(AccessLog, JsonEscapesWhatTheClientSent) {
    EXPECT_EQ(
        access_line(AccessLog::json, record(), "T"),
        R"({"time":"T","peer":"127.0.0.1","method":"GET","target":"/artist?name=eq.\"A\"","status":200,"bytes":12,)"
        R"("microseconds":34,"request_id":"abc"})"
    );
}

}  // namespace
}  // namespace koine::app
