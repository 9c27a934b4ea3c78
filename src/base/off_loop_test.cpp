#include "base/off_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace koine {
namespace {

/// What became of a run: "done", a reason, what was thrown; empty as long as it waits.
Awaitable<> ask(OffLoop& off_loop, std::function<void()> function, std::string& told) {
    try {
        auto done = co_await off_loop.run(std::move(function));
        told = done ? "done" : std::string(to_string(done.error().reason()));
    } catch (std::exception const& failed) {
        told = failed.what();
    }
}

void spawn(boost::asio::io_context& loop, Awaitable<> life) {
    boost::asio::co_spawn(loop, std::move(life), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
}

/// A function that runs until it is let go.
struct Gate {
    std::promise<void> entered, open;
    std::function<void()> function = [this] {
        entered.set_value();
        open.get_future().wait();
    };
};

TEST(OffLoop, RunsBesideTheLoopAndGoesOnOnIt) {
    boost::asio::io_context loop;
    OffLoop off_loop;
    auto where = [](OffLoop& there, std::vector<std::thread::id>& threads) -> Awaitable<> {
        auto note = [&threads] { threads.push_back(std::this_thread::get_id()); };
        EXPECT_TRUE(co_await there.run(note));
        note();
        EXPECT_TRUE(co_await there.run(note));
    };
    std::vector<std::thread::id> threads;
    spawn(loop, where(off_loop, threads));
    loop.run();
    ASSERT_EQ(threads.size(), 3U);
    EXPECT_EQ(threads[1], std::this_thread::get_id());
    EXPECT_NE(threads[0], threads[1]);
    EXPECT_EQ(threads[0], threads[2]);
}

TEST(OffLoop, RefusesWhatIsTooMuch) {
    boost::asio::io_context loop;
    OffLoop off_loop(2);
    Gate gate;
    std::string first, second, third;
    spawn(loop, ask(off_loop, gate.function, first));
    spawn(loop, ask(off_loop, [] {}, second));
    spawn(loop, ask(off_loop, [] { ADD_FAILURE() << "it was refused"; }, third));
    loop.poll();
    EXPECT_EQ(third, "overloaded");
    EXPECT_EQ(first + second, "");
    gate.open.set_value();
    loop.run();
    EXPECT_EQ(first + second, "donedone");
    std::string later;
    spawn(loop, ask(off_loop, [] {}, later));
    loop.restart();
    loop.run();
    EXPECT_EQ(later, "done");
}

TEST(OffLoop, ThrowsWhatTheFunctionThrows) {
    boost::asio::io_context loop;
    OffLoop off_loop;
    std::string thrown, next;
    spawn(loop, ask(off_loop, [] { throw std::runtime_error("no memory"); }, thrown));
    spawn(loop, ask(off_loop, [] {}, next));
    loop.run();
    EXPECT_EQ(thrown, "no memory");
    EXPECT_EQ(next, "done");
}

TEST(OffLoop, FinishesWhatRunsAndForgetsWhatWaitsWhenItStops) {
    boost::asio::io_context loop;
    OffLoop off_loop(1'000'000);
    Gate gate;
    std::string runs, waits;
    auto held = std::make_shared<int>(1);
    std::weak_ptr<int> const seen = held;
    spawn(loop, ask(off_loop, gate.function, runs));
    spawn(loop, ask(off_loop, [held = std::move(held)] { ADD_FAILURE() << "it was forgotten"; }, waits));
    loop.poll();
    gate.entered.get_future().wait();
    std::thread stopper([&] { off_loop.stop(); });
    std::deque<std::string> asked;
    do {
        spawn(loop, ask(off_loop, [] {}, asked.emplace_back()));
        loop.poll();
    } while (asked.back().empty());
    EXPECT_EQ(asked.back(), "overloaded");
    gate.open.set_value();
    stopper.join();
    loop.run();
    EXPECT_EQ(runs, "done");
    EXPECT_EQ(waits, "");
    EXPECT_TRUE(seen.expired());
    off_loop.stop();
}

}  // namespace
}  // namespace koine
