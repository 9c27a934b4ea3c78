#include "operation/runner.hpp"

#include "operation/process.hpp"
#include "operation/queue.hpp"
#include "operation/testing.hpp"

#include <atomic>
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
            },
            [this] { ++over_; }
        );
    }
    std::string log() {
        std::scoped_lock lock(mutex_);
        return log_;
    }
    /// What the query gives as soon as it is this, or after half a minute.
    std::string soon(std::string const& text, std::string const& want) {
        for (int i = 0; i < 3000; ++i) {
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

    std::atomic<int> over_ = 0;
    std::mutex mutex_;
    std::string log_;
    std::unique_ptr<Runner> runner_;  // the last: its thread uses the others
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
    EXPECT_EQ(over_, 3) << "once for each job";
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

TEST_F(RunnerTest, RunsWhatAFunctionScheduled) {
    constexpr auto kEvery = R"(
        function begin(given) time.every(given.seconds, given.call or "every.tick", given.arguments, {name = given.name}) end
        function tick(arguments, job) db.insert("labels", {name = arguments.word .. " " .. job.name}) end
        function once(arguments, job)
          db.insert("labels", {name = "once"})
          time.every(0, "every.once")
        end
    )";
    constexpr auto kYaml = "jobs: {every: {ticking: {call: every.once, every: 1h}}}";
    constexpr auto kSchedules =
        "SELECT group_concat(schedule || ' ' || (every / 1000000) || ' ' || ifnull(arguments, 'null'), '; ') FROM koine_job WHERE "
        "by_function";
    ASSERT_NO_FATAL_FAILURE(load({{"every", kEvery}}, kYaml));
    Map const word{{"word", "tick"}};
    EXPECT_EQ(write("every.begin", Map{{"seconds", 1}, {"arguments", word}, {"name", "ours"}}), "nothing");
    EXPECT_EQ(write("every.begin", Map{{"seconds", 3600}, {"arguments", word}, {"name", "rare"}}), "nothing");
    EXPECT_EQ(write("every.begin", Map{{"seconds", 1}, {"call", "every.once"}}), "nothing");
    EXPECT_EQ(write("every.begin", Map{{"seconds", 60}, {"arguments", Map{{"word", "t"}}}, {"name", "rare"}}), "nothing") << "changes it";
    EXPECT_EQ(stored(kSchedules), R"(ours 1 {"word":"tick"}; rare 60 {"word":"t"}; every.once 1 null)") << "one of each name";
    EXPECT_EQ(stored("SELECT due - created < 61000000 FROM koine_job WHERE schedule = 'rare'"), "1") << "not later than it was said last";
    for (auto const& [given, why] : std::vector<std::pair<Map, std::string_view>>{
             {{{"seconds", 0.5}}, "from 1 to ten years"},
             {{{"seconds", -1}}, "from 1 to ten years"},
             {{{"seconds", 1}, {"call", "every.none"}}, "there is no function every.none"},
             {{{"seconds", 1}, {"name", "ticking"}}, "a schedule of the app's YAML"},
             {{{"seconds", 1}, {"name", std::string(101, 'x')}}, "a text of 100 characters"},
             {{{"seconds", 1}, {"name", "ours "}}, "without blanks at its ends"},
             {{{"seconds", 0}, {"name", "\xff"}}, "a text of 100 characters"},
         })
        EXPECT_NE(write("every.begin", given).find(why), std::string::npos) << why;
    start_runner();
    EXPECT_EQ(soon("SELECT name FROM label WHERE name LIKE 'tick%'", "tick ours"), "tick ours");
    EXPECT_EQ(soon("SELECT name FROM label WHERE name = 'once'", "once"), "once");
    EXPECT_EQ(soon("SELECT count(*) FROM koine_job WHERE schedule = 'every.once'", "0"), "0") << "it ended itself";
    EXPECT_EQ(stored("SELECT count(*) FROM koine_job WHERE schedule = 'ours'"), "1") << "a start keeps what functions scheduled";
    EXPECT_EQ(write("every.begin", Map{{"seconds", 0}, {"name", "rare"}}), "nothing");
    EXPECT_EQ(write("every.begin", Map{{"seconds", 0}, {"name", "rare"}}), "nothing") << "there is none any more";
    EXPECT_EQ(stored("SELECT count(*) FROM koine_job WHERE schedule = 'rare'"), "0");
}

TEST_F(RunnerTest, TakesSchedulesOverFromYamlAndBack) {
    constexpr auto kEvery = R"(
        function begin(given) time.every(given.seconds, given.call, {1}, {name = given.name}) end
        function tick() end
    )";
    constexpr auto kRows =
        "SELECT group_concat(schedule || ' ' || call || ' ' || arguments || ' ' || (every / 1000000) || ' ' || by_function || ' ' || "
        "user_name, '; ') "
        "FROM (SELECT * FROM koine_job ORDER BY schedule)";
    ASSERT_NO_FATAL_FAILURE(load({{"every", kEvery}}, "jobs: {every: {nightly: {call: every.tick, every: 1h}}}"));
    struct Row {
        std::string_view name, call, state;
        int by_function;
        std::int64_t every;
    };
    for (auto const& [name, call, state, by_function, every] : std::vector<Row>{
             {"nightly", "every.begin", "waiting", 1, 60'000'000},  // of a function, before the YAML had one of that name
             {"gone", "every.gone", "waiting", 1, 60'000'000},      // whose function is gone
             {"left", "every.tick", "waiting", 0, 60'000'000},      // which the YAML had
             {"ended", "every.tick", "running", 1, 0},              // ended while it ran, in a process that is gone
         })
        run_sql(fmt::format(
            "INSERT INTO koine_job(name, call, arguments, state, due, attempts, lease, runner, user_name, request, schedule, every, error, "
            "created, "
            "finished, by_function) VALUES ('{0}', '{1}', '[7]', '{2}', 9000000000000000, 0, 0, '999999999-1', 'bob', '', '{0}', {4}, '', "
            "0, 0, {3})",
            name,
            call,
            state,
            by_function,
            every
        ));
    EXPECT_EQ(write("every.begin", Map{{"seconds", 60}, {"call", "every.tick"}, {"name", "left"}}), "nothing");
    EXPECT_EQ(write("every.begin", Map{{"seconds", 60}, {"call", "every.gone"}, {"name", "gone"}}).substr(0, 16), "operation_failed");
    start_runner();
    auto const want = "left every.tick [1] 60 1 anna; nightly every.tick {} 3600 0 ";
    EXPECT_EQ(soon(kRows, want), want) << log();
    EXPECT_EQ(write("every.begin", Map{{"seconds", 0}, {"call", "every.gone"}}), "nothing") << "though the function is gone";
}

