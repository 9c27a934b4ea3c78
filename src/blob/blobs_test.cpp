#include "blob/blobs.hpp"

#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace koine::blob {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view kHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";  // of "hello"

class BlobsTest : public ::testing::Test {
protected:
    BlobsTest() {
        auto made = Blobs::temporary();
        EXPECT_TRUE(made) << describe(made.error());
        blobs_ = made.value();
    }
    fs::path path(std::string_view hash) const { return fs::path(blobs_->folder()) / hash.substr(0, 2) / hash.substr(2); }
    void age(std::string_view hash, std::chrono::hours by) const { fs::last_write_time(path(hash), fs::file_time_type::clock::now() - by); }
    std::size_t unfinished() const {
        auto const folder = fs::path(blobs_->folder()) / "unfinished";
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    std::shared_ptr<Blobs> blobs_;
};

TEST_F(BlobsTest, KeepsBytesByWhatTheyAre) {
    auto const put = blobs_->put("hello");
    ASSERT_TRUE(put) << describe(put.error());
    EXPECT_EQ(put.value(), (Blob{std::string(kHello), 5}));
    EXPECT_EQ(blobs_->put("hello").value(), put.value());
    EXPECT_EQ(blobs_->size(kHello).value(), 5U);
    EXPECT_EQ(unfinished(), 0U);
    auto const empty = blobs_->put("");
    ASSERT_TRUE(empty);
    EXPECT_EQ(blobs_->size(empty.value().hash).value(), 0U);
    EXPECT_EQ(blobs_->read(empty.value().hash, 0, 10).value(), "");
}

TEST_F(BlobsTest, IsForItsOwnerOnly) {
    ASSERT_TRUE(blobs_->put("hello"));
    auto const mode = [](fs::path const& of) {
        struct stat found{};
        EXPECT_EQ(::stat(of.c_str(), &found), 0);
        return found.st_mode & 0777U;
    };
    EXPECT_EQ(mode(path(kHello)), 0600U);
    EXPECT_EQ(mode(path(kHello).parent_path()), 0700U);
    EXPECT_EQ(mode(blobs_->folder()), 0700U);
}

TEST_F(BlobsTest, ReadsParts) {
    ASSERT_TRUE(blobs_->put("hello"));
    struct Case {
        std::uint64_t offset, count;
        std::string_view want;
    } const cases[] = {{0, 5, "hello"}, {0, 99, "hello"}, {1, 3, "ell"}, {4, 1, "o"}, {5, 1, ""}, {99, 1, ""}, {0, 0, ""}};
    for (auto const& [offset, count, want] : cases) EXPECT_EQ(blobs_->read(kHello, offset, count).value(), want) << offset << " " << count;
}

TEST_F(BlobsTest, NamesNoFileButByAHash) {
    ASSERT_TRUE(blobs_->put("hello"));
    std::string upper(kHello);
    for (auto& c : upper) c = static_cast<char>(std::toupper(c));
    std::string const cases[] = {
        "",
        "lock",
        "../lock",
        "unfinished",
        upper,
        std::string(kHello) + "0",
        std::string(kHello.substr(1)),
        "2c/" + std::string(kHello.substr(3)),
        std::string(kHello.substr(0, 63)) + '\0',
        std::string(64, '.'),
        std::string(64, '0'),
    };
    for (auto const& hash : cases) {
        SCOPED_TRACE(hash);
        EXPECT_EQ(blobs_->size(hash).error().reason(), Reason::operation_not_found);
        EXPECT_EQ(blobs_->file(hash).error().reason(), Reason::operation_not_found);
        EXPECT_EQ(blobs_->read(hash, 0, 1).error().reason(), Reason::operation_not_found);
        EXPECT_FALSE(blobs_->keep(hash).value());
        EXPECT_FALSE(blobs_->remove_older(hash, Blobs::Time::clock::now() + 1h));
    }
}

TEST_F(BlobsTest, FollowsNoLink) {
    ASSERT_TRUE(blobs_->put("hello"));
    fs::remove(path(kHello));
    fs::create_symlink("/etc/passwd", path(kHello));
    EXPECT_FALSE(blobs_->file(kHello));
    EXPECT_FALSE(blobs_->size(kHello));
    ASSERT_TRUE(blobs_->put("hello")) << "the link makes room for the file";
    EXPECT_EQ(blobs_->read(kHello, 0, 5).value(), "hello");
}

TEST_F(BlobsTest, PutsRightWhatHasAnotherSize) {
    ASSERT_TRUE(blobs_->put("hello"));
    fs::resize_file(path(kHello), 2);
    ASSERT_TRUE(blobs_->put("hello"));
    EXPECT_EQ(blobs_->read(kHello, 0, 5).value(), "hello");
}

TEST_F(BlobsTest, ReadsAnOpenOneThatIsRemoved) {
    ASSERT_TRUE(blobs_->put("hello"));
    auto const file = blobs_->file(kHello).value();
    age(kHello, 48h);
    EXPECT_TRUE(blobs_->remove_older(kHello, Blobs::Time::clock::now() - 24h));
    EXPECT_FALSE(blobs_->file(kHello));
    std::string bytes(3, ' ');
    ASSERT_TRUE(file->read(2, bytes));
    EXPECT_EQ(bytes, "llo");
    EXPECT_EQ(file->read(3, bytes).error().reason(), Reason::database_unavailable) << "beyond its end";
}

TEST_F(BlobsTest, RemovesOnlyWhatIsOldAndWasNotTouched) {
    ASSERT_TRUE(blobs_->put("hello"));
    auto const limit = Blobs::Time::clock::now() - 24h;
    EXPECT_TRUE(blobs_->older(0x2c, limit).empty());
    age(kHello, 48h);
    EXPECT_EQ(blobs_->older(0x2c, limit), std::vector{std::string(kHello)});
    EXPECT_TRUE(blobs_->older(0x2d, limit).empty());
    // Between the look and the removal somebody puts the same, or keeps it.
    ASSERT_TRUE(blobs_->put("hello"));
    EXPECT_FALSE(blobs_->remove_older(kHello, limit));
    age(kHello, 48h);
    EXPECT_TRUE(blobs_->keep(kHello).value());
    EXPECT_FALSE(blobs_->remove_older(kHello, limit));
    age(kHello, 48h);
    EXPECT_TRUE(blobs_->remove_older(kHello, limit));
    EXPECT_FALSE(blobs_->keep(kHello).value());
    EXPECT_FALSE(blobs_->size(kHello));
}

/// Who puts while another removes what is old finds it there afterwards.
TEST_F(BlobsTest, LosesNothingToASweepAtTheSameTime) {
    ASSERT_TRUE(blobs_->put("hello"));
    std::atomic<bool> over = false;
    std::thread sweep([&] {
        while (!over) {
            auto const now = Blobs::Time::clock::now();
            for (auto const& hash : blobs_->older(0x2c, now - 24h)) blobs_->remove_older(hash, now - 24h);
        }
    });
    for (int i = 0; i < 300; ++i) {
        std::error_code error;  // it may be gone
        fs::last_write_time(path(kHello), fs::file_time_type::clock::now() - 48h, error);
        auto const put = blobs_->put("hello");
        EXPECT_TRUE(put) << describe(put.error());
        EXPECT_TRUE(blobs_->size(kHello)) << i;
    }
    over = true;
    sweep.join();
}

/// A writer that is killed leaves no file of that name, or a whole one; what it left goes with the next tidying.
TEST_F(BlobsTest, HasNoLieAfterAKill) {
    std::string const large(32UL << 20U, 'x');
    auto const hash = sha256_of(large).value();
    for (int i = 0; i < 8; ++i) {
        auto const child = ::fork();
        if (child == 0) {
            (void)blobs_->put(large);
            ::_exit(0);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(4 * i));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        if (auto const size = blobs_->size(hash); size) {
            EXPECT_EQ(size.value(), large.size());
            EXPECT_EQ(sha256_of(blobs_->read(hash, 0, large.size()).value()).value(), hash);
            fs::remove(path(hash));
        }
    }
    blobs_->tidy(Blobs::Time::clock::now() - 1h);
    blobs_->tidy(Blobs::Time::clock::now() + 1h);
    EXPECT_EQ(unfinished(), 0U);
    ASSERT_TRUE(blobs_->put(large));
    EXPECT_EQ(blobs_->size(hash).value(), large.size());
}

TEST_F(BlobsTest, GoesWithItsTemporaryFolder) {
    auto const folder = blobs_->folder();
    EXPECT_TRUE(fs::exists(folder));
    blobs_.reset();
    EXPECT_FALSE(fs::exists(folder));
}

TEST(Blobs, SaysWhyItsFolderCannotBe) {
    auto const made = Blobs::open("/proc/nothing/blobs");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason(), Reason::configuration);
}

}  // namespace
}  // namespace koine::blob
