#include "cli/values.hpp"

#include <gtest/gtest.h>

namespace koine::cli {
namespace {

using std::chrono::milliseconds;

TEST(Size, IsDigitsWithAnOptionalUnit) {
    struct Case {
        std::string_view text;
        std::optional<std::uint64_t> want;
    };
    for (auto const& [text, want] : {
             Case{"0", 0},
             Case{"512", 512},
             Case{"512b", 512},
             Case{"2k", 2048},
             Case{"64M", 64ULL << 20U},
             Case{"64MB", 64ULL << 20U},
             Case{"64MiB", 64ULL << 20U},
             Case{"1g", 1ULL << 30U},
             Case{"", {}},
             Case{"M", {}},
             Case{"-1", {}},
             Case{"1.5M", {}},
             Case{"1T", {}},
             Case{"1 M", {}},
             Case{"1bb", {}},
             Case{"99999999999G", {}},
             Case{"99999999999999999999999", {}},
         }) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_size(text), want);
    }
}

TEST(Size, IsShownAsItIsRead) {
    for (std::uint64_t bytes : {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 64ULL << 20U, 3ULL << 30U})
        EXPECT_EQ(parse_size(show_size(bytes)), bytes) << show_size(bytes);
}

TEST(Duration, CountsDigitsAloneInItsOwnUnit) {
    struct Case {
        std::string_view text;
        milliseconds unit;
        std::optional<milliseconds> want;
    };
    milliseconds const second(1000);
    milliseconds const millisecond(1);
    for (auto const& [text, unit, want] : {
             Case{"15", second, milliseconds(15'000)},
             Case{"15", millisecond, milliseconds(15)},
             Case{"500ms", second, milliseconds(500)},
             Case{"5s", millisecond, milliseconds(5000)},
             Case{"2m", second, milliseconds(120'000)},
             Case{"1h", second, milliseconds(3'600'000)},
             Case{"", second, {}},
             Case{"s", second, {}},
             Case{"-1s", second, {}},
             Case{"1d", second, {}},
             Case{"18446744073709551615h", second, {}},
         }) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_duration(text, unit), want);
    }
}

TEST(Lifetime, NeedsItsUnit) {
    struct Case {
        std::string_view text;
        std::optional<std::chrono::seconds> want;
    };
    for (auto const& [text, want] : {
             Case{"1s", std::chrono::seconds(1)},
             Case{"30m", std::chrono::minutes(30)},
             Case{"12H", std::chrono::hours(12)},
             Case{"90d", std::chrono::days(90)},
             Case{"2w", std::chrono::days(14)},
             Case{"36500d", std::chrono::days(36'500)},
             Case{"", {}},
             Case{"d", {}},
             Case{"90", {}},
             Case{"0d", {}},
             Case{"-1d", {}},
             Case{"1.5d", {}},
             Case{"1y", {}},
             Case{"90 d", {}},
             Case{"36501d", {}},
             Case{"99999999999999999999w", {}},
         }) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_lifetime(text), want);
    }
}

TEST(MountForm, IsANameOrFileAndPerhapsAPlace) {
    struct Case {
        std::string_view text;
        std::optional<app::Mount> want;
    };
    for (auto const& [text, want] : {
             Case{"rest", app::Mount{"rest", ""}},
             Case{"rest@/api", app::Mount{"rest", "/api"}},
             Case{"rest@/api/v1/", app::Mount{"rest", "/api/v1"}},
             Case{"rest@/", app::Mount{"rest", ""}},
             Case{"./a/mine.yaml@/x", app::Mount{"./a/mine.yaml", "/x"}},
             Case{"", {}},
             Case{"@/api", {}},
             Case{"rest@", {}},
             Case{"rest@api", {}},
             Case{"rest@//api", {}},
             Case{"rest@/a//b", {}},
             Case{"rest@/-/health", {}},
             Case{"rest@/..", {}},
             Case{"rest@/a b", {}},
             Case{"rest@/a?b", {}},
         }) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parse_mount(text), want);
    }
}

}  // namespace
}  // namespace koine::cli
