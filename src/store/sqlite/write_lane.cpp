#include "store/sqlite/write_lane.hpp"

#include "store/sqlite/transaction.hpp"
#include "store/sqlite/write_run.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>
#include <unistd.h>
#include <utility>

namespace koine::store::sqlite {
namespace {

/// Pages of the log: past the first it is copied into the file when nobody waits, past the second in any case, past the third readers
/// are waited for so that it begins anew.
constexpr int kPagesWhenIdle = 500;
constexpr int kPagesAlways = 2000;
constexpr int kPagesTooMany = 10'000;

/// Some reasons name the statement, which only the job knows.
Problem told_to(WriteJob const& job, Problem const& problem) {
    if (problem.reason() != Reason::read_only || problem.argument("statement")) return problem;
    return Problem(Reason::read_only).with("statement", job.statement()).because(problem.cause());
}

/// Errors of the file or its place: a connection made anew finds out whether they are over.
bool is_of_file(Problem const& problem) {
    auto reason = problem.reason();
    return reason == Reason::database_unavailable || reason == Reason::database_corrupt || reason == Reason::read_only ||
           reason == Reason::schema_changed;
}

/// Answers that no second run would change: the job was never begun, or took all its time.
bool is_final(Result<void> const& outcome) {
    if (outcome) return false;
    auto reason = outcome.error().reason();
    return reason == Reason::cancelled || reason == Reason::overloaded || reason == Reason::statement_timeout;
}

}  // namespace

std::string_view WriteJob::statement() const { return write ? query::statement_of(write->plan->change) : "transaction"; }

WriteLane::~WriteLane() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    // The log goes with the last connection, if that may write.
    if (!connection_ && identity_of(options_.file) == options_.identity)
        if (auto last = WriteConnection::open(options_.file, options_.durability, {})) connection_ = std::move(last).value();
}

bool WriteLane::submit(Ticket& ticket) {
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        if (waiting_.size() >= options_.queue) return false;
        if (!thread_.joinable()) {
            try {
                thread_ = std::jthread([this] { work(); });
            } catch (std::exception const&) {
                return false;
            }
        }
        ticket.door->pending->add();
        waiting_.push_back(std::move(ticket));
        wake = std::exchange(asleep_, false);
    }
    if (wake) wake_.notify_one();
    return true;
}

void WriteLane::work() {
    std::vector<Ticket> tickets;
    std::unique_lock lock(mutex_);
    while (true) {
        auto is_due = [this] { return stopping_ || !waiting_.empty(); };
        asleep_ = true;
        bool has_log = connection_ && connection_->log_pages() > 0;
        if (has_log && !wake_.wait_for(lock, options_.idle_time, is_due)) {
            lock.unlock();
            empty_log();
            lock.lock();
            continue;
        }
        wake_.wait(lock, is_due);
        asleep_ = false;
        if (waiting_.empty()) return;
        tickets.swap(waiting_);
        lock.unlock();
        serve(tickets);
        tickets.clear();
        lock.lock();
    }
}

void WriteLane::serve(std::span<Ticket> tickets) {
    while (!tickets.empty()) {
        tickets = tickets.subspan(serve_group(tickets));
        if (connection_) check_log(tickets.empty() && is_queue_empty());
    }
}

std::size_t WriteLane::serve_group(std::span<Ticket> tickets) {
    if (auto begun = begin(); !begun) {
        // Who came while the lock was waited for would only wait as long again. They first: whoever has an answer may write anew, and has not waited.
        if (begun.error().reason() == Reason::database_busy) refuse_waiting(begun.error());
        refuse(tickets, begun.error());
        return tickets.size();
    }
    auto started = Clock::now();
    std::size_t count = 0;
    while (count < std::min(tickets.size(), options_.group) && connection_->in_transaction()) {
        if (count > 0 && Clock::now() - started > options_.group_time) break;
        auto& job = *tickets[count++].job;
        job.outcome = attempt(job);
    }
    auto group = tickets.first(count);
    if (connection_->in_transaction() && commit()) {
        deliver(group);
    } else {
        connection_->roll_back();
        serve_alone(group);
    }
    return count;
}

void WriteLane::serve_alone(std::span<Ticket> tickets) {
    for (std::size_t i = 0; i < tickets.size(); ++i) {
        auto& job = *tickets[i].job;
        if (!is_final(job.outcome)) {
            if (auto begun = begin(); !begun) {
                refuse(tickets.subspan(i), begun.error());
                return;
            }
            job.outcome = attempt(job);
            if (connection_->in_transaction()) {
                auto done = commit();
                if (!done && job.outcome) job.outcome = told_to(job, done.error());
            }
            connection_->roll_back();
            if (!job.outcome && is_of_file(job.outcome.error())) connection_.reset();
        }
        deliver(tickets.subspan(i, 1));
    }
}

