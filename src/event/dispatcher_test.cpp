#include "event/dispatcher.hpp"

#include "event/receiver.hpp"
#include "event/testing.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace koine::event {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::Receiver;

class DispatcherTest : public testing::EventTest {
protected:
    DispatcherTest() {
        options_.sender.reach.networks = {parse_address("127.0.0.0/8").value()};
        options_.sender.connect_limit = 500ms;
        options_.sender.limit = 500ms;
        options_.first_delay = 20ms;
        options_.look_every = 100ms;
        options_.lease = 400ms;
    }
    void start() {
        auto made = Dispatcher::start(
            [this] { return Ground{store_, outbox_}; },
            options_,
            [this](std::string_view line) {
                std::scoped_lock lock(mutex_);
                log_.append(line).append("\n");
            }
        );
        ASSERT_TRUE(made);
        dispatcher_ = std::move(made).value();
    }
    std::string log() {
        std::scoped_lock lock(mutex_);
        return log_;
    }
    std::string hook(std::string const& url, std::string const& further = "") {
        return create("hooks", fmt::format(R"({{"name":"h","types":["tracker.task"],"url":"{}","creates":true{}}})", url, further));
    }
    void task(std::string const& title = "alpha") {
        create("tasks", fmt::format(R"({{"title":"{}"}})", title));
        if (dispatcher_) dispatcher_->poke();
    }
    /// What the query gives as soon as it is this, or after half a minute.
    std::string soon(std::string const& text, std::string const& want) {
        for (int i = 0; i < 3000 && stored(text) != want; ++i) std::this_thread::sleep_for(10ms);
        return stored(text);
    }
    std::string ended(std::string const& want) {
        return soon("SELECT state, attempts, status, error FROM koine_delivery ORDER BY id", want);
    }
    static std::string header(std::string const& request, std::string const& name) {
        auto const at = request.find("\r\n" + name + ": ");
        if (at == std::string::npos) return "";
        auto const from = at + name.size() + 4;
        return request.substr(from, request.find('\r', from) - from);
    }

    DispatcherOptions options_;
    std::unique_ptr<Dispatcher> dispatcher_;

private:
    std::mutex mutex_;
    std::string log_;
};

TEST_F(DispatcherTest, sends_what_is_written_as_soon_as_it_is) {
    Receiver const receiver;
    load();
    hook(receiver.url(), R"(,"secret":"mystery","headers":"X-One: 1")");
    options_.look_every = 10'000ms;
    start();
    task();
    EXPECT_EQ(ended("sent|1|200|"), "sent|1|200|");
    EXPECT_EQ(stored("SELECT finished >= created FROM koine_delivery"), "1");
    auto const request = receiver.requests(1).front();
    EXPECT_THAT(request, ::testing::StartsWith("POST /hook HTTP/1.1\r\n"));
    EXPECT_EQ(header(request, "Content-Type"), "application/json");
    EXPECT_EQ(header(request, "X-One"), "1");
    EXPECT_EQ(header(request, "X-Hook-Delivery"), stored("SELECT id FROM koine_delivery"));
    EXPECT_EQ(header(request, "X-Hook-Signature").size(), 128U);
    EXPECT_EQ(request.substr(request.find("\r\n\r\n") + 4), stored("SELECT body FROM koine_delivery"));
}

TEST_F(DispatcherTest, finds_what_nobody_poked_it_for) {
    Receiver const receiver;
    load();
    hook(receiver.url());
    start();
    create("tasks", R"({"title":"alpha"})");
    EXPECT_EQ(ended("sent|1|200|"), "sent|1|200|");
}

TEST_F(DispatcherTest, tries_again_until_it_is_taken) {
    std::atomic<int> asked = 0;
    Receiver const receiver([&](Receiver::Line const& line, std::string const& request) {
        switch (++asked) {
            case 1: return;
            case 2: return Receiver::status(500)(line, request);
            case 3: return Receiver::status(302, "Location: /elsewhere\r\n")(line, request);
            case 4: return line.stall();
            case 5: return Receiver::status(404)(line, request);
            default: return Receiver::status(204)(line, request);
        }
    });
    load();
    hook(receiver.url());
    start();
    task();
    EXPECT_EQ(ended("sent|6|204|"), "sent|6|204|");
    auto const requests = receiver.requests();
    ASSERT_EQ(requests.size(), 6U);
    for (auto const& request : requests) EXPECT_EQ(request, requests.front()) << "a delivery stays as it is";
}

TEST_F(DispatcherTest, gives_up_after_some_attempts) {
    Receiver const receiver(Receiver::status(503));
    load("  attempts: 3\n");
    hook(receiver.url());
    start();
    task();
    EXPECT_EQ(ended("failed|3|503|answered 503"), "failed|3|503|answered 503");
    EXPECT_THAT(log(), HasSubstr("delivery 1 to hook:1 is given up: answered 503"));
    EXPECT_EQ(receiver.requests().size(), 3U);
}

TEST_F(DispatcherTest, does_not_try_again_what_must_not_be_sent) {
    load();
    hook("http://10.0.0.1/");
    hook("file:///etc/passwd");
    start();
    task();
    EXPECT_EQ(soon("SELECT state, attempts, status FROM koine_delivery", "failed|1|0 failed|1|0"), "failed|1|0 failed|1|0");
    EXPECT_THAT(log(), HasSubstr("not one that may be sent to"));
}

