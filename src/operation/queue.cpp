#include "operation/queue.hpp"

#include "description/words.hpp"
#include "operation/process.hpp"
#include "operation/where.hpp"
#include "query/filters.hpp"
#include "value/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace koine::operation {
namespace {

using edit::Verb;
using query::Cell;
using query::condition, query::grouped;
using query::Filter;
using query::Operator;
using script::Map;
using script::Value;

constexpr std::uint32_t kMostLooked = 50;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kKept = 7 * 86'400 * kSecond;
constexpr int kMostRemoved = 100;
constexpr std::uint32_t kMostSchedules = 1000;

query::Principal const& engine() {
    static query::Principal const principal = [] {
        query::Principal made;
        made.anonymous = false;
        made.name = "koine";
        made.may_read = made.may_write = made.superuser = true;
        return made;
    }();
    return principal;
}

/// Rows of the queue, by name of their fields.
class Jobs {
public:
    Jobs(Book const& book, store::Transaction& transaction) : book_(book), stored_(*book.stored(kJobTable)), transaction_(transaction) {}

    Result<void> read(std::vector<Filter> filters, std::string const& order, std::uint32_t most) {
        query::Query query;
        query.relation = book_.model()[stored_.entity].name;
        for (auto const& field :
             {"id",
              "name",
              "call",
              "arguments",
              "state",
              "due",
              "attempts",
              "lease",
              "runner",
              "user",
              "user_name",
              "request",
              "shown",
              "schedule",
              "every",
              "by_function"})
            query.select.emplace_back().field.name = field;
        for (auto& filter : filters) query.filters.push_back({{}, std::move(filter)});
        query::OrderTerm term;
        term.field.name = order;
        query.orders.push_back({{}, {term}});
        query.window.limit = most;
        KOINE_TRY(planned_, read_rows(book_, query, transaction_, rows_, most));
        return outcome::success();
    }
    std::size_t count() const { return rows_.steps.front().count(); }
    Cell const& cell(std::size_t row, std::string_view name) const {
        auto const& members = planned_->plan->members;
        auto const member = std::ranges::find(members, name, &query::Member::name);
        return rows_.steps.front().row(row)[member->cell];
    }
    std::string text(std::size_t row, std::string_view name) const { return value::text_of(cell(row, name)); }
    std::int64_t number(std::size_t row, std::string_view name) const {
        auto const& found = cell(row, name);
        return found.kind() == Cell::Kind::integer ? found.integer() : 0;
    }

    /// A row that was taken away meanwhile, as a schedule may be while it runs, needs no change.
    Result<void> change(std::int64_t id, Map changes) {
        auto const done = write_row(book_, stored_, Verb::patch, id, Value(std::move(changes)).json(), {engine(), {}}, transaction_);
        if (!done && done.error().reason() != Reason::not_found) return done.as_failure();
        return outcome::success();
    }
    Result<void> add(Map row) {
        KOINE_TRY(write_row(book_, stored_, Verb::create, 0, Value(std::move(row)).json(), {engine(), {}}, transaction_));
        return outcome::success();
    }
    Result<void> remove(std::int64_t id) {
        KOINE_TRY(write_row(book_, stored_, Verb::remove, id, {}, {engine(), {}}, transaction_));
        return outcome::success();
    }

private:
    Book const& book_;
    resource::Resource const& stored_;
    store::Transaction& transaction_;
    std::shared_ptr<Planned const> planned_;
    query::Rows rows_;
};

/// Jobs that wait and are due, and those that another process runs, or ran.
Filter due_or_left(std::int64_t now, std::string const& runner) {
    auto waits = grouped(
        Filter::Kind::all_of, {condition("state", Operator::eq, {"waiting"}), condition("due", Operator::lte, {std::to_string(now)})}
    );
    auto runs =
        grouped(Filter::Kind::all_of, {condition("state", Operator::eq, {"running"}), condition("runner", Operator::neq, {runner})});
    return grouped(Filter::Kind::any_of, {std::move(waits), std::move(runs)});
}

/// Changes the row that shows the job, if there (still) is one: people may have removed it.
Result<void> show(Book const& book, Taken const& job, Map changes, store::Transaction& transaction) {
    auto const& said = book.app().jobs;
    if (said.entity.empty() || !job.shown) return outcome::success();
    std::erase_if(changes, [](script::Member const& member) { return member.name.empty(); });
    auto const written = write_row(
        book, *book.stored(said.entity), Verb::patch, *job.shown, Value(std::move(changes)).json(), {engine(), job.request}, transaction
    );
    if (!written && written.error().reason() != Reason::not_found) return written.as_failure();
    return outcome::success();
}

/// Later and later, by some chance, so that what failed together does not come back together.
std::int64_t delay_after(std::int64_t attempts) {
    thread_local std::mt19937_64 random{std::random_device{}()};
    auto const seconds = std::int64_t{1} << std::min<std::int64_t>(attempts, 12);
    return seconds * kSecond / 2 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(seconds * kSecond));
}

}  // namespace

