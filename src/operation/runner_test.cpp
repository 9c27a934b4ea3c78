#include "operation/runner.hpp"

#include "operation/process.hpp"
#include "operation/queue.hpp"
#include "operation/testing.hpp"

#include <chrono>
#include <mutex>
#include <thread>

namespace koine::operation {
namespace {

using namespace std::chrono_literals;
using script::Map;

constexpr auto kJobs = R"(
function start(request) return jobs.start(request.call, request.arguments, {name = "a job"}).id end
function close(arguments, job)
  local task = db.update("tasks", arguments.id, {state = "done", closed_by = principal.name .. " " .. job.name .. " " .. job.attempt})
  job:update{data = {closed = task.title}, output = "closed"}
end
function refuse() problem("conflict", {message = "not now"}) end
function crash() return nil .. "x" end
function wait(arguments, job)
  if job.attempt < 2 then problem("unavailable", {message = "come back"}) end
  db.update("tasks", 3, {closed_by = "attempt " .. job.attempt})
end
function tick() db.insert("labels", {name = "tick"}) end
)";

class RunnerTest : public testing::OperationTest {
protected:
    void start_runner() {
        runner_ = Runner::start(
            [this] { return Ground{store_, book_}; },
            [this](std::string_view line) {
                std::scoped_lock lock(mutex_);
                log_.append(line).append("\n");
            }
        );
    }
    std::string log() {
        std::scoped_lock lock(mutex_);
        return log_;
    }
    /// What the query gives as soon as it is this, or after ten seconds.
    std::string soon(std::string const& text, std::string const& want) {
        for (int i = 0; i < 1000; ++i) {
            if (auto got = stored(text); got == want) return got;
            std::this_thread::sleep_for(10ms);
        }
        return stored(text);
    }
    void begin(std::string_view call, Map arguments = {}) {
        auto const id = write("work.start", Map{{"call", call}, {"arguments", std::move(arguments)}});
        EXPECT_EQ(id.find_first_not_of("0123456789"), std::string::npos) << id;
        if (runner_) runner_->poke();
    }

    std::unique_ptr<Runner> runner_;

private:
    std::mutex mutex_;
    std::string log_;
};

TEST_F(RunnerTest, RunsWhatIsDueAndShowsIt) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}));
    begin("work.close", {{"id", 1}});
    start_runner();
    EXPECT_EQ(soon("SELECT status FROM run", "completed"), "completed") << log();
    EXPECT_EQ(stored("SELECT closed_by FROM task WHERE id = 1"), "anna a job 1");
    EXPECT_EQ(stored("SELECT data, output, started <= completed FROM run"), "{\"closed\":\"alpha\"}|closed|1");
    EXPECT_EQ(stored("SELECT state, error, attempts FROM koine_job"), "done||1");
    begin("work.refuse");
    begin("work.crash");
    EXPECT_EQ(soon("SELECT status, why FROM run WHERE id = 2", "failed|not now"), "failed|not now");
    EXPECT_EQ(soon("SELECT status FROM run WHERE id = 3", "errored"), "errored");
    EXPECT_NE(log().find("work.crash"), std::string::npos) << log();
    EXPECT_NE(log().find("operations/work.lua:8"), std::string::npos) << log();
    runner_->stop();
    begin("work.close", {{"id", 2}});
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(stored("SELECT status FROM run WHERE id = 4"), "pending") << "a runner that was stopped runs nothing";
}

TEST_F(RunnerTest, TriesAgainWhatMayPass) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}));
    begin("work.wait");
    start_runner();
    EXPECT_EQ(soon("SELECT state, attempts, error, due > created FROM koine_job", "waiting|1|come back|1"), "waiting|1|come back|1");
    EXPECT_EQ(stored("SELECT status FROM run"), "pending");
    EXPECT_EQ(soon("SELECT closed_by FROM task WHERE id = 3", "attempt 2"), "attempt 2");
    EXPECT_EQ(soon("SELECT status FROM run", "completed"), "completed");
}

TEST_F(RunnerTest, TakesOverWhatAProcessLeftThatIsGone) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}));
    begin("work.close", {{"id", 1}});
    begin("work.close", {{"id", 2}});
    begin("work.close", {{"id", 3}});
    auto const far = microseconds_now({}) + kLease;
    run_sql(fmt::format("UPDATE koine_job SET state = 'running', lease = {}, attempts = 1, runner = '999999999-1' WHERE id = 1", far));
    run_sql(fmt::format("UPDATE koine_job SET state = 'running', lease = {}, attempts = 5, runner = '999999999-1' WHERE id = 2", far));
    run_sql(fmt::format("UPDATE koine_job SET state = 'running', lease = {}, attempts = 1, runner = 'elsewhere' WHERE id = 3", far));
    start_runner();
    EXPECT_EQ(soon("SELECT closed_by FROM task WHERE id = 1", "anna a job 2"), "anna a job 2");
    EXPECT_EQ(
        soon("SELECT status, why FROM run WHERE id = 2", "errored|the process ended while the job ran"),
        "errored|the process ended while the job ran"
    );
    EXPECT_EQ(stored("SELECT state FROM koine_job WHERE id = 3"), "running") << "its lease still holds";
}

TEST_F(RunnerTest, RunsSchedulesAgainAndAgain) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}, "jobs: {every: {ticking: {call: work.tick, every: 1s}}}"));
    start_runner();
    EXPECT_EQ(soon("SELECT name FROM label WHERE id > 3", "tick"), "tick");
    EXPECT_EQ(
        soon("SELECT state, every, due > finished FROM koine_job WHERE schedule = 'ticking' AND finished > 0", "waiting|1000000|1"),
        "waiting|1000000|1"
    );
}

TEST_F(RunnerTest, KeepsSchedulesAlsoIfItsFirstTryFails) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}, "jobs: {every: {ticking: {call: work.tick, every: 1h}}}"));
    store::sqlite::testing::ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    start_runner();
    std::this_thread::sleep_for(2300ms);  // longer than a write waits for another program
    other.run("COMMIT");
    EXPECT_EQ(soon("SELECT schedule FROM koine_job", "ticking"), "ticking");
}

TEST_F(RunnerTest, TakesNothingThatItMayTakeOnlyWhenItIsStopped) {
    ASSERT_NO_FATAL_FAILURE(load({{"work", kJobs}}));
    begin("work.close", {{"id", 1}});
    store::sqlite::testing::ForeignProgram other(folder_.file());
    other.run("BEGIN IMMEDIATE");
    start_runner();
    std::this_thread::sleep_for(200ms);
    std::thread stopping([this] { runner_->stop(); });
    std::this_thread::sleep_for(200ms);
    other.run("COMMIT");
    stopping.join();
    EXPECT_EQ(stored("SELECT state, attempts FROM koine_job"), "waiting|0");
    EXPECT_EQ(stored("SELECT status FROM run"), "pending");
}

TEST(Process, TellsWhetherAnotherStillRuns) {
    EXPECT_TRUE(is_alive(this_process()));
    EXPECT_FALSE(is_alive("999999999-1"));
    EXPECT_FALSE(is_alive(this_process().substr(0, this_process().find('-')) + "-1")) << "another that had this number";
    EXPECT_TRUE(is_alive("another machine's")) << "what cannot be told counts as alive";
}

}  // namespace
}  // namespace koine::operation
