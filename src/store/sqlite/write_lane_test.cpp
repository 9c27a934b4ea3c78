#include "store/sqlite/write_lane.hpp"

#include "store/sqlite/session.hpp"
#include "store/sqlite/write_fixture.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;

constexpr char const* kGroup = R"(
    CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, later INT REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TABLE sudden(id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK);
    CREATE TABLE plain(id INTEGER PRIMARY KEY);
    CREATE TABLE slow(id INTEGER PRIMARY KEY);
    INSERT INTO plain VALUES (1);
    INSERT INTO sudden VALUES (1);
    CREATE TRIGGER t_r BEFORE INSERT ON t WHEN new.id = -666 BEGIN SELECT raise(ROLLBACK, 'all of it'); END;
    CREATE TRIGGER slow_i BEFORE INSERT ON slow BEGIN
        SELECT (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n); END;
)";

class WriteLaneTest : public WriteTest {
protected:
    std::unique_ptr<Writing> row(std::int64_t id) { return writing(make().insert("t", {"id", "x"}), cells(id, "x")); }
    void start(Writing& one) { one.start(worker_->loop(), worker_->session()); }
    void finish_all() {
        worker_->loop().restart();
        worker_->loop().run();
    }
};

TEST_F(WriteLaneTest, OneThatFailsHarmsNoneOfItsGroup) {
    struct {
        char const* name;
        char const* entity;
        Names columns;
        std::vector<query::Cell> values;
        char const* want;
    } const cases[] = {
        {"a constraint", "plain", {"id"}, cells(1), "unique_violation relation=plain constraint=plain_pkey columns=id values=1"},
        {"a deferred foreign key",
         "t",
         {"id", "later"},
         cells(500, 501),
         "foreign_key_missing relation=t constraint=t_later_fkey columns=later values=501 target=t"},
        {"ON CONFLICT ROLLBACK", "sudden", {"id"}, cells(1), "unique_violation relation=sudden constraint=sudden_pkey columns=id values=1"},
        {"RAISE(ROLLBACK)", "t", {"id"}, cells(-666), "raised message=all of it"},
        {"a time limit", "slow", {"id"}, cells(1), "statement_timeout"},
    };
    for (auto const& one : cases) {
        SCOPED_TRACE(one.name);
        worker_.reset();
        store_.reset();
        std::filesystem::remove(folder_.file());
        open(kGroup, {.file = {}, .statement_limit = 60ms});
        // While another program holds the lock they queue up, and are one group when it lets go.
        ForeignProgram other(folder_.file());
        other.run("BEGIN IMMEDIATE");
        std::vector<std::unique_ptr<Writing>> all;
        for (int i = 0; i < 21; ++i) all.push_back(i == 10 ? writing(make().insert(one.entity, one.columns), one.values) : row(i + 1));
        for (auto& each : all) start(*each);
        worker_->loop().poll();
        other.run("COMMIT");
        finish_all();
        for (int i = 0; i < 21; ++i) EXPECT_EQ(told(all[static_cast<std::size_t>(i)]->done.value()), i == 10 ? one.want : "done");
        EXPECT_EQ(stored("SELECT count(*) FROM t"), "20");
    }
}

TEST_F(WriteLaneTest, ALockThatIsHeldIsWaitedForAndThenToldToAllWhoWait) {
    open(kGroup, {.file = {}, .busy_limit = 150ms});
    ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    std::vector<std::unique_ptr<Writing>> all;
    for (int i = 0; i < 60; ++i) all.push_back(row(i + 1));
    auto begun = std::chrono::steady_clock::now();
    start(*all[0]);
    worker_->loop().poll();
    std::this_thread::sleep_for(50ms);
    for (std::size_t i = 1; i < all.size(); ++i) start(*all[i]);
    finish_all();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 60 * 150ms) << "each in its turn would take at least that";
    for (auto& each : all) EXPECT_EQ(told(each->done.value()), "database_busy");
    EXPECT_EQ(finish(*row(70)), "database_busy");
    other.run("COMMIT");
    EXPECT_EQ(finish(*row(71)), "done");
    EXPECT_EQ(stored("SELECT id FROM t"), "71");
}

TEST_F(WriteLaneTest, ALockThatIsGivenBackInTimeIsWaitedFor) {
    open(kGroup, {.file = {}, .busy_limit = 60s});
    ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    std::jthread end([&] {
        std::this_thread::sleep_for(30ms);
        other.run("COMMIT");
    });
    EXPECT_EQ(finish(*row(1)), "done");
    EXPECT_EQ(stored("SELECT id FROM t"), "1");
}