Ended ended_by(Problem const& problem, Taken const& job, int most_attempts) {
    bool const passes = problem.kind() == Kind::unavailable || problem.kind() == Kind::timeout;
    auto const message = problem.argument("message");
    if (passes && job.attempts < most_attempts) return {Ended::How::again, std::string(message.value_or(to_string(problem.reason())))};
    if (problem.kind() == Kind::internal) return {Ended::How::errored, std::string(problem.cause())};
    return {Ended::How::failed, message ? std::string(*message) : describe(problem)};
}

Result<void> keep_schedules(Book const& book, store::Transaction& transaction) {
    if (book.stored(kJobTable) == nullptr) return outcome::success();
    Jobs jobs(book, transaction);
    KOINE_TRY(jobs.read({condition("schedule", Operator::is_not_null, {})}, "id", 2 * kMostSchedules));
    auto const& every = book.app().jobs.every;
    for (auto const& schedule : every) {
        auto const period = std::int64_t{schedule.every.count()} * kSecond;
        std::optional<std::size_t> known;
        for (std::size_t row = 0; row < jobs.count(); ++row)
            if (jobs.text(row, "schedule") == schedule.name) known = row;
        auto const due = book.now() + period;
        if (!known) {
            KOINE_TRY(jobs.add(
                {{"name", schedule.name},
                 {"call", schedule.call},
                 {"arguments", Map{}},
                 {"state", "waiting"},
                 {"due", due},
                 {"schedule", schedule.name},
                 {"every", period},
                 {"created", book.now()}}
            ));
        } else if (jobs.number(*known, "by_function") != 0) {  // it is the YAML's from now on
            KOINE_TRY(jobs.change(
                jobs.number(*known, "id"),
                {{"call", schedule.call},
                 {"arguments", Map{}},
                 {"every", period},
                 {"due", std::min(due, jobs.number(*known, "due"))},
                 {"by_function", false},
                 {"user", Value()},
                 {"user_name", ""},
                 {"request", ""}}
            ));
        } else if (jobs.text(*known, "call") != schedule.call || jobs.number(*known, "every") != period) {
            KOINE_TRY(jobs.change(
                jobs.number(*known, "id"), {{"call", schedule.call}, {"every", period}, {"due", std::min(due, jobs.number(*known, "due"))}}
            ));
        }
    }
    for (std::size_t row = 0; row < jobs.count(); ++row)
        if (jobs.number(row, "by_function") != 0
                ? !book.program().find(jobs.text(row, "call"))
                : !description::contains(every, jobs.text(row, "schedule"), &description::Schedule::name)) {
            KOINE_TRY(jobs.remove(jobs.number(row, "id")));
        }
    return outcome::success();
}

Result<void> repeat(Book const& book, Repeat const& order, Author const& author, store::Transaction& transaction) {
    if (book.stored(kJobTable) == nullptr) return mistake("the app has no jobs");
    if (description::contains(book.app().jobs.every, order.name, &description::Schedule::name))
        return mistake(fmt::format("time.every: {} is a schedule of the app's YAML", order.name));
    Jobs jobs(book, transaction);
    KOINE_TRY(jobs.read({condition("schedule", Operator::eq, {order.name})}, "id", 1));
    bool const known = jobs.count() > 0;
    if (order.every == 0) {
        if (!known) return outcome::success();
        bool const runs = jobs.text(0, "state") == "running";  // it goes when it is over, lest another be begun beside it
        return runs ? jobs.change(jobs.number(0, "id"), {{"every", 0}}) : jobs.remove(jobs.number(0, "id"));
    }
    auto due = book.now() + order.every;
    if (known) due = std::min(due, jobs.number(0, "due"));
    Map changes{
        {"call", order.call},
        {"arguments", Value::from_json(order.arguments).value()},
        {"due", due},
        {"every", order.every},
        {"by_function", true},
        {"user", author.principal.user ? Value(*author.principal.user) : Value()},
        {"user_name", author.principal.name},
        {"request", author.request_id},
    };
    if (known) return jobs.change(jobs.number(0, "id"), std::move(changes));
    Jobs all(book, transaction);
    KOINE_TRY(all.read({condition("schedule", Operator::is_not_null, {})}, "id", kMostSchedules));
    if (all.count() == kMostSchedules) return mistake(fmt::format("time.every: there are {} schedules", kMostSchedules));
    changes.push_back({"name", order.name});
    changes.push_back({"state", "waiting"});
    changes.push_back({"schedule", order.name});
    changes.push_back({"created", book.now()});
    return jobs.add(std::move(changes));
}

