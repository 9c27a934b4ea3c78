#include "event/dispatcher.hpp"

#include "query/planner.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace koine::event {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostHeld = 32;  ///< deliveries in memory
constexpr std::size_t kMostOfTarget = 4;
constexpr std::uint32_t kMostRead = 32;
constexpr std::size_t kMostBytes = std::size_t{32} << 20;
constexpr int kMostDoublings = 12;
constexpr int kMostRestDoublings = 6;
constexpr std::size_t kMostResting = 500;
constexpr auto kSweepEvery = 60s;
constexpr auto kKept = std::chrono::microseconds(7 * 24h);
constexpr int kMostFarewells = 5;  ///< attempts to write down how deliveries ended, when stopping

std::int64_t microseconds(milliseconds time) { return std::chrono::microseconds(time).count(); }

/// A session of the thread, made anew when what is served changes.
struct Base {
    Ground ground;
    std::unique_ptr<store::Session> session;
    std::shared_ptr<store::Prepared> due;  ///< of the session: goes first
};

/// One that is under way.
struct Held {
    Delivery delivery;
    Clock::time_point until;  ///< of the claim
};

class Thread final : public Dispatcher {
public:
    Thread(
        std::function<Ground()> current,
        DispatcherOptions options,
        std::function<void(std::string_view)> log,
        std::unique_ptr<Sender> sender
    )
        : current_(std::move(current)),
          options_(std::move(options)),
          log_(std::move(log)),
          sender_(std::move(sender)) {}
    ~Thread() override { stop(0ms); }

