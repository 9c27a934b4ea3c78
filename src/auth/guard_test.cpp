#include "auth/guard.hpp"

#include "auth/loopback.hpp"
#include "auth/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>
#include <vector>

namespace koine::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kAlways = std::chrono::milliseconds(0);
constexpr Time kNow{std::chrono::seconds(1'800'000'000)};

/// "reader" reads, "writer" writes, "old" has expired; each is its own secret.
Tokens three() {
    Token const reader{"k1", "r", digest_of("reader"), Access::read, {}, {}};
    Token const writer{"k2", "w", digest_of("writer"), Access::write, {}, kNow + std::chrono::seconds(1)};
    Token const old{"k3", "o", digest_of("old"), Access::write, {}, kNow};
    return Tokens({reader, writer, old});
}

void put(std::string const& path, Tokens const& tokens) {
    auto const put = change_state_file(path, path, Missing::create, [&](Tokens const&) -> Result<Tokens> { return tokens; });
    ASSERT_TRUE(put) << describe(put.error());
}

/// A file of tokens that is looked at every time, and what it told.
struct Watched {
    explicit Watched(std::string path, std::chrono::milliseconds interval = kAlways) {
        auto opened = TokenFile::open(std::move(path), interval, [this](std::string_view sentence) { told.emplace_back(sentence); });
        EXPECT_TRUE(opened) << describe(opened.error());
        file = std::move(opened).value();
    }

    std::vector<std::string> told;
    std::shared_ptr<TokenFile> file;
};

/// The reason for which something is refused; "yes" if it isn't.
template <class T>
std::string_view answer(Result<T> const& result) {
    return result ? "yes" : to_string(result.error().reason());
}

/// What becomes of one request.
std::string_view asked(Guard const& guard, std::optional<std::string_view> secret, Access access, std::string_view origin = "") {
    auto const principal = guard.identify(secret, kNow);
    return principal ? answer(guard.admit(principal.value(), access, "album", origin)) : answer(principal);
}

TEST(Guard, DecidesByTheTable) {
    TestFolder const folder;
    put(folder.file("some"), three());
    struct Case {
        std::string_view file;
        Reach reach;
        std::optional<std::string_view> secret;
        std::string_view reads;
        std::string_view writes;
    } const cases[] = {
        {"none", Reach::this_machine, {}, "yes", "yes"},
        {"none", Reach::this_machine, "", "yes", "yes"},
        {"none", Reach::this_machine, "anything", "yes", "yes"},
        {"none", Reach::anyone, {}, "authentication_required", "write_unauthenticated"},
        {"none", Reach::anyone, "anything", "authentication_required", "write_unauthenticated"},
        {"some", Reach::this_machine, {}, "yes", "write_unauthenticated"},
        {"some", Reach::this_machine, "", "yes", "write_unauthenticated"},
        {"some", Reach::this_machine, "reader", "yes", "permission_denied"},
        {"some", Reach::this_machine, "writer", "yes", "yes"},
        {"some", Reach::this_machine, "old", "invalid_token", "invalid_token"},
        {"some", Reach::this_machine, "unknown", "invalid_token", "invalid_token"},
        {"some", Reach::this_machine, "Writer", "invalid_token", "invalid_token"},
        {"some", Reach::anyone, {}, "authentication_required", "write_unauthenticated"},
        {"some", Reach::anyone, "", "authentication_required", "write_unauthenticated"},
        {"some", Reach::anyone, "reader", "yes", "permission_denied"},
        {"some", Reach::anyone, "writer", "yes", "yes"},
        {"some", Reach::anyone, "unknown", "invalid_token", "invalid_token"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(testing::Message() << each.file << " " << int(each.reach) << " " << each.secret.value_or("(none)"));
        Guard const guard(Serving::writes, each.reach, Watched(folder.file(each.file)).file);
        EXPECT_EQ(asked(guard, each.secret, Access::read), each.reads);
        EXPECT_EQ(asked(guard, each.secret, Access::write), each.writes);
    }
}

TEST(Guard, LetsNoPageOfAnotherSiteWriteWithoutAToken) {
    TestFolder const folder;
    put(folder.file("some"), three());
    Guard const open(Serving::writes, Reach::this_machine, Watched(folder.file("none")).file);
    Guard const closed(Serving::writes, Reach::this_machine, Watched(folder.file("some")).file);
    for (std::string_view const origin : {"https://evil.example", "null", "http://127.0.0.1.evil.example"}) {
        EXPECT_EQ(asked(open, {}, Access::write, origin), "foreign_origin") << origin;
        EXPECT_EQ(asked(open, "ignored", Access::write, origin), "foreign_origin") << origin;
        EXPECT_EQ(asked(open, {}, Access::read, origin), "yes") << origin;
        EXPECT_EQ(asked(closed, "writer", Access::write, origin), "yes") << "who has a token may come from anywhere";
        EXPECT_EQ(asked(closed, {}, Access::write, origin), "write_unauthenticated") << origin;
    }
    EXPECT_EQ(asked(open, {}, Access::write, "http://localhost:5173"), "yes");
    EXPECT_EQ(asked(open, {}, Access::write, ""), "yes");
}

TEST(Guard, NamesWhatWasRefused) {
    TestFolder const folder;
    put(folder.file("some"), three());
    Guard const guard(Serving::writes, Reach::anyone, Watched(folder.file("some")).file);
    auto const reader = guard.identify("reader", kNow);
    ASSERT_TRUE(reader);
    EXPECT_FALSE(reader.value().anonymous);
    EXPECT_EQ(reader.value().name, "r");
    EXPECT_EQ(guard.admit(reader.value(), Access::write, "album", "").error().argument("relation"), "album");
    EXPECT_EQ(guard.admit({}, Access::write, "album", "").error().argument("relation"), "album");
    EXPECT_EQ(guard.identify(std::string(100'000, 'x'), kNow).error().reason(), Reason::invalid_token);
    EXPECT_TRUE(guard.is_guarded());
    EXPECT_TRUE(guard.is_writable());
    EXPECT_FALSE(Guard(Serving::reads, Reach::anyone, Watched(folder.file("some")).file).is_writable());
}

TEST(Guard, ListensElsewhereOnlyWithTokens) {
    TestFolder const folder;
    put(folder.file("some"), three());
    Watched const none(folder.file("none"));
    Watched const some(folder.file("some"));
    for (std::string_view const host : {"127.0.0.1", "127.8.9.10", "localhost", "::1", "[::1]"})
        EXPECT_TRUE(check_host(host, *none.file)) << host;
    for (std::string_view const host :
         {"0.0.0.0", "::", "192.168.1.5", "example.org", "127.example.org", "127.0.0.1.example.org", "a.localhost"}) {
        EXPECT_TRUE(check_host(host, *some.file)) << host;
        auto const refused = check_host(host, *none.file);
        ASSERT_FALSE(refused) << host;
        EXPECT_THAT(describe(refused.error()), HasSubstr("koine token create"));
    }
}

TEST(LoopbackOrigin, IsAPageOfThisMachine) {
    for (std::string_view const ours :
         {"http://localhost",
          "http://localhost:5173",
          "https://LOCALHOST:1",
          "http://app.localhost",
          "http://a.b.localhost:8080",
          "http://127.0.0.1:3000",
          "http://127.255.0.254",
          "http://[::1]",
          "http://[::1]:3000",
          "tauri://localhost"})
        EXPECT_TRUE(is_loopback_origin(ours)) << ours;
    for (std::string_view const others :
         {"null",
          "NULL",
          "",
          "localhost",
          "http://",
          "://localhost",
          "http://evil.example",
          "http://localhost.evil.example",
          "http://evil-localhost",
          "http://.localhost",
          "http://127.0.0.1.evil.example",
          "http://127.1",
          "http://127.0.0.256",
          "http://127.0.0.01",
          "http://127.0.0.",
          "http://127.0.0.1.",
          "http://127.0..1",
          "http://128.0.0.1",
          "http://1270.0.1",
          "http://0.0.0.0",
          "http://[::2]",
          "http://[::1",
          "http://[::1]evil",
          "http://::1",
          "http://localhost:",
          "http://localhost:80a",
          "http://localhost:800000",
          "http://localhost/",
          "http://localhost@evil.example",
          "http://evil.example@localhost",
          "http://a@b.localhost",
          "http://localhost http://evil.example",
          "http://evil.example http://localhost",
          "http://localhost, http://evil.example",
          "https://evil.example#.localhost",
          "https://evil.example/.localhost",
          "https://evil.example?.localhost",
          "chrome-extension://abcdef",
          "file://"})
        EXPECT_FALSE(is_loopback_origin(others)) << others;
}

TEST(TokenFile, NoticesWhatIsMadeAndRevoked) {
    TestFolder const folder;
    auto const path = folder.file("a");
    Watched const watched(path);
    Guard const guard(Serving::writes, Reach::this_machine, watched.file);
    EXPECT_EQ(asked(guard, {}, Access::write), "yes");
    put(path, three());
    EXPECT_EQ(asked(guard, {}, Access::write), "write_unauthenticated");
    EXPECT_EQ(asked(guard, "writer", Access::write), "yes");
    put(path, Tokens({three().all()[0]}));
    EXPECT_EQ(asked(guard, "writer", Access::write), "invalid_token");
    EXPECT_EQ(asked(guard, "reader", Access::read), "yes");
    put(path, Tokens());
    EXPECT_EQ(asked(guard, "reader", Access::read), "invalid_token");
    EXPECT_EQ(asked(guard, {}, Access::write), "write_unauthenticated") << "revoking the last one doesn't open the database";
    EXPECT_THAT(watched.told, IsEmpty());
    Guard const restarted(Serving::writes, Reach::this_machine, Watched(path).file);
    EXPECT_EQ(asked(restarted, {}, Access::write), "yes");
}

TEST(TokenFile, KeepsTheTokensOfAFileThatBreaks) {
    TestFolder const folder;
    auto const path = folder.file("a");
    put(path, three());
    Watched const watched(path);
    Guard const guard(Serving::writes, Reach::this_machine, watched.file);
    auto const unchanged = [&] {
        EXPECT_EQ(asked(guard, "writer", Access::write), "yes");
        EXPECT_EQ(asked(guard, {}, Access::write), "write_unauthenticated");
        EXPECT_EQ(asked(guard, "unknown", Access::read), "invalid_token");
    };
    write_file(path, "tokens: [");
    unchanged();
    EXPECT_THAT(watched.told, ElementsAre(HasSubstr("stay as they were"))) << "told once";
}

TEST(TokenFile, NoticesThatAFileIsWholeAgainOrOpenToOthers) {
    TestFolder const folder;
    auto const path = folder.file("a");
    put(path, three());
    Watched const watched(path);
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    EXPECT_EQ(watched.file->current().tokens->all().size(), 3U);
    EXPECT_THAT(watched.told, ElementsAre(HasSubstr("chmod 600")));
    write_file(path, Tokens({three().all()[0]}).text());
    EXPECT_EQ(watched.file->current().tokens->all().size(), 1U);
    write_file(path, "tokens: [");
    EXPECT_EQ(watched.file->current().tokens->all().size(), 1U);
    EXPECT_EQ(watched.told.size(), 2U);
}

TEST(TokenFile, StaysClosedWhenTheFileIsGone) {
    TestFolder const folder;
    auto const path = folder.file("a");
    put(path, three());
    Watched const watched(path);
    Guard const guard(Serving::writes, Reach::this_machine, watched.file);
    std::filesystem::remove(path);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(asked(guard, {}, Access::write), "write_unauthenticated");
        EXPECT_EQ(asked(guard, "writer", Access::write), "invalid_token");
        EXPECT_EQ(asked(guard, {}, Access::read), "yes");
    }
    EXPECT_THAT(watched.told, ElementsAre(HasSubstr("are gone")));
    put(path, three());
    EXPECT_EQ(asked(guard, "writer", Access::write), "yes");
}

TEST(TokenFile, IsNotOpenedWhenItCannotBeUnderstood) {
    TestFolder const folder;
    write_file(folder.file("broken"), "tokens: [");
    EXPECT_FALSE(TokenFile::open(folder.file("broken")));
    write_file(folder.file("open"), three().text());
    std::filesystem::permissions(folder.file("open"), std::filesystem::perms(0644));
    EXPECT_FALSE(TokenFile::open(folder.file("open")));
}

TEST(TokenFile, AsksTheFileSystemOncePerInterval) {
    TestFolder const folder;
    auto const path = folder.file("a");
    Watched const patient(path, std::chrono::hours(1));
    Watched const quick(path, std::chrono::milliseconds(30));
    put(path, three());
    EXPECT_FALSE(patient.file->current().guarded);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    EXPECT_TRUE(quick.file->current().guarded);
    EXPECT_FALSE(patient.file->current().guarded);
}

TEST(TokenFile, IsAskedByManyThreadsWhileItChanges) {
    TestFolder const folder;
    auto const path = folder.file("a");
    put(path, three());
    Watched const watched(path);
    Guard const guard(Serving::writes, Reach::anyone, watched.file);
    std::atomic<bool> ended = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            while (!ended) EXPECT_EQ(asked(guard, "reader", Access::read), "yes");
        });
    for (int i = 0; i < 50; ++i) put(path, i % 2 == 0 ? Tokens({three().all()[0]}) : three());
    ended = true;
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(watched.told, IsEmpty());
}

}  // namespace
}  // namespace koine::auth