query::Query anything_due(Book const& book, std::string const& runner) {
    query::Query query;
    query.relation = kJobTable;
    query.select.emplace_back().field.name = "id";
    query.filters.push_back({{}, due_or_left(book.now(), runner)});
    query.window.limit = 1;
    return query;
}

Result<std::optional<Taken>> take(Book const& book, std::string const& runner, store::Transaction& transaction) {
    if (book.stored(kJobTable) == nullptr) return std::optional<Taken>();
    auto const now = book.now();
    Jobs jobs(book, transaction);
    KOINE_TRY(jobs.read({due_or_left(now, runner)}, "due", kMostLooked));
    for (std::size_t row = 0; row < jobs.count(); ++row) {
        bool const runs = jobs.text(row, "state") == "running";
        if (runs && jobs.number(row, "lease") > now && is_alive(jobs.text(row, "runner"))) continue;
        Taken job;
        job.id = jobs.number(row, "id");
        job.name = jobs.text(row, "name");
        job.call = jobs.text(row, "call");
        job.arguments = jobs.text(row, "arguments");
        job.user_name = jobs.text(row, "user_name");
        job.request = jobs.text(row, "request");
        job.schedule = jobs.text(row, "schedule");
        job.due = jobs.number(row, "due");
        job.every = jobs.number(row, "every");
        if (!job.schedule.empty() && job.every == 0) {  // ended while it ran, in a process that is gone
            KOINE_TRY(jobs.remove(job.id));
            continue;
        }
        job.attempts = jobs.number(row, "attempts") + 1;
        for (auto const& [name, into] : {std::pair("user", &job.user), std::pair("shown", &job.shown)})
            if (!jobs.cell(row, name).is_null()) *into = jobs.number(row, name);
        auto const& said = book.app().jobs;
        if (runs && job.attempts > said.attempts) {
            // It ended this process so often that it is not tried again.
            KOINE_TRY(finish(book, job, {Ended::How::errored, "the process ended while the job ran"}, transaction));
            continue;
        }
        KOINE_TRY(jobs.change(job.id, {{"state", "running"}, {"lease", now + kLease}, {"runner", runner}, {"attempts", job.attempts}}));
        KOINE_TRY(show(book, job, {{said.status, said.running}, {said.started, book.stamp()}}, transaction));
        return std::optional(std::move(job));
    }
    return std::optional<Taken>();
}

Result<void> renew(Book const& book, std::int64_t id, store::Transaction& transaction) {
    return Jobs(book, transaction).change(id, {{"lease", book.now() + kLease}});
}

Result<void> finish(Book const& book, Taken const& job, Ended const& ended, store::Transaction& transaction) {
    using How = Ended::How;
    auto const& said = book.app().jobs;
    auto const now = book.now();
    Jobs jobs(book, transaction);
    bool const repeats = job.every > 0;
    if (repeats) {  // its schedule may have been changed while it ran, or ended
        KOINE_TRY(jobs.read({query::with_key(job.id)}, "id", 1));
        if (jobs.count() == 0) return outcome::success();
        if (jobs.number(0, "every") == 0) return jobs.remove(job.id);
    }
    if (ended.how == How::again) {
        KOINE_TRY(jobs.change(job.id, {{"state", "waiting"}, {"due", now + delay_after(job.attempts)}, {"error", ended.error}}));
        return show(book, job, {{said.status, said.pending}}, transaction);
    }
    Map changes{{"finished", now}, {"error", ended.error}};
    if (repeats) {
        auto const due = jobs.number(0, "due");
        auto const every = jobs.number(0, "every");
        changes.push_back({"due", due > now ? due : due + ((now - due) / every + 1) * every});
        changes.push_back({"attempts", 0});
    }
    changes.push_back({"state", repeats ? "waiting" : ended.how == How::done ? "done" : "failed"});
    KOINE_TRY(jobs.change(job.id, std::move(changes)));
    auto const& word = ended.how == How::done ? said.completed_word : ended.how == How::failed ? said.failed : said.errored;
    Map shown{{said.status, word}, {said.completed, book.stamp()}};
    if (!ended.error.empty()) shown.push_back({said.error, ended.error});
    return show(book, job, std::move(shown), transaction);
}

Result<void> sweep(Book const& book, store::Transaction& transaction) {
    if (book.stored(kJobTable) == nullptr) return outcome::success();
    Jobs jobs(book, transaction);
    KOINE_TRY(jobs.read(
        {condition("state", Operator::in, {"done", "failed"}), condition("finished", Operator::lt, {std::to_string(book.now() - kKept)})},
        "finished",
        kMostRemoved
    ));
    for (std::size_t row = 0; row < jobs.count(); ++row) {
        KOINE_TRY(jobs.remove(jobs.number(row, "id")));
    }
    return outcome::success();
}

}  // namespace koine::operation
