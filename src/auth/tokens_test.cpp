#include "auth/tokens.hpp"

#include <gtest/gtest.h>

namespace koine::auth {
namespace {

Token token(std::string id, std::string name, std::string_view secret, Access may = Access::read) {
    Token made;
    made.id = std::move(id);
    made.name = std::move(name);
    made.sha256 = digest_of(secret);
    made.may = may;
    made.created = *time_from_text("2026-11-22T08:07:41Z");
    return made;
}

/// A file of one token whose lines are these.
std::string file_with(std::string_view members) { return "tokens:\n  - {" + std::string(members) + "}\n"; }

std::string const kHash = to_hex(digest_of("a"));

TEST(TokenTime, IsUtcToTheSecond) {
    for (std::string_view const text : {"1970-01-01T00:00:00Z", "2026-11-22T08:07:41Z", "2028-02-29T23:59:59Z", "9999-12-31T00:00:00Z"}) {
        auto const time = time_from_text(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(to_text(*time), text);
    }
    EXPECT_EQ(time_from_text("1970-01-02T00:00:01Z")->time_since_epoch().count(), 86'401);
    for (std::string_view const text :
         {"",
          "2026-11-22",
          "2026-11-22T08:07:41",
          "2026-11-22 08:07:41Z",
          "2026-13-01T00:00:00Z",
          "2026-02-29T00:00:00Z",
          "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z",
          "2026-01-01T00:00:60Z",
          "2026-01-01T00:00:00z",
          "+026-01-01T00:00:00Z",
          "2026-01-01T00:00:00ZZ"})
        EXPECT_EQ(time_from_text(text), std::nullopt) << text;
}

TEST(TokenName, IsFitForLogsAndShells) {
    for (std::string_view const good : {"a", "7", "deploy", "ci-2026", "ann@example.org", "a:b+c.d_e"})
        EXPECT_TRUE(is_token_name(good)) << good;
    for (std::string_view const bad : {"", "-a", ".a", "a b", "a\n", "a\"b", "a/b", "ä", "a$b"}) EXPECT_FALSE(is_token_name(bad)) << bad;
    EXPECT_TRUE(is_token_name(std::string(64, 'x')));
    EXPECT_FALSE(is_token_name(std::string(65, 'x')));
}

TEST(Tokens, AreWrittenAndReadBack) {
    auto limited = token("k2", "ci", "two");
    limited.expires = *time_from_text("2027-01-01T00:00:00Z");
    std::vector<Token> const list = {token("k1", "deploy", "one", Access::write), limited, token("12345678", "12345678", "three")};
    auto const read = Tokens::parse(Tokens(list).text(), "f");
    ASSERT_TRUE(read) << describe(read.error());
    EXPECT_EQ(std::vector<Token>(read.value().all().begin(), read.value().all().end()), list);
    auto const none = Tokens::parse(Tokens().text(), "f");
    ASSERT_TRUE(none) << describe(none.error());
    EXPECT_TRUE(none.value().empty());
}

TEST(Tokens, HoldNoSecret) { EXPECT_EQ(Tokens({token("k1", "deploy", "a_secret")}).text().find("a_secret"), std::string::npos); }

TEST(Tokens, AreFoundByTheirHash) {
    std::vector<Token> list;
    for (int i = 0; i < 500; ++i) list.push_back(token("id" + std::to_string(i), "name" + std::to_string(i), "secret" + std::to_string(i)));
    // As if another one began with the same eight bytes.
    auto near = list[7];
    near.id = near.name = "near";
    near.sha256.back() ^= 1U;
    list.push_back(near);
    Tokens const tokens(list);
    for (auto const& each : list) EXPECT_EQ(tokens.find(each.sha256)->id, each.id);
    EXPECT_EQ(tokens.find(digest_of("another")), nullptr);
    EXPECT_EQ(Tokens().find(digest_of("another")), nullptr);
}

TEST(Tokens, AreFoundByIdOrName) {
    Tokens const tokens({token("k1", "deploy", "one"), token("k2", "ci", "two")});
    EXPECT_EQ(tokens.named("k2")->name, "ci");
    EXPECT_EQ(tokens.named("deploy")->id, "k1");
    EXPECT_EQ(tokens.named("K1"), nullptr);
    EXPECT_EQ(tokens.named(""), nullptr);
}

TEST(Tokens, ExpireInTheSecondThatTheyName) {
    auto limited = token("k1", "ci", "one");
    EXPECT_FALSE(limited.is_expired(Time::max()));
    limited.expires = Time(std::chrono::seconds(100));
    EXPECT_FALSE(limited.is_expired(Time(std::chrono::seconds(99))));
    EXPECT_TRUE(limited.is_expired(Time(std::chrono::seconds(100))));
}

TEST(Tokens, TellWhatIsWrongWithTheirFile) {
    struct Case {
        std::string text;
        std::string_view want;
    } const cases[] = {
        {"tokens: [", "f:"},
        {"token: []", "f:1:1: unknown option \"token\"; did you mean \"tokens\"?"},
        {"- a", "f:1:1: expected a map of options, not a list"},
        {"tokens: 3", "f:1:9: expected a list of tokens"},
        {file_with("sha256: " + kHash), "f:2:5: a token needs an id"},
        {file_with("id: a b, sha256: " + kHash), "f:2:5: a token needs an id"},
        {file_with("id: a, name: a b, sha256: " + kHash), "f:2:5: a token's name has 1 to 64 letters"},
        {file_with("id: a"), "f:2:5: a token needs sha256"},
        {file_with("id: a, sha256: [a]"), "f:2:21: a token needs sha256"},
        {file_with("id: a, sha256: abc"), "f:2:21: a token needs sha256: 64 small hex digits"},
        {file_with("id: a, may: wirte, sha256: " + kHash), "f:2:18: unknown word \"wirte\"; did you mean \"write\"?"},
        {file_with("id: a, expires: never, sha256: " + kHash), "f:2:22: expected a time such as"},
        {file_with("id: a, expires: ~, sha256: " + kHash), "f:2:22: expected a time such as"},
        {file_with("id: a, created: 2026-01-01, sha256: " + kHash), "f:2:22: expected a time such as"},
        {file_with("id: a, exipres: 2026-01-01, sha256: " + kHash), "f:2:13: unknown option \"exipres\"; did you mean \"expires\"?"},
        {file_with("id: a, sha256: " + kHash) + "  - {id: b, sha256: " + kHash + "}\n", "f:3:5: two tokens have the same sha256"},
        {file_with("id: a, sha256: " + kHash) + "  - {id: a, sha256: " + to_hex(digest_of("b")) + "}\n", "f:3:5: two tokens are called a"},
        {file_with("id: a, sha256: " + kHash) + "  - {id: b, name: a, sha256: " + to_hex(digest_of("b")) + "}\n",
         "f:3:5: two tokens are called"},
    };
    for (auto const& [text, want] : cases) {
        SCOPED_TRACE(text);
        auto const tokens = Tokens::parse(text, "f");
        ASSERT_FALSE(tokens);
        EXPECT_TRUE(describe(tokens.error()).starts_with(want)) << describe(tokens.error());
    }
}

TEST(Tokens, MayBeWrittenByHand) {
    auto const tokens = Tokens::parse(file_with("id: a, sha256: " + kHash), "f");
    ASSERT_TRUE(tokens) << describe(tokens.error());
    auto const& only = tokens.value().all().front();
    EXPECT_EQ(only.name, "a");
    EXPECT_EQ(only.may, Access::read) << "the lesser right is the default";
    for (std::string_view const none : {"", "tokens:", "tokens: []", "# nothing\n"}) {
        auto const empty = Tokens::parse(none, "f");
        ASSERT_TRUE(empty) << none;
        EXPECT_TRUE(empty.value().empty());
    }
}

}  // namespace
}  // namespace koine::auth
