#include "store/sqlite/music_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using query::Aggregate;
using query::Operator;
using query::Plan;
using query::Predicate;
using query::Rows;
using query::Source;

/// A view that takes some 100 million steps to read: seconds.
constexpr char const* kEndless = R"(
    CREATE VIEW endless(id) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n;
    CREATE VIEW slow(id) AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n;
)";

class LanesTest : public MusicTest {
protected:
    LanesTest() { ForeignProgram(folder_.file()).run(kEndless); }
    Plan counted(std::string_view view) const { return root(view, {"id"}); }
};

TEST_F(LanesTest, ARunWithinItsBudgetEndsBeforeAnythingElseGetsItsTurn) {
    open({.file = {}, .worker_budget = 10s});
    auto prepared = worker_->prepare(root("artist", {"id"}));
    std::optional<Result<void>> done;
    std::vector<query::Argument> none;
    worker_->start(prepared, none, rows_, done);
    worker_->loop().poll_one();
    EXPECT_TRUE(done.has_value());
}

TEST_F(LanesTest, ASlowRunLeavesItsWorkerFreeAndEndsOnTheSlowLane) {
    open({.file = {}, .worker_budget = 1ms});
    auto prepared = worker_->prepare(counted("slow"));
    for (int i = 0; i < 3; ++i) {
        std::optional<Result<void>> done;
        std::optional<Result<void>> quick;
        Rows others;
        std::vector<query::Argument> none;
        worker_->start(prepared, none, rows_, done);
        worker_->start(worker_->prepare(root("artist", {"id"})), none, others, quick);
        worker_->loop().restart();
        while (!quick) worker_->loop().run_one();
        EXPECT_FALSE(done) << "the slow one must not hold up the quick one";
        worker_->loop().run();
        ASSERT_EQ(reason(done.value()), "done");
        EXPECT_EQ(shown(rows_.steps[0]), "300000\n");
        EXPECT_EQ(rows_.statements, 1U);
    }
}

TEST_F(LanesTest, AKnownSlowPlanStartsInTheSlowLane) {
    open({.file = {}, .worker_budget = 10s});
    auto plan = root("artist", {"name"});
    plan.known_slow = true;
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(rows_.steps[0].count(), 3U);
}

TEST_F(LanesTest, TheStatementLimitEndsARun) {
    open({.file = {}, .worker_budget = 1ms, .statement_limit = 30ms});
    EXPECT_EQ(reason(worker_->run(counted("endless"), {}, rows_)), "statement_timeout");
    EXPECT_EQ(reason(worker_->run(root("artist", {"id"}), {}, rows_)), "done");
}

TEST_F(LanesTest, ACancelledRunEndsOnEitherLane) {
    open({.file = {}, .worker_budget = 1ms});
    Cancellation cancellation;
    auto prepared = worker_->prepare(counted("endless"));
    std::jthread client([&] {
        std::this_thread::sleep_for(20ms);
        cancellation.cancel();
    });
    EXPECT_EQ(reason(worker_->run(prepared, {}, rows_, {}, &cancellation)), "cancelled");
    EXPECT_EQ(reason(worker_->run(prepared, {}, rows_, {}, &cancellation)), "cancelled");
}

TEST_F(LanesTest, ASessionThatGoesAwayEndsItsRuns) {
    open({.file = {}, .worker_budget = 1ms});
    std::optional<Result<void>> done;
    std::vector<query::Argument> none;
    auto loop = std::make_unique<boost::asio::io_context>();
    auto session = store_->session(*loop).value();
    auto prepared = session->prepare(std::make_shared<Plan const>(counted("endless"))).value();
    boost::asio::co_spawn(
        *loop,
        [](Awaitable<Result<void>> run) -> Awaitable<> { (void)co_await std::move(run); }(session->run(prepared, none, {}, nullptr, rows_)),
        [](std::exception_ptr) {}
    );
    loop->run_one();
    session.reset();
    prepared.reset();
    loop.reset();
}