TEST_F(WriteLaneTest, WhatItsWriteSaysASessionReadsInTheSameTurn) {
    open(kGroup, {.file = {}, .worker_budget = 10s});
    auto reading = worker_->prepare(make().reading("t", {"id"}));
    std::vector<query::Argument> none;
    query::Rows before;
    query::Rows after;
    auto& session = worker_->session();
    auto turn = [&]() -> Awaitable<> {
        EXPECT_TRUE(co_await session.run(reading, none, {}, nullptr, before));
        // Another worker's write is answered while this one's lease is open.
        std::thread([&] {
            Worker another(*store_);
            Writing one;
            one.values.rows = 1;
            one.values.cells = cells(7, "x");
            one.prepared = another.session().prepare(std::make_shared<query::WritePlan const>(make().insert("t", {"id", "x"}))).value();
            one.start(another.loop(), another.session());
            another.loop().run();
            EXPECT_EQ(told(one.done.value()), "done");
        }).join();
        EXPECT_TRUE(co_await session.run(reading, none, {}, nullptr, after));
    };
    boost::asio::co_spawn(worker_->loop(), turn(), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
    finish_all();
    EXPECT_EQ(before.steps.at(0).count(), 0U);
    EXPECT_EQ(after.steps.at(0).count(), 1U);
}

TEST_F(WriteLaneTest, AChangedSchemaOrAnotherFileIsNotWritten) {
    open(kGroup);
    EXPECT_EQ(finish(*row(1)), "done");
    ForeignProgram(folder_.file()).run("ALTER TABLE t ADD COLUMN y TEXT");
    EXPECT_EQ(finish(*row(2)), "schema_changed");
    EXPECT_FALSE(store_->is_current());
    open("");
    EXPECT_EQ(finish(*row(2)), "done");
    {
        ForeignProgram fresh(folder_.file("fresh.db"));
        fresh.run(kGroup);
    }
    std::filesystem::rename(folder_.file(), folder_.file("away.db"));
    EXPECT_EQ(finish(*row(3)), "database_unavailable");
    std::filesystem::rename(folder_.file("away.db"), folder_.file());
    EXPECT_EQ(finish(*row(3)), "done");
    std::filesystem::copy_file(folder_.file(), folder_.file("away.db"));
    std::filesystem::rename(folder_.file("fresh.db"), folder_.file());
    EXPECT_EQ(finish(*row(4)), "schema_changed");
    EXPECT_EQ(finish(*row(4)), "schema_changed");
    worker_.reset();
    store_.reset();
    std::filesystem::remove(folder_.file("test.db-wal"));
    std::filesystem::remove(folder_.file("test.db-shm"));
    EXPECT_EQ(stored("SELECT count(*) FROM t"), "0");
}

TEST_F(WriteLaneTest, AFileMadeReadOnlyIsToldAndWrittenAgainOnceItMayBe) {
    open(kGroup);
    EXPECT_EQ(finish(*row(1)), "done");
    using std::filesystem::perms;
    std::filesystem::permissions(folder_.file(), perms::owner_read);
    EXPECT_EQ(finish(*row(2)), "read_only statement=INSERT");
    auto refused = open_sqlite({.file = folder_.file(), .write = true});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::configuration);
    std::filesystem::permissions(folder_.file(), perms::owner_read | perms::owner_write);
    EXPECT_EQ(finish(*row(2)), "done");
    EXPECT_EQ(stored("SELECT count(*) FROM t"), "2");
}

TEST_F(WriteLaneTest, AFullQueueRefusesAndAStoreThatGoesFinishesWhatIsQueued) {
    open(kGroup);
    ForeignProgram other(folder_.file());
    auto model = std::shared_ptr<model::Model const>(store_, &store_->model());
    auto lane = std::make_shared<WriteLane>(
        WriteLaneOptions{.file = folder_.file(), .identity = identity_of(folder_.file()).value(), .queue = 5}, model
    );
    auto slow = std::make_shared<SlowLane>(SlowLaneOptions{.file = folder_.file()});
    auto loop = std::make_unique<boost::asio::io_context>();
    auto session = make_session(*loop, Connection::open(folder_.file(), false, 0ms).value(), slow, lane, model, {});
    other.run("BEGIN IMMEDIATE");
    std::vector<std::unique_ptr<Writing>> all;
    for (int i = 0; i < 30; ++i) all.push_back(row(i + 1));
    for (auto& each : all) each->start(*loop, *session);
    loop->poll();
    std::jthread end([&] {
        std::this_thread::sleep_for(30ms);
        other.run("COMMIT");
    });
    // The loop no longer runs: what is written is written, though nobody hears of it.
    session.reset();
    lane.reset();
    auto refused = std::ranges::count_if(all, [](auto const& each) { return each->done && told(*each->done) == "overloaded"; });
    EXPECT_GE(refused, 30 - 2 * 5) << "five wait, and at most five were taken before";
    loop.reset();
    EXPECT_EQ(stored("SELECT count(*) FROM t"), std::to_string(30 - refused));
}

