#include "auth/state_file.hpp"

#include "auth/test_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace koine::auth {
namespace {

/// Adds a token of that name, whose secret is its name.
Change adding(std::string const& name) {
    return [name](Tokens const& before) -> Result<Tokens> {
        std::vector<Token> list(before.all().begin(), before.all().end());
        list.push_back({name, name, digest_of(name), Access::read, {}, {}});
        return Tokens(std::move(list));
    };
}

Result<void> add(std::string const& path, std::string const& name) { return change_state_file(path, path, Missing::create, adding(name)); }

unsigned mode_of(std::string const& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0U;
}

TEST(StateFile, StandsBesideTheDatabaseItself) {
    TestFolder const folder;
    write_file(folder.file("real.db"), "");
    std::filesystem::create_symlink(folder.file("real.db"), folder.file("link.db"));
    auto const real = std::filesystem::canonical(folder.file("real.db")).string();
    EXPECT_EQ(state_file_of(folder.file("real.db")), real + ".koine");
    EXPECT_EQ(state_file_of(folder.file("link.db")), real + ".koine") << "another name of a database must not be a way around its tokens";
}

TEST(StateFile, IsMadeForItsOwnerOnly) {
    TestFolder const folder;
    auto const path = folder.file("a.koine");
    auto const none = read_state_file(path);
    ASSERT_TRUE(none);
    EXPECT_FALSE(none.value());
    EXPECT_EQ(stamp_of(path).value(), std::nullopt);
    auto const before = ::umask(0);
    auto const made = add(path, "one");
    ::umask(before);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(mode_of(path), 0600U);
    ASSERT_TRUE(add(path, "two"));
    EXPECT_EQ(mode_of(path), 0600U);
    auto const read = read_state_file(path);
    ASSERT_TRUE(read && read.value());
    EXPECT_EQ(read.value()->tokens.all().size(), 2U);
    EXPECT_EQ(read.value()->stamp, stamp_of(path).value());
    EXPECT_EQ(folder.entries(), 1U) << "nothing is left beside it";
}

TEST(StateFile, IsRefusedWhenOthersMayReadIt) {
    TestFolder const folder;
    auto const path = folder.file("a.koine");
    ASSERT_TRUE(add(path, "one"));
    for (unsigned const mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        for (auto const& refused :
             {read_state_file(path).has_error() ? describe(read_state_file(path).error()) : "",
              add(path, "two").has_error() ? describe(add(path, "two").error()) : ""})
            EXPECT_THAT(refused, testing::HasSubstr("chmod 600")) << mode;
    }
    ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
    EXPECT_TRUE(read_state_file(path));
}

TEST(StateFile, IsAPlainFile) {
    TestFolder const folder;
    ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
    ASSERT_EQ(::mkdir(folder.file("folder").c_str(), 0700), 0);
    for (std::string const name : {"pipe", "folder"}) {
        auto const read = read_state_file(folder.file(name));
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(read.error().kind(), Kind::configuration);
        EXPECT_FALSE(add(folder.file(name), "one"));
    }
}

TEST(StateFile, StaysAsItIsWhenTheChangeFails) {
    TestFolder const folder;
    auto const path = folder.file("a.koine");
    ASSERT_TRUE(add(path, "one"));
    auto const before = read_file(path);
    auto const refused =
        change_state_file(path, path, Missing::refuse, [](Tokens const&) -> Result<Tokens> { return Problem(Reason::internal); });
    EXPECT_FALSE(refused);
    EXPECT_EQ(read_file(path), before);
    write_file(path, "tokens: [");
    EXPECT_FALSE(add(path, "two")) << "what can't be understood is not overwritten";
    EXPECT_EQ(read_file(path), "tokens: [");
    EXPECT_FALSE(change_state_file(folder.file("none"), path, Missing::refuse, adding("one")));
    EXPECT_FALSE(add(folder.file("no/folder"), "one"));
    EXPECT_EQ(folder.entries(), 1U);
}

TEST(StateFile, IsReplacedWhereALinkLeads) {
    TestFolder const folder;
    ASSERT_TRUE(add(folder.file("real"), "one"));
    std::filesystem::create_symlink(folder.file("real"), folder.file("link"));
    ASSERT_TRUE(add(folder.file("link"), "two"));
    EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
    EXPECT_EQ(read_state_file(folder.file("real")).value()->tokens.all().size(), 2U);
}

TEST(StateFile, LosesNothingWhenSeveralChangeIt) {
    TestFolder const folder;
    auto const path = folder.file("a.koine");
    constexpr int programs = 4;
    constexpr int each = 15;
    std::vector<pid_t> children;
    for (int i = 0; i < programs; ++i) {
        auto const child = ::fork();
        if (child == 0) {
            bool fine = true;
            for (int j = 0; j < each; ++j) fine = fine && add(path, "t" + std::to_string(i) + "." + std::to_string(j)).has_value();
            ::_exit(fine ? 0 : 1);
        }
        children.push_back(child);
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&, i] {
            for (int j = 0; j < each; ++j) EXPECT_TRUE(add(path, "s" + std::to_string(i) + "." + std::to_string(j)));
        });
    for (auto& thread : threads) thread.join();
    for (auto const child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    auto const read = read_state_file(path);
    ASSERT_TRUE(read && read.value());
    EXPECT_EQ(read.value()->tokens.all().size(), std::size_t{(programs + 2) * each});
    EXPECT_EQ(folder.entries(), 1U);
}

}  // namespace
}  // namespace koine::auth
