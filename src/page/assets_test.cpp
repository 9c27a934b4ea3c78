#include "page/assets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::page {
namespace {

TEST(Assets, OurOwnAreAlwaysThere) {
    for (std::string_view const name : {"style.css", "base.css", "docs.css", "copy.js", "docs.js", "icon.svg"}) {
        SCOPED_TRACE(name);
        auto const answer = asset(asset_path(name), "", "");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200);
        EXPECT_FALSE(answer->body.empty());
        EXPECT_FALSE(answer->content_type.empty());
    }
}

TEST(Assets, ArePackedForWhoeverUnpacks) {
    struct Case {
        std::string_view accept_encoding;
        bool packed;
    };
    for (auto const& [accept_encoding, packed] : std::initializer_list<Case>{
             {"", false},
             {"identity", false},
             {"gzip", true},
             {"br, GZIP;q=0.5", true},
             {"gzip, deflate, br, zstd", true},
             {"gzip;q=0", false},
             {"gzip; q=0.000, *", false},
             {"*", true},
             {"*;q=0", false},
             {"gzipped", false},
         }) {
        SCOPED_TRACE(accept_encoding);
        auto const answer = asset(asset_path("style.css"), accept_encoding, "");
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->content_encoding, packed ? "gzip" : "");
        EXPECT_EQ(answer->body.starts_with("\x1F\x8B"), packed);
    }
}

TEST(Assets, AreSentOnce) {
    auto const first = asset(asset_path("style.css"), "gzip", "");
    ASSERT_TRUE(first);
    for (auto const& known : {first->etag, "W/" + first->etag, "\"other\", " + first->etag, std::string("*")}) {
        auto const again = asset(asset_path("style.css"), "gzip", known);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->status, 304) << known;
        EXPECT_TRUE(again->body.empty());
        EXPECT_EQ(again->etag, first->etag);
    }
    EXPECT_EQ(asset(asset_path("style.css"), "", first->etag)->status, 200);
}

TEST(Assets, NothingElseIs) {
    for (std::string_view const path : {"", "/", "/-/assets/", "/-/assets/style.css", "/-/assets/../style.css"})
        EXPECT_FALSE(asset(path, "", "")) << path;
    EXPECT_EQ(asset_path("none.css"), "");
}

TEST(Assets, TheirPathsHoldTheirHash) {
    for (auto const& each : built_in_assets()) EXPECT_THAT(std::string(each.path), ::testing::HasSubstr(std::string(each.hash)));
}

}  // namespace
}  // namespace koine::page