Result<void> WriteLane::begin() {
    auto done = ready();
    if (!done) {
        if (connection_) connection_->roll_back();
        if (is_of_file(done.error())) connection_.reset();
    }
    return done;
}

Result<void> WriteLane::ready() {
    auto now = identity_of(options_.file);
    if (!now) return Problem(Reason::database_unavailable).because("the file is gone");
    if (*now != options_.identity) {
        if (connection_) connection_->checkpoint(true);  // into the file that is open, which what was confirmed belongs to
        if (options_.log_files) options_.log_files->leave();
        return Problem(Reason::schema_changed).because("another file has taken the file's place");
    }
    // Who takes this right away while we have the file open means us too.
    if (access(options_.file.c_str(), W_OK) != 0 || !now->writable) return Problem(Reason::read_only).because("the file is read-only");
    if (!connection_) {
        KOINE_TRY(connection_, WriteConnection::open(options_.file, options_.durability, options_.busy_limit));
        checked_pages_ = 0;
    }
    KOINE_TRY(connection_->begin());
    if (options_.log_files) options_.log_files->note();
    KOINE_TRY(auto version, connection_->schema_version());
    if (static_cast<std::uint64_t>(version) != model_->version) return Problem(Reason::schema_changed).because("the schema is another one");
    return outcome::success();
}

Result<void> WriteLane::attempt(WriteJob& job) {
    if (job.cancellation && job.cancellation->cancelled()) return Problem(Reason::cancelled);
    auto now = Clock::now();
    if (now - job.asked > options_.statement_limit + options_.busy_limit)
        return Problem(Reason::overloaded).because("waited too long to be written");
    auto& watch = connection_->base().state().watch;
    watch = {.deadline = now + options_.statement_limit};
    auto done = connection_->savepoint();
    if (done)
        done =
            job.work ? run_work(*connection_, *model_, *job.work) : run_write(*connection_, *model_, job.write, *job.request, *job.written);
    watch = {};
    if (connection_->in_transaction()) {
        if (done && !job.is_rehearsal())
            done = connection_->release();
        else
            connection_->abandon_savepoint();
    } else if (done) {
        done = Problem(Reason::internal).because("the transaction ended from within");
    }
    if (!done) return told_to(job, done.error());
    return done;
}

Result<void> WriteLane::commit() {
    auto done = connection_->commit();
    if (done) commits_.fetch_add(1, std::memory_order_release);
    return done;
}

void WriteLane::refuse(std::span<Ticket> tickets, Problem const& problem) {
    // Each its own: problems share what they hold, and their workers are several.
    for (auto& ticket : tickets) ticket.job->outcome = told_to(*ticket.job, Problem(problem.reason()).because(problem.cause()));
    deliver(tickets);
}

void WriteLane::refuse_waiting(Problem const& problem) {
    std::vector<Ticket> waiting;
    {
        std::lock_guard lock(mutex_);
        waiting.swap(waiting_);
    }
    refuse(waiting, problem);
}

/// One post a worker: waking a sleeping thread is what costs. After it the jobs may be gone.
void WriteLane::deliver(std::span<Ticket> tickets) {
    using Resume = std::move_only_function<void()>;
    while (!tickets.empty()) {
        auto door = tickets.front().door;
        std::vector<Resume> resumes;
        // In place: what goes elsewhere moves to the front, in its order.
        std::size_t left = 0;
        for (auto& ticket : tickets) {
            if (ticket.door == door)
                resumes.push_back(std::move(ticket.resume));
            else if (auto& place = tickets[left++]; &place != &ticket)
                place = std::move(ticket);
        }
        std::size_t count = resumes.size();
        boost::asio::post(door->executor, [all = std::move(resumes)]() mutable {
            for (auto& resume : all) resume();
        });
        door->pending->remove(count);
        tickets = tickets.first(left);
    }
}

bool WriteLane::is_queue_empty() {
    std::lock_guard lock(mutex_);
    return waiting_.empty();
}

void WriteLane::empty_log() {
    // A connection to a file that is no longer there leaves everything as it is when it closes.
    if (identity_of(options_.file) != options_.identity) return connection_.reset();
    connection_->checkpoint(true);
    checked_pages_ = 0;
}

void WriteLane::check_log(bool idle) {
    int pages = connection_->log_pages();
    // Fewer than last time: it has begun anew.
    if (pages < checked_pages_) checked_pages_ = 0;
    int since = pages - checked_pages_;
    bool due = since >= kPagesAlways || (since > kPagesWhenIdle && (pages > kPagesAlways || idle));
    if (!due) return;
    pages > kPagesTooMany ? connection_->restart_log() : connection_->checkpoint(false);
    checked_pages_ = pages;
}

}  // namespace koine::store::sqlite