    void begin() {
        boost::asio::co_spawn(context_, work(), boost::asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    void poke() override {
        if (poked_.exchange(true)) return;
        boost::asio::post(context_, [this] {
            looks_ = true;
            idle_.cancel();
        });
    }

    void stop(milliseconds patience) override {
        if (!thread_.joinable()) return;
        stopping_ = true;
        sender_->stop(patience);  // all that is under way is told of before this returns
        boost::asio::post(context_, [this] {
            over_ = true;
            idle_.cancel();
        });
        thread_.join();
        if (base_ && base_->session) base_->session->settle();
        base_.reset();
    }

private:
    Result<std::shared_ptr<Base>> base() {
        auto ground = current_();
        if (base_ && base_->ground.outbox == ground.outbox) return base_;
        auto made = std::make_shared<Base>();
        if (ground.outbox) {
            KOINE_TRY(made->session, ground.store->session(context_));
            KOINE_TRY(made->due, made->session->prepare(ground.outbox->queue().due_plan()));
        }
        made->ground = std::move(ground);
        base_ = std::move(made);
        return base_;
    }

    Awaitable<> work() {
        int farewells = 0;
        auto swept = Clock::now();
        for (;;) {
            poked_ = false;
            looks_ = false;
            bool more = false;
            auto const base_now = base();
            if (base_now && base_now.value()->session) {
                co_await write_done(base_now.value());
                if (!stopping_) {
                    co_await keep_claims(base_now.value());
                    if (Clock::now() - swept > kSweepEvery) {
                        swept = Clock::now();
                        co_await sweep(base_now.value());
                    }
                    more = co_await send_due(base_now.value());
                }
            }
            if (over_ && (done_.empty() || ++farewells == kMostFarewells)) co_return;
            if (!more && !looks_) co_await wait(over_ ? milliseconds(100) : options_.look_every);
        }
    }

    /// Runs a step of the queue in a transaction of its own.
    template <class Step>
    Awaitable<Result<void>> in_transaction(std::shared_ptr<Base> base, Step const& step) {
        store::Work const work = [&](store::Transaction& transaction) { return step(base->ground.outbox->queue(), transaction); };
        co_return co_await base->session->transact(work, nullptr);
    }

    /// Notes what came of those that ended. What cannot be noted now is tried again.
    Awaitable<> write_done(std::shared_ptr<Base> base) {
        if (done_.empty()) co_return;
        auto const some = done_;
        auto const step = [&](Queue const& queue, store::Transaction& transaction) -> Result<void> {
            for (auto const& finished : some) {
                KOINE_TRY(queue.finish(transaction, finished));
            }
            return outcome::success();
        };
        if (auto const noted = co_await in_transaction(base, step); !noted) co_return;
        // Others may have ended meanwhile: they stand behind.
        done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(some.size()));
        for (auto const& finished : some) held_.erase(finished.id);
    }

    /// Those that wait in this process for a place, or are slow, are still its own.
    Awaitable<> keep_claims(std::shared_ptr<Base> base) {
        auto const soon = Clock::now() + options_.lease / 2;
        std::vector<std::int64_t> ids;
        for (auto& [id, held] : held_)
            if (held.until < soon) {
                ids.push_back(id);
                held.until = Clock::now() + options_.lease;
            }
        if (ids.empty()) co_return;
        auto const until = now_in_microseconds() + microseconds(options_.lease);
        auto const step = [&](Queue const& queue, store::Transaction& transaction) -> Result<void> {
            for (auto const id : ids) {
                KOINE_TRY(queue.renew(transaction, id, until));
            }
            return outcome::success();
        };
        (void)co_await in_transaction(base, step);
    }

    Awaitable<> sweep(std::shared_ptr<Base> base) {
        auto const before = now_in_microseconds() - kKept.count();
        auto const step = [&](Queue const& queue, store::Transaction& transaction) { return queue.sweep(transaction, before); };
        (void)co_await in_transaction(base, step);
    }

    /// Targets of which nothing is to be taken now: they have enough, or rest.
    std::vector<std::string> busy() {
        auto const now = Clock::now();
        std::map<std::string, std::size_t> counts;
        for (auto const& [id, held] : held_) ++counts[held.delivery.target];
        std::vector<std::string> all;
        for (auto const& [target, count] : counts)
            if (count >= kMostOfTarget) all.push_back(target);
        for (auto const& [target, rest] : resting_)
            if (now < rest.until) all.push_back(target);
        return all;
    }

    /// @return whether there may be more.
    Awaitable<bool> send_due(std::shared_ptr<Base> base) {
        if (held_.size() >= kMostHeld) co_return false;
        auto found = co_await read_due(base);
        std::map<std::string, std::size_t> room;
        for (auto const& [id, held] : held_) ++room[held.delivery.target];
        std::erase_if(found, [&](Delivery const& one) { return held_.contains(one.id) || ++room[one.target] > kMostOfTarget; });
        if (found.size() > kMostHeld - held_.size()) found.resize(kMostHeld - held_.size());
        if (found.empty()) co_return false;
        std::vector<Delivery> claimed;
        auto const until = now_in_microseconds() + microseconds(options_.lease);
        auto const from = Clock::now();
        auto const step = [&](Queue const& queue, store::Transaction& transaction) -> Result<void> {
            claimed.clear();
            for (auto const& one : found) {
                KOINE_TRY(auto const is_ours, queue.claim(transaction, one, until));
                if (is_ours) claimed.push_back(one);
            }
            return outcome::success();
        };
        if (auto const done = co_await in_transaction(base, step); !done) co_return false;
        for (auto& one : claimed) send(std::move(one), from + options_.lease);
        co_return !claimed.empty();
    }

    /// Asked of a reading session, so that a queue at rest costs the writer nothing.
    Awaitable<std::vector<Delivery>> read_due(std::shared_ptr<Base> base) {
        auto const& queue = base->ground.outbox->queue();
        auto const query = queue.due(busy(), kMostRead);
        Arena texts;
        std::vector<query::Argument> arguments;
        query::Rows rows;
        if (!query::bind(*queue.due_plan(), query, kMostRead, texts, arguments)) co_return std::vector<Delivery>();
        auto const ran = co_await base->session->run(base->due, arguments, {kMostRead, kMostBytes}, nullptr, rows);
        if (!ran) co_return std::vector<Delivery>();
        co_return queue.read(rows);
    }

    void send(Delivery delivery, Clock::time_point until) {
        Sending sending{delivery.method, delivery.url, headers_of(delivery), std::move(delivery.body), delivery.verify, delivery.authority};
        auto const id = delivery.id;
        delivery.body = {};
        held_.insert_or_assign(id, Held{std::move(delivery), until});
        sender_->send(std::move(sending), [this, id](Sent sent) {
            boost::asio::post(context_, [this, id, sent = std::move(sent)] { take(id, sent); });
        });
    }

    /// What came of one.
    void take(std::int64_t id, Sent const& sent) {
        auto const found = held_.find(id);
        if (found == held_.end()) return;
        auto const& delivery = found->second.delivery;
        bool const taken = sent.how == Sent::How::answered && sent.status >= 200 && sent.status < 300;
        Finished finished;
        finished.id = id;
        finished.status = sent.status;
        finished.attempts = delivery.attempts + (sent.how == Sent::How::abandoned ? 0 : 1);
        finished.error = sent.how != Sent::How::answered ? sent.error : taken ? "" : fmt::format("answered {}", sent.status);
        if (taken) {
            finished.state = Finished::State::sent;
        } else if (sent.how == Sent::How::abandoned) {
            finished.due = now_in_microseconds();
        } else if (sent.how == Sent::How::refused || finished.attempts >= most_attempts()) {
            finished.state = Finished::State::failed;
            log_(fmt::format("delivery {} to {} is given up: {}", id, delivery.target, finished.error));
        } else {
            finished.due = now_in_microseconds() + delay_after(finished.attempts);
        }
        note_health(delivery.target, sent);
        done_.push_back(std::move(finished));
        looks_ = true;
        idle_.cancel();
    }

    int most_attempts() const { return base_ && base_->ground.outbox ? base_->ground.outbox->attempts() : 1; }

    /// Microseconds: later and later, by some chance, so that what failed together does not come back together.
    std::int64_t delay_after(std::int64_t attempts) {
        auto const doublings = std::clamp<std::int64_t>(attempts - 1, 0, kMostDoublings);
        auto const whole = microseconds(options_.first_delay) << doublings;
        return whole * 3 / 4 + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(whole / 2 + 1));
    }