TEST_F(RunnerTest, EndsAScheduleThatRunsWhenItIsOver) {
    constexpr auto kEvery = R"(
        function begin(seconds) time.every(seconds, "every.tick") end
        function tick(_, job)
          db.insert("labels", {name = "begun " .. job.id})
          while db.count("labels", {name = "go on"}) == 0 do end
        end
        function let_go() db.insert("labels", {name = "go on"}) end
    )";
    constexpr auto kBegun = "SELECT count(*) FROM label WHERE name LIKE 'begun%'";
    constexpr auto kQueue = "SELECT count(*), sum(every), min(state) FROM koine_job";
    ASSERT_NO_FATAL_FAILURE(load({{"every", kEvery}}, "jobs: {}"));
    EXPECT_EQ(write("every.begin", 1), "nothing");
    start_runner();
    EXPECT_EQ(soon(kBegun, "1"), "1") << log();
    EXPECT_EQ(write("every.begin", 0), "nothing");
    EXPECT_EQ(stored(kQueue), "1|0|running");
    EXPECT_EQ(write("every.begin", 2), "nothing");
    EXPECT_EQ(stored(kQueue), "1|2000000|running") << "the one that runs goes on, and none is begun beside it";
    EXPECT_EQ(write("every.begin", 0), "nothing");
    EXPECT_EQ(write("every.let_go"), "nothing");
    EXPECT_EQ(soon("SELECT count(*) FROM koine_job", "0"), "0");
    EXPECT_EQ(stored(kBegun), "1");
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