TEST_F(DispatcherTest, keeps_the_order_of_a_target) {
    Receiver const receiver;
    load();
    hook(receiver.url());
    options_.sender.at_once_per_host = 1;
    start();
    for (int i = 0; i < 40; ++i) task(fmt::format("t{:02}", i));
    EXPECT_EQ(soon("SELECT count(*) FROM koine_delivery WHERE state = 'sent'", "40"), "40");
    std::vector<std::string> titles;
    for (auto const& request : receiver.requests()) {
        auto const at = request.find("\"title\":\"") + 9;
        titles.push_back(request.substr(at, 3));
    }
    ASSERT_EQ(titles.size(), 40U);
    EXPECT_TRUE(std::ranges::is_sorted(titles)) << ::testing::PrintToString(titles);
}

TEST_F(DispatcherTest, is_not_held_up_by_a_target_that_stalls) {
    Receiver const stalling(Receiver::stalling()), receiver;
    options_.sender.limit = 60'000ms;
    load();
    hook(fmt::format("http://localhost:{}/", stalling.port()));
    for (int i = 0; i < 30; ++i) task("early");
    hook(receiver.url());
    start();
    task("late");
    EXPECT_EQ(soon("SELECT count(*) FROM koine_delivery WHERE target = 'hook:2' AND state = 'sent'", "1"), "1");
}

TEST_F(DispatcherTest, goes_on_when_a_receiver_that_had_disappeared_is_back) {
    load();
    std::uint16_t port = 0;
    {
        Receiver const gone;
        port = gone.port();
    }
    hook(fmt::format("http://127.0.0.1:{}/", port));
    start();
    task();
    EXPECT_EQ(soon("SELECT attempts > 1 FROM koine_delivery", "1"), "1");
    Receiver const back(Receiver::status(200), port);
    EXPECT_EQ(soon("SELECT state, error FROM koine_delivery", "sent|"), "sent|");
}

TEST_F(DispatcherTest, leaves_alone_what_another_process_has_claimed_until_that_is_gone) {
    Receiver const receiver;
    load();
    hook(receiver.url());
    task();
    auto const claim = now_in_microseconds() + 600'000;
    run_sql(fmt::format("UPDATE koine_delivery SET due = {}", claim));  // as a process does that is then killed
    start();
    std::this_thread::sleep_for(300ms);
    EXPECT_TRUE(receiver.requests().empty());
    EXPECT_EQ(ended("sent|1|200|"), "sent|1|200|");
    EXPECT_GT(now_in_microseconds(), claim);
}

TEST_F(DispatcherTest, keeps_its_claim_on_what_takes_longer) {
    Receiver const receiver([](Receiver::Line const& line, std::string const& request) {
        std::this_thread::sleep_for(1500ms);
        Receiver::status(200)(line, request);
    });
    load();
    hook(receiver.url());
    options_.sender.limit = 5000ms;
    start();
    task();
    auto const first = std::move(dispatcher_);
    start();  // another process
    EXPECT_EQ(ended("sent|1|200|"), "sent|1|200|");
    EXPECT_EQ(receiver.requests().size(), 1U);
}

TEST_F(DispatcherTest, gives_back_what_it_has_not_sent_when_it_stops) {
    Receiver const stalling(Receiver::stalling());
    load();
    hook(stalling.url());
    options_.sender.limit = 60'000ms;
    start();
    for (int i = 0; i < 6; ++i) task();
    stalling.requests(2);
    auto const from = std::chrono::steady_clock::now();
    dispatcher_->stop(100ms);
    EXPECT_LT(std::chrono::steady_clock::now() - from, 30s);
    EXPECT_EQ(stored(fmt::format("SELECT DISTINCT state, attempts, due <= {} FROM koine_delivery", now_in_microseconds())), "waiting|0|1");
    dispatcher_->stop(100ms);
    dispatcher_->poke();
}

TEST_F(DispatcherTest, waits_for_what_is_under_way_when_it_stops) {
    Receiver const receiver([](Receiver::Line const& line, std::string const& request) {
        std::this_thread::sleep_for(200ms);
        Receiver::status(200)(line, request);
    });
    load();
    hook(receiver.url());
    start();
    task();
    receiver.requests(1);
    dispatcher_->stop(5s);
    EXPECT_EQ(stored("SELECT state, attempts, status FROM koine_delivery"), "sent|1|200");
}

TEST_F(DispatcherTest, has_nothing_to_do_where_there_are_no_webhooks) {
    load();
    outbox_.reset();
    start();
    dispatcher_->poke();
    std::this_thread::sleep_for(50ms);
    dispatcher_->stop(1s);
}

TEST_F(DispatcherTest, removes_what_was_over_a_week_ago) {
    load();
    hook("http://127.0.0.1:9/");
    for (int i = 0; i < 4; ++i) task();
    constexpr std::int64_t kDay = 86'400'000'000;
    auto const now = now_in_microseconds();
    run_sql(fmt::format("UPDATE koine_delivery SET state = 'sent', finished = {} WHERE id = 1", now - 8 * kDay));
    run_sql(fmt::format("UPDATE koine_delivery SET state = 'failed', finished = {} WHERE id = 2", now - 8 * kDay));
    run_sql(fmt::format("UPDATE koine_delivery SET state = 'sent', finished = {} WHERE id = 3", now - 6 * kDay));
    auto const done = transact([&](store::Transaction& transaction) { return outbox_->queue().sweep(transaction, now - 7 * kDay); });
    EXPECT_TRUE(done);
    EXPECT_EQ(stored("SELECT id FROM koine_delivery ORDER BY id"), "3 4");
}

}  // namespace
}  // namespace koine::event
