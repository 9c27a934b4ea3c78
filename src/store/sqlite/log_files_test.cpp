#include "store/sqlite/log_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace koine::store::sqlite {
namespace {

namespace fs = std::filesystem;

class LogFilesTest : public testing::Test {
protected:
    void SetUp() override {
        auto pattern = (fs::temp_directory_path() / "koine-logs-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        for (auto const* name : {"a.db", "a.db-wal", "a.db-shm", "b.db"}) std::ofstream(folder_ / name) << name;
        logs_.emplace(path("a.db"), *identity_of(path("a.db")));
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::string path(char const* name) const { return (folder_ / name).string(); }
    bool has_logs() const { return fs::exists(folder_ / "a.db-wal") && fs::exists(folder_ / "a.db-shm"); }
    bool has_no_logs() const { return !fs::exists(folder_ / "a.db-wal") && !fs::exists(folder_ / "a.db-shm"); }

    fs::path folder_;
    std::optional<LogFiles> logs_;
};

TEST_F(LogFilesTest, TheLogGoesWithTheFileThatWasReplaced) {
    logs_->note();
    fs::rename(folder_ / "b.db", folder_ / "a.db");
    logs_->leave();
    EXPECT_TRUE(has_no_logs());
}

TEST_F(LogFilesTest, TheLogStaysWhileTheFileIsTheSameOrGone) {
    logs_->note();
    logs_->leave();
    EXPECT_TRUE(has_logs());
    fs::remove(folder_ / "a.db");
    logs_->leave();
    EXPECT_TRUE(has_logs()) << "it may come back";
}

TEST_F(LogFilesTest, ALogThatCameWithTheNewFileStays) {
    logs_->note();
    fs::rename(folder_ / "b.db", folder_ / "a.db");
    for (auto const* name : {"a.db-wal", "a.db-shm"}) {
        std::ofstream(folder_ / "new") << name;
        fs::rename(folder_ / "new", folder_ / name);
    }
    logs_->leave();
    EXPECT_TRUE(has_logs());
}

TEST_F(LogFilesTest, WhatWasNotNotedInTimeIsNotTakenAway) {
    fs::rename(folder_ / "b.db", folder_ / "a.db");
    logs_->note();
    logs_->leave();
    EXPECT_TRUE(has_logs());
}

}  // namespace
}  // namespace koine::store::sqlite