TEST_F(LanesTest, ReadyRequestsShareASnapshotAndTheNextTurnSeesAnothersWrite) {
    ForeignProgram writer(folder_.file());
    writer.run("PRAGMA journal_mode=WAL");
    open({.file = {}, .worker_budget = 10s});
    auto prepared = worker_->prepare(root("artist", {"id"}));
    std::vector<query::Argument> none;
    Rows first;
    Rows second;
    Rows third;
    std::optional<Result<void>> done;
    boost::asio::post(worker_->loop(), [&] { worker_->start(prepared, none, first, done); });
    worker_->loop().poll_one();
    worker_->loop().poll_one();
    ASSERT_EQ(first.steps.at(0).count(), 3U);
    writer.run("INSERT INTO artist VALUES (4, 'Eno')");
    // Still the first's turn: the lease's end is queued behind.
    auto& session = worker_->session();
    auto run = [&](Rows& rows) -> Awaitable<> { EXPECT_TRUE(co_await session.run(prepared, none, {}, nullptr, rows)); };
    boost::asio::co_spawn(worker_->loop().get_executor(), run(second), [](std::exception_ptr) {});
    worker_->loop().run();
    worker_->loop().restart();
    boost::asio::co_spawn(worker_->loop().get_executor(), run(third), [](std::exception_ptr) {});
    worker_->loop().run();
    EXPECT_EQ(third.steps.at(0).count(), 4U);
    EXPECT_GE(second.steps.at(0).count(), 3U);
}

TEST_F(LanesTest, AllStatementsOfARunSeeOneSnapshot) {
    ForeignProgram(folder_.file()).run("PRAGMA journal_mode=WAL");
    open({.file = {}, .worker_budget = 1ms});
    auto plan = root("artist", {"id"});
    plan.known_slow = true;
    plan.total = plan.steps[0].select;
    plan.total->columns = {Builder::aggregate(Aggregate::count)};
    plan.total->grouped = true;
    auto prepared = worker_->prepare(plan);
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
        ForeignProgram other(folder_.file());
        while (!stop) other.run("INSERT INTO artist(name) VALUES ('x'); DELETE FROM artist WHERE name = 'x'");
    });
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(reason(worker_->run(prepared, {}, rows_)), "done");
        ASSERT_GE(rows_.steps[0].count(), 3U);
        ASSERT_EQ(rows_.total, static_cast<std::int64_t>(rows_.steps[0].count()));
    }
    stop = true;
}

TEST_F(LanesTest, AWriterThatHoldsTheFileIsWaitedForOffTheWorkerThenToldAsBusy) {
    open();
    auto prepared = worker_->prepare(root("artist", {"id"}));
    ForeignProgram writer(folder_.file());
    writer.run("BEGIN EXCLUSIVE");
    EXPECT_EQ(reason(worker_->run(prepared, {}, rows_)), "database_busy");
    std::jthread end([&] {
        std::this_thread::sleep_for(50ms);
        writer.run("COMMIT");
    });
    EXPECT_EQ(reason(worker_->run(prepared, {}, rows_)), "done");
}

TEST_F(LanesTest, ManyRunsAtOnceAreAllAnsweredOrRefused) {
    open({.file = {}, .worker_budget = 0ms, .slow_threads = 2});
    auto prepared = worker_->prepare(counted("slow"));
    std::vector<query::Argument> none;
    std::vector<Rows> rows(400);
    std::vector<std::optional<Result<void>>> done(rows.size());
    Cancellation cancellation;
    for (std::size_t i = 0; i < rows.size(); ++i) worker_->start(prepared, none, rows[i], done[i], {}, i < 4 ? nullptr : &cancellation);
    boost::asio::post(worker_->loop(), [&] { cancellation.cancel(); });
    worker_->loop().run();
    std::map<std::string, int> counts;
    for (auto& one : done) ++counts[reason(one.value())];
    EXPECT_GE(counts["done"], 4);
    auto refused = counts["overloaded"] + counts["database_busy"];
    EXPECT_GT(refused, 0);
    EXPECT_EQ(counts["done"] + refused + counts["cancelled"], 400);
}

}  // namespace
}  // namespace koine::store::sqlite
