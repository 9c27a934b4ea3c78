#include "blob/delivery.hpp"

#include "base/file_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace koine::blob {
namespace {

std::string header(Delivery const& made, std::string_view name) {
    auto const found = std::ranges::find(made.headers, name, [](auto const& one) { return std::string_view(one.first); });
    return found == made.headers.end() ? "" : found->second;
}

TEST(Delivery, GivesOneRange) {
    struct Case {
        std::string_view range;
        std::uint64_t size;
        int status;
        std::uint64_t offset, count;
        std::string_view content_range;
    } const cases[] = {
        {"", 10, 200, 0, 10, ""},
        {"bytes=0-3", 10, 206, 0, 4, "bytes 0-3/10"},
        {"bytes=0-0", 10, 206, 0, 1, "bytes 0-0/10"},
        {"Bytes = 2-3", 10, 206, 2, 2, "bytes 2-3/10"},
        {"bytes=3-", 10, 206, 3, 7, "bytes 3-9/10"},
        {"bytes=9-", 10, 206, 9, 1, "bytes 9-9/10"},
        {"bytes=3-99", 10, 206, 3, 7, "bytes 3-9/10"},
        {"bytes=-3", 10, 206, 7, 3, "bytes 7-9/10"},
        {"bytes=-99", 10, 206, 0, 10, "bytes 0-9/10"},
        {"bytes=0-18446744073709551615", 10, 206, 0, 10, "bytes 0-9/10"},
        {"bytes=-99999999999999999999999", 10, 206, 0, 10, "bytes 0-9/10"},
        {"bytes=10-", 10, 416, 0, 0, "bytes */10"},
        {"bytes=99999999999999999999999-", 10, 416, 0, 0, "bytes */10"},
        {"bytes=-0", 10, 416, 0, 0, "bytes */10"},
        {"bytes=0-", 0, 416, 0, 0, "bytes */0"},
        {"bytes=-1", 0, 416, 0, 0, "bytes */0"},
        // What is no range, or several, is no error: all is given.
        {"bytes=3-2", 10, 200, 0, 10, ""},
        {"bytes=-", 10, 200, 0, 10, ""},
        {"bytes=", 10, 200, 0, 10, ""},
        {"bytes", 10, 200, 0, 10, ""},
        {"bytes=a-b", 10, 200, 0, 10, ""},
        {"bytes=1-2,4-5", 10, 200, 0, 10, ""},
        {"bytes=1--2", 10, 200, 0, 10, ""},
        {"bytes=+1-2", 10, 200, 0, 10, ""},
        {"rows=0-3", 10, 200, 0, 10, ""},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.range);
        auto const made = deliver({.hash = "ab", .size = each.size}, {.range = each.range});
        EXPECT_EQ(made.status, each.status);
        EXPECT_EQ(made.offset, each.offset);
        EXPECT_EQ(made.count, each.count);
        EXPECT_EQ(header(made, "Content-Range"), each.content_range);
        EXPECT_EQ(header(made, "ETag"), "\"ab\"");
    }
    EXPECT_EQ(deliver({.hash = "ab", .size = 10}, {.range = "bytes=0-3", .head = true}).status, 200) << "a range is for GET";
}

TEST(Delivery, HeedsConditions) {
    struct Case {
        std::string_view none_match, range, if_range;
        int status;
    } const cases[] = {
        {"\"ab\"", "", "", 304},
        {"W/\"ab\"", "", "", 304},
        {"\"x\", \"ab\"", "", "", 304},
        {"*", "", "", 304},
        {"\"ab\"", "bytes=0-3", "", 304},
        {"ab", "", "", 200},
        {"\"abc\"", "", "", 200},
        {"\"x\"", "bytes=0-3", "", 206},
        {"", "bytes=0-3", "\"ab\"", 206},
        {"", "bytes=0-3", "W/\"ab\"", 200},
        {"", "bytes=0-3", "\"x\"", 200},
        {"", "bytes=0-3", "Sun, 22 Nov 2026 10:00:00 GMT", 200},
        {"", "bytes=99-", "\"x\"", 200},
        {"", "", "\"ab\"", 200},
    };
    for (auto const& [none_match, range, if_range, status] : cases) {
        SCOPED_TRACE(std::string(none_match) + " " + std::string(range) + " " + std::string(if_range));
        auto const made = deliver({.hash = "ab", .size = 10}, {.range = range, .if_none_match = none_match, .if_range = if_range});
        EXPECT_EQ(made.status, status);
    }
}

TEST(Delivery, NamesFilesSafely) {
    struct Case {
        std::string_view name, want;
    } const cases[] = {
        {"", "attachment"},
        {"a.txt", "attachment; filename=\"a.txt\""},
        {"a b.txt", "attachment; filename=\"a b.txt\""},
        {"../../x", "attachment; filename=\"x\""},
        {"C:\\dir\\y.txt", "attachment; filename=\"y.txt\""},
        {"..", "attachment"},
        {"/", "attachment"},
        {"a\r\nSet-Cookie: b", "attachment; filename=\"aSet-Cookie: b\""},
        {"a\".txt", "attachment; filename=\"a_.txt\"; filename*=UTF-8''a%22.txt"},
        {"100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"},
        {"na\xC3\xAFve \xE2\x82\xAC.txt", "attachment; filename=\"na_ve _.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt"},
        {"\xFF.txt", "attachment"},
    };
    for (auto const& [name, want] : cases) EXPECT_EQ(disposition_of(name, false), want) << name;
    EXPECT_EQ(disposition_of("a.png", true), "inline; filename=\"a.png\"");
    std::string long_name;
    for (int i = 0; i < 200; ++i) long_name += "\xC3\xA4";
    EXPECT_EQ(plain_file_name(long_name).size(), 200U);
    EXPECT_EQ(plain_file_name("x" + long_name).size(), 199U) << "no character is cut in two";
}

TEST(Delivery, ShowsOnlyWhatIsHarmless) {
    struct Case {
        std::string_view type;
        bool inlined;
        std::string_view want_type, want;
    } const cases[] = {
        {"image/png", true, "image/png", "inline"},
        {"Image/PNG; x=y", true, "image/png", "inline"},
        {"image/png", false, "image/png", "attachment"},
        {"text/plain", true, "text/plain; charset=utf-8", "inline"},
        {"text/html", true, "text/html", "attachment"},
        {"image/svg+xml", true, "image/svg+xml", "attachment"},
        {"", true, "application/octet-stream", "attachment"},
        {"text/html\r\nX: y", true, "application/octet-stream", "attachment"},
        {"image", true, "application/octet-stream", "attachment"},
        {"image/png/x", true, "application/octet-stream", "attachment"},
    };
    for (auto const& [type, inlined, want_type, want] : cases) {
        SCOPED_TRACE(type);
        auto const made = deliver({.hash = "ab", .size = 1, .type = type, .inlined = inlined}, {});
        EXPECT_EQ(header(made, "Content-Type"), want_type);
        EXPECT_EQ(header(made, "Content-Disposition"), want);
        EXPECT_EQ(header(made, "X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(header(made, "Content-Security-Policy"), "sandbox");
    }
}

}  // namespace
}  // namespace koine::blob
