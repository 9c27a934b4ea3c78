#include "event/sender.hpp"

#include "event/transfer.hpp"

#include <algorithm>
#include <csignal>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace koine::event {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

/// One request on its way. Only the sender's thread touches it.
struct Job {
    Sending sending;
    std::function<void(Sent)> done;
    std::uint64_t number = 0;
    TargetUrl target;
    Clock::time_point end;
    std::vector<Address> addresses;  ///< that were checked and not tried yet, the next one last
    std::unique_ptr<Transfer> transfer;
    bool over = false;
};

class Thread final : public Sender {
public:
    Thread(SenderOptions options, std::unique_ptr<CURLM, FreeMulti> multi)
        : options_(std::move(options)),
          multi_(std::move(multi)),
          resolver_(std::make_unique<Resolver>(options_.resolver)) {}
    ~Thread() override { stop(0ms); }

    void begin() {
        thread_ = std::thread([this] { work(); });
    }

    void send(Sending sending, std::function<void(Sent)> done) override {
        {
            std::scoped_lock lock(mutex_);
            if (!closed_) {
                inbox_.push_back({std::move(sending), std::move(done)});
                done = nullptr;
            }
        }
        if (done)
            done({Sent::How::abandoned, 0, "the sender has stopped"});
        else
            curl_multi_wakeup(multi_.get());
    }

    void stop(std::chrono::milliseconds patience) override {
        {
            std::scoped_lock lock(mutex_);
            auto const end = Clock::now() + patience;
            stop_at_ = stop_at_ ? std::min(*stop_at_, end) : end;
        }
        curl_multi_wakeup(multi_.get());
        std::scoped_lock lock(joining_);
        if (thread_.joinable()) thread_.join();
        resolver_.reset();
    }

private:
    struct Asked {
        Sending sending;
        std::function<void(Sent)> done;
    };
    struct Answer {
        std::uint64_t number;
        Resolved resolved;
    };