/// 64 writers on two workers' loops, each one write after another.
TEST_F(WriteLaneTest, ManyWritersShareCommits) {
    open(kGroup);
    auto model = std::shared_ptr<model::Model const>(store_, &store_->model());
    auto lane =
        std::make_shared<WriteLane>(WriteLaneOptions{.file = folder_.file(), .identity = identity_of(folder_.file()).value()}, model);
    auto slow = std::make_shared<SlowLane>(SlowLaneOptions{.file = folder_.file()});
    constexpr int kWriters = 64;
    constexpr int kEach = 20;
    std::atomic<int> wrong = 0;
    auto work = [&](int first) {
        boost::asio::io_context loop;
        auto session = make_session(loop, Connection::open(folder_.file(), false, 0ms).value(), slow, lane, model, {});
        auto plan = std::make_shared<query::WritePlan const>(make().returning(make().insert("t", {"id", "x"}), "t", {"id"}));
        auto writer = [&](int number) -> Awaitable<> {
            auto prepared = session->prepare(plan).value();
            for (int i = 0; i < kEach; ++i) {
                // Each seventh comes twice, and fails the second time.
                std::int64_t id = number * kEach + (i % 7 == 6 ? i - 1 : i) + 1;
                query::WriteValues values;
                values.rows = 1;
                values.cells = {query::Cell::of(id), query::Cell::text("x")};
                WriteRequest request;
                request.values = &values;
                query::Written written;
                auto done = co_await session->write(prepared, request, written);
                bool fine = i % 7 == 6 ? !done && done.error().reason() == Reason::unique_violation
                                       : done && written.rows.steps.at(0).cells.at(0).integer() == id;
                if (!fine) ++wrong;
            }
        };
        for (int i = first; i < kWriters; i += 2)
            boost::asio::co_spawn(loop, writer(i), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
        loop.run();
    };
    {
        std::jthread one(work, 0);
        std::jthread two(work, 1);
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(stored("SELECT count(*) FROM t"), std::to_string(kWriters * (kEach - kEach / 7)));
    EXPECT_LT(lane->commits(), static_cast<std::uint64_t>(kWriters * kEach / 4)) << "in groups, not one by one";
}

TEST_F(WriteLaneTest, TheLogDoesNotGrowForEverAndIsEmptiedWhenAllIsQuiet) {
    open(kGroup);
    auto model = std::shared_ptr<model::Model const>(store_, &store_->model());
    WriteLaneOptions options{.file = folder_.file(), .identity = identity_of(folder_.file()).value(), .durability = Durability::normal};
    options.idle_time = 20ms;
    auto lane = std::make_shared<WriteLane>(options, model);
    auto slow = std::make_shared<SlowLane>(SlowLaneOptions{.file = folder_.file()});
    boost::asio::io_context loop;
    auto session = make_session(loop, Connection::open(folder_.file(), false, 0ms).value(), slow, lane, model, {});
    auto log_bytes = [&] { return std::filesystem::file_size(folder_.file("test.db-wal")); };
    std::string big(20'000, 'x');
    std::uintmax_t most = 0;
    for (int i = 1; i <= 1500; ++i) {
        auto one = writing(make().insert("t", {"id", "x"}), {query::Cell::of(std::int64_t{i}), query::Cell::text(big)});
        one->start(loop, *session);
        loop.restart();
        loop.run();
        ASSERT_EQ(told(one->done.value()), "done");
        most = std::max(most, log_bytes());
    }
    EXPECT_LT(most, 3000U * 4120U);
    auto deadline = std::chrono::steady_clock::now() + 10s;
    while (log_bytes() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(log_bytes(), 0U);
}

}  // namespace
}  // namespace koine::store::sqlite
