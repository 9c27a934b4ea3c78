#include "store/sqlite/write_fixture.hpp"
#include "store/sqlite/write_run.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;

constexpr int kWriters = 64;

/// Writes until it is killed; tells each acknowledged row through the pipe, in one write so that none is told by half.
[[noreturn]] void write_for_ever(std::string const& file, int pipe, std::int64_t first) {
    auto store = open_sqlite({.file = file, .write = true}).value();
    std::atomic<std::int64_t> next = first;
    auto work = [&] {
        boost::asio::io_context loop;
        auto session = store->session(loop).value();
        WriteBuilder make(store->model());
        auto prepared = session->prepare(std::make_shared<query::WritePlan const>(make.insert("t", {"id", "x"}))).value();
        auto writer = [&]() -> Awaitable<> {
            while (true) {
                std::int64_t id = next++;
                query::WriteValues values;
                values.rows = 1;
                values.cells = {query::Cell::of(id), query::Cell::text("a text of some length, so that pages split")};
                WriteRequest request;
                request.values = &values;
                query::Written written;
                auto done = co_await session->write(prepared, request, written);
                if (!done || ::write(pipe, &id, sizeof id) != sizeof id) _exit(1);
            }
        };
        for (int i = 0; i < kWriters / 2; ++i) boost::asio::co_spawn(loop, writer(), [](std::exception_ptr) {});
        loop.run();
    };
    std::thread one(work);
    std::thread two(work);
    one.join();
    two.join();
    _exit(1);
}

TEST(WriteCrash, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
    TemporaryFolder folder;
    ForeignProgram(folder.file()).run("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX t_x ON t(x, id)");
    std::set<std::int64_t> acknowledged;
    for (int round = 0; round < 3; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(ends[0]);
            write_for_ever(folder.file(), ends[1], 1'000'000 * (round + 1));
        }
        close(ends[1]);
        std::int64_t id = 0;
        for (int i = 0; i < 1000 + 500 * round; ++i) {
            ASSERT_EQ(read(ends[0], &id, sizeof id), static_cast<ssize_t>(sizeof id)) << "the child ended by itself";
            acknowledged.insert(id);
        }
        kill(child, SIGKILL);
        while (read(ends[0], &id, sizeof id) == static_cast<ssize_t>(sizeof id)) acknowledged.insert(id);
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status));
        ForeignProgram after(folder.file());
        EXPECT_EQ(after.rows("PRAGMA integrity_check"), "ok");
        std::set<std::int64_t> there;
        std::string rows = after.rows("SELECT id FROM t");
        for (std::size_t at = 0; at < rows.size(); at = std::min(rows.find(' ', at), rows.size() - 1) + 1)
            there.insert(std::stoll(rows.substr(at)));
        EXPECT_TRUE(std::ranges::includes(there, acknowledged));
    }
}

class WriteFullTest : public WriteTest {};

TEST_F(WriteFullTest, AFullDatabaseIsToldAsThat) {
    open("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)");
    auto connection = WriteConnection::open(folder_.file(), Durability::normal, std::chrono::milliseconds(100)).value();
    sqlite3_exec(connection->handle(), "PRAGMA max_page_count=10", nullptr, nullptr, nullptr);
    auto plan = std::make_shared<query::WritePlan const>(make().insert("t", {"id", "x"}));
    auto write = render_write(store_->model(), plan).value();
    std::string big(100'000, 'x');
    query::WriteValues values{.rows = 1, .cells = {cell(1), query::Cell::text(big)}, .given = {}};
    WriteRequest request;
    request.values = &values;
    query::Written written;
    ASSERT_TRUE(connection->begin());
    ASSERT_TRUE(connection->savepoint());
    EXPECT_EQ(told(run_write(*connection, store_->model(), write, request, written)), "database_full");
    connection->roll_back();
    sqlite3_exec(connection->handle(), "PRAGMA max_page_count=1000", nullptr, nullptr, nullptr);
    ASSERT_TRUE(connection->begin());
    ASSERT_TRUE(connection->savepoint());
    EXPECT_EQ(told(run_write(*connection, store_->model(), write, request, written)), "done");
    EXPECT_TRUE(connection->commit());
}

TEST_F(WriteFullTest, AFileThatCannotGrowIsToldAndTheRestOfTheGroupIsWritten) {
    open("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT)");
    ASSERT_EQ(write(make().insert("t", {"id", "x"}), cells(1, "x")), "done affected=1 inserted=1");
    auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 200'000;
    setrlimit(RLIMIT_FSIZE, &small);
    std::string big(1'000'000, 'x');
    std::vector<std::unique_ptr<Writing>> all;
    for (int i = 0; i < 5; ++i)
        all.push_back(writing(
            make().insert("t", {"id", "x"}),
            {query::Cell::of(std::int64_t{i + 10}), query::Cell::text(i == 2 ? std::string_view(big) : "small")}
        ));
    for (auto& each : all) each->start(worker_->loop(), worker_->session());
    worker_->loop().restart();
    worker_->loop().run();
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(told(all[static_cast<std::size_t>(i)]->done.value()), i == 2 ? "database_unavailable" : "done");
    EXPECT_EQ(write(make().insert("t", {"id", "x"}), {cell(50), query::Cell::text(big)}), "done affected=1 inserted=1");
    EXPECT_EQ(stored("SELECT group_concat(id) FROM t; PRAGMA integrity_check"), "1,10,11,13,14,50 ok");
}

}  // namespace
}  // namespace koine::store::sqlite
