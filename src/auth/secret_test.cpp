#include "auth/secret.hpp"

#include <gtest/gtest.h>

#include <set>

namespace koine::auth {
namespace {

TEST(Secret, IsNewEveryTimeAndHasTheFormThatScannersKnow) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        auto const secret = make_secret();
        ASSERT_TRUE(secret);
        EXPECT_TRUE(secret.value().starts_with("koine_"));
        EXPECT_EQ(secret.value().size(), 49U);
        EXPECT_TRUE(seen.insert(secret.value()).second);
    }
    std::set<char> letters;
    for (auto const& secret : seen) letters.insert(secret.begin() + 6, secret.end());
    EXPECT_EQ(letters.size(), 62U) << "of 43,000 random letters none of the alphabet is missing";
}

TEST(Secret, HasAnIdThatPeopleCanType) {
    for (int i = 0; i < 100; ++i) {
        auto const id = make_id();
        ASSERT_TRUE(id);
        EXPECT_EQ(id.value().size(), 8U);
        EXPECT_EQ(id.value().find_first_not_of("23456789abcdefghjkmnpqrstuvwxyz"), std::string::npos) << id.value();
    }
}

TEST(Digest, IsSha256) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        // FIPS 180-2, appendix B, and the empty text.
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (auto const& [text, want] : cases) EXPECT_EQ(to_hex(digest_of(text)), want);
}

TEST(Digest, IsReadBackFromItsHex) {
    auto const digest = digest_of("abc");
    EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
    auto hex = to_hex(digest);
    EXPECT_EQ(digest_from_hex(hex + "0"), std::nullopt);
    EXPECT_EQ(digest_from_hex(std::string_view(hex).substr(1)), std::nullopt);
    EXPECT_EQ(digest_from_hex(""), std::nullopt);
    hex.front() = 'B';
    EXPECT_EQ(digest_from_hex(hex), std::nullopt) << "capitals would be a second spelling";
}

TEST(Digest, EqualsOnlyItself) {
    EXPECT_TRUE(equal(digest_of("a"), digest_of("a")));
    auto changed = digest_of("a");
    changed.back() ^= 1U;
    EXPECT_FALSE(equal(changed, digest_of("a")));
}

}  // namespace
}  // namespace koine::auth