    void work() {
        // A server that has gone is no reason to end this process; libcurl, which is not to touch signals, leaves that to us.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        while (!is_over()) {
            take_inbox();
            begin_waiting();
            int running = 0;
            curl_multi_perform(multi_.get(), &running);
            finish_transfers();
            finish_late();
            remove_over();
            if (!is_over()) curl_multi_poll(multi_.get(), nullptr, 0, patience(), nullptr);
        }
        for (auto* list : {&waiting_, &running_})
            for (auto& job : *list) finish(job, {Sent::How::abandoned, 0, "the sender has stopped"});
        remove_over();
        waiting_.clear();
        std::vector<Asked> late;
        {
            std::scoped_lock lock(mutex_);
            closed_ = true;
            late.swap(inbox_);
        }
        for (auto& asked : late) asked.done({Sent::How::abandoned, 0, "the sender has stopped"});
    }

    bool is_over() {
        std::scoped_lock lock(mutex_);
        return stop_at_ && (running_.empty() || Clock::now() >= *stop_at_);
    }

    bool is_stopping() {
        std::scoped_lock lock(mutex_);
        return stop_at_.has_value();
    }

    /// For how long nothing may happen that libcurl doesn't know of.
    int patience() {
        auto until = Clock::now() + 1s;
        for (auto const& job : running_) until = std::min(until, job.end);
        std::scoped_lock lock(mutex_);
        if (!inbox_.empty() || !answers_.empty()) return 0;
        if (stop_at_) until = std::min(until, *stop_at_);
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 1000));
    }

    void take_inbox() {
        std::vector<Asked> asked;
        std::vector<Answer> answers;
        {
            std::scoped_lock lock(mutex_);
            asked.swap(inbox_);
            answers.swap(answers_);
        }
        for (auto& one : asked) take(std::move(one));
        for (auto& answer : answers) {
            auto const job = std::ranges::find(running_, answer.number, &Job::number);
            if (job != running_.end() && !job->over && !job->transfer) go_on(*job, std::move(answer.resolved));
        }
    }

    void take(Asked asked) {
        auto target = read_url(asked.sending.url);
        auto wrong = target ? mistake_in(asked.sending) : std::string(target.error().argument("message").value_or(""));
        if (!wrong.empty()) return asked.done({Sent::How::refused, 0, std::move(wrong)});
        auto& job = waiting_.emplace_back();
        job.sending = std::move(asked.sending);
        job.done = std::move(asked.done);
        job.number = ++last_;
        job.target = std::move(target).value();
    }

    /// The first that may, in the order in which they came, so that a host that stalls holds up only itself.
    void begin_waiting() {
        if (is_stopping()) return;
        for (auto job = waiting_.begin(); job != waiting_.end() && running_.size() < options_.at_once;) {
            auto const next = std::next(job);
            auto& of_host = hosts_[job->target.host];
            if (of_host < options_.at_once_per_host) {
                ++of_host;
                running_.splice(running_.end(), waiting_, job);
                begin(running_.back());
            }
            job = next;
        }
    }

    void begin(Job& job) {
        job.end = Clock::now() + options_.limit;
        resolver_->ask(job.target.host, [this, number = job.number](Resolved resolved) {
            {
                std::scoped_lock lock(mutex_);
                answers_.push_back({number, std::move(resolved)});
            }
            curl_multi_wakeup(multi_.get());
        });
    }

    void go_on(Job& job, Resolved resolved) {
        if (resolved.addresses.empty()) return finish(job, {Sent::How::failed, 0, "the host's name stands for nothing: " + resolved.error});
        // One that may not be sent to spoils them all: whoever mixes them means no good.
        for (auto const& address : resolved.addresses)
            if (!options_.reach.allows(address))
                return finish(job, {Sent::How::refused, 0, "the host's address is not one that may be sent to"});
        job.addresses.assign(resolved.addresses.rbegin(), resolved.addresses.rend());
        try_next(job);
    }

    void try_next(Job& job) {
        auto const address = job.addresses.back();
        job.addresses.pop_back();
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(job.end - Clock::now());
        auto transfer = std::make_unique<Transfer>(job.sending, job.target, options_);
        if (auto ready = transfer->prepare(address, left); !ready)
            return finish(job, {Sent::How::refused, 0, std::string(ready.error().argument("message").value_or("it cannot be prepared"))});
        if (curl_multi_add_handle(multi_.get(), transfer->easy()) != CURLM_OK)
            return finish(job, {Sent::How::failed, 0, "it cannot be begun"});
        job.transfer = std::move(transfer);
    }

    void finish_transfers() {
        int left = 0;
        while (auto const* message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            auto const job = std::ranges::find_if(running_, [&](Job const& one) {
                return one.transfer && one.transfer->easy() == message->easy_handle;
            });
            if (job == running_.end()) continue;
            auto const code = message->data.result;
            auto sent = job->transfer->outcome(code);
            drop_transfer(*job);
            if (Transfer::is_unreached(code) && !job->addresses.empty() && Clock::now() < job->end)
                try_next(*job);
            else
                finish(*job, std::move(sent));
        }
    }

    /// Those whose name is not known yet; libcurl sees to the others.
    void finish_late() {
        auto const now = Clock::now();
        for (auto& job : running_)
            if (!job.over && !job.transfer && now >= job.end) finish(job, {Sent::How::failed, 0, "the host's name was not found in time"});
    }

    void drop_transfer(Job& job) {
        if (job.transfer) curl_multi_remove_handle(multi_.get(), job.transfer->easy());
        job.transfer.reset();
    }

    void finish(Job& job, Sent sent) {
        if (std::exchange(job.over, true)) return;
        drop_transfer(job);
        job.done(std::move(sent));
    }

    void remove_over() {
        for (auto job = running_.begin(); job != running_.end();) {
            if (!job->over) {
                ++job;
                continue;
            }
            if (auto const host = hosts_.find(job->target.host); host != hosts_.end() && --host->second == 0) hosts_.erase(host);
            job = running_.erase(job);
        }
        std::erase_if(hosts_, [](auto const& host) { return host.second == 0; });
    }

    SenderOptions options_;
    std::unique_ptr<CURLM, FreeMulti> multi_;
    std::list<Job> waiting_, running_;
    std::map<std::string, std::size_t> hosts_;  ///< how many run
    std::uint64_t last_ = 0;

    std::mutex mutex_;  ///< guards these
    std::vector<Asked> inbox_;
    std::vector<Answer> answers_;
    std::optional<Clock::time_point> stop_at_;
    bool closed_ = false;

    std::unique_ptr<Resolver> resolver_;  ///< tells of answers as long as it is there
    std::mutex joining_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Sender>> Sender::start(SenderOptions options) {
    static CURLcode const ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    std::unique_ptr<CURLM, FreeMulti> multi(ready == CURLE_OK ? curl_multi_init() : nullptr);
    if (!multi) return Problem(Reason::internal).because("libcurl cannot begin");
    auto made = std::make_unique<Thread>(std::move(options), std::move(multi));
    try {
        made->begin();
    } catch (std::system_error const&) {
        return Problem(Reason::internal).because("no thread for sending is to be had");
    }
    return std::unique_ptr<Sender>(std::move(made));
}

}  // namespace koine::event