    void note_health(std::string const& target, Sent const& sent) {
        bool const well = sent.how == Sent::How::answered && sent.status < 500 && sent.status != 429;
        if (well) {
            resting_.erase(target);
        } else if (sent.how == Sent::How::failed || sent.how == Sent::How::answered) {
            if (resting_.size() >= kMostResting) resting_.clear();
            auto& rest = resting_[target];
            if (Clock::now() < rest.until) return;  // several that were under way are one failure
            rest.until = Clock::now() + options_.first_delay * (1 << std::min(rest.failures++, kMostRestDoublings)) / 2;
        }
    }

    Awaitable<> wait(milliseconds time) {
        idle_.expires_after(time);
        boost::system::error_code error;
        co_await idle_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable_t<Executor>(), error));
    }

    struct Rest {
        Clock::time_point until;
        int failures = 0;
    };

    std::function<Ground()> current_;
    DispatcherOptions options_;
    std::function<void(std::string_view)> log_;
    boost::asio::io_context context_{1};
    boost::asio::steady_timer idle_{context_};
    std::atomic<bool> poked_ = false, stopping_ = false;
    bool over_ = false;   ///< the sender has ended
    bool looks_ = false;  ///< something has changed since the work began its round
    std::shared_ptr<Base> base_;
    std::map<std::int64_t, Held> held_;  ///< by id: claimed, and what came of them not noted yet
    std::vector<Finished> done_;
    std::map<std::string, Rest> resting_;
    std::mt19937_64 random_{std::random_device{}()};
    std::unique_ptr<Sender> sender_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Dispatcher>> Dispatcher::start(
    std::function<Ground()> current, DispatcherOptions options, std::function<void(std::string_view)> log
) {
    KOINE_TRY(auto sender, Sender::start(options.sender));
    auto made = std::make_unique<Thread>(std::move(current), std::move(options), std::move(log), std::move(sender));
    try {
        made->begin();
    } catch (std::system_error const&) {
        return Problem(Reason::internal).because("no thread for deliveries is to be had");
    }
    return std::unique_ptr<Dispatcher>(std::move(made));
}

}  // namespace koine::event
