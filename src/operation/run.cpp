#include "operation/conversation.hpp"
#include "operation/members.hpp"
#include "operation/where.hpp"
#include "query/planner.hpp"

#include <chrono>
#include <optional>

namespace koine::operation {
namespace {

using Next = Conversation::Next;

constexpr std::size_t kMostStatements = 1000;
constexpr std::size_t kMostBytes = 64UL << 20U;

/// How often a call may ask the database.
constexpr int kMostAsks = 10'000;

/// How long a call may hold the writer in all, its statements included.
constexpr auto kLongestHold = std::chrono::milliseconds(100);

/// How long something may take that is computed for a call beside its loop.
constexpr auto kLongestComputation = std::chrono::milliseconds(2000);

Problem holds_too_long() { return mistake("it holds the writer for too long"); }
Problem asks_too_often() { return mistake("it asks the database too often"); }

Caller caller_of(Invocation const& call) { return {call.principal, call.request_id, call.trusted, call.depth, call.off_loop}; }

Result<std::shared_ptr<Planned const>> read_in(
    Book const& book, Invocation const& call, Reading const& reading, store::Transaction& transaction, query::Rows& rows
) {
    KOINE_TRY(
        auto planned,
        reading.by_key ? read_row(*reading.by_key, reading.key, transaction, rows)
                       : read_rows(book, reading.query, transaction, rows, reading.most_rows)
    );
    KOINE_TRY(fill_in(book, planned->program, rows, caller_of(call), transaction));
    return planned;
}

/// Of one call in a transaction: carries out what it asks for.
class InTransaction {
public:
    InTransaction(Book const& book, Invocation const& call, store::Transaction& transaction)
        : book_(book),
          call_(call),
          transaction_(transaction) {}

    Result<Next> step(Conversation& talk, Next next) {
        auto const held = std::chrono::steady_clock::now() - began_;
        if (!over_ && asks_++ == kMostAsks) over_ = asks_too_often();
        if (!over_ && held > kLongestHold) over_ = holds_too_long();
        if (over_) return *over_;
        switch (next) {
            case Next::reads: {
                query::Rows rows;
                auto const planned = read_in(book_, call_, talk.reading(), transaction_, rows);
                return planned ? talk.read(*planned.value(), rows) : talk.failed(planned.error());
            }
            case Next::asks: {
                store::TextRows rows;
                auto const done = ask(talk.asking(), transaction_, rows);
                return done ? talk.read(rows) : talk.failed(done.error());
            }
            case Next::computes: talk.compute(std::chrono::floor<std::chrono::milliseconds>(kLongestHold - held)); return talk.computed();
            case Next::writes: {
                auto const write = [&] { return talk.write(transaction_); };
                // What the function does not catch undoes all of it anyway.
                auto const done = talk.may_outlive_failure() ? transaction_.attempt(write) : write();
                return done ? talk.written() : talk.failed(done.error());
            }
            case Next::finished: break;
        }
        return next;
    }

    /// A limit that the call ran into, whether it caught that or not.
    std::optional<Problem> const& over() const { return over_; }

private:
    Book const& book_;
    Invocation const& call_;
    store::Transaction& transaction_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    int asks_ = 0;
    std::optional<Problem> over_;
};

}  // namespace

Result<Outcome> run_in(Book const& book, Invocation const& call, store::Transaction& transaction) {
    InTransaction within(book, call, transaction);
    auto const step = [&within](Conversation& talk, Next next) { return within.step(talk, next); };
    KOINE_TRY(auto const talk, Conversation::make(book, call, step));
    auto next = talk->start();
    while (next && next.value() != Next::finished) next = within.step(*talk, next.value());
    if (within.over()) return *within.over();
    if (!next) return next.as_failure();
    return talk->outcome();
}

Result<std::shared_ptr<store::Prepared>> Statements::of(std::shared_ptr<query::Plan const> const& plan) {
    if (auto const found = kept_.find(plan); found != kept_.end()) return found->second;
    if (kept_.size() >= kMostStatements) kept_.clear();
    KOINE_TRY(auto prepared, session_.prepare(plan));
    kept_.emplace(plan, prepared);
    return prepared;
}

Result<std::shared_ptr<store::Prepared>> Statements::of(std::shared_ptr<store::Text const> const& text) {
    if (auto const found = texts_.find(text); found != texts_.end()) return found->second;
    KOINE_TRY(auto prepared, session_.prepare(text));
    texts_.emplace(text, prepared);  // an app has so many files, and no more
    return prepared;
}

namespace {

Awaitable<Result<std::shared_ptr<Planned const>>> read_on(
    Book const& book,
    Invocation const& call,
    Reading const& reading,
    Statements& statements,
    Cancellation const* cancellation,
    query::Rows& rows
) {
    Arena texts;
    std::vector<query::Argument> arguments;
    auto planned = reading.by_key ? reading.by_key->planned : nullptr;
    if (planned) {
        arguments = reading.by_key->of(reading.key);
    } else {
        KOINE_CO_TRY(planned, book.planned(reading.query));
        KOINE_CO_TRY(query::bind(*planned->plan, reading.query, reading.most_rows, texts, arguments));
    }
    KOINE_CO_TRY(auto prepared, statements.of(planned->plan));
    store::RunLimits const limits{reading.most_rows, kMostBytes};
    auto ran = co_await statements.session().run(prepared, arguments, limits, cancellation, rows);
    if (!ran) co_return ran.as_failure();
    if (!planned->program.blanks.empty()) {
        KOINE_CO_TRY(co_await fill_on(book, planned->program, rows, caller_of(call), statements, cancellation));
    }
    co_return planned;
}

}  // namespace

Awaitable<Result<Outcome>> run_on(Book const& book, Invocation const& call, Statements& statements, Cancellation const* cancellation) {
    KOINE_CO_TRY(auto const talk, Conversation::make(book, call));
    KOINE_CO_TRY(auto next, talk->start());
    for (int asks = 0; next != Next::finished; ++asks) {
        if (asks == kMostAsks) co_return asks_too_often();
        if (next == Next::reads) {
            query::Rows rows;
            auto const planned = co_await read_on(book, call, talk->reading(), statements, cancellation, rows);
            KOINE_CO_TRY(next, planned ? talk->read(*planned.value(), rows) : talk->failed(planned.error()));
        } else if (next == Next::asks) {
            store::TextRows rows;
            auto const done = co_await ask(talk->asking(), statements, cancellation, rows);
            KOINE_CO_TRY(next, done ? talk->read(rows) : talk->failed(done.error()));
        } else if (next == Next::computes) {
            auto const compute = [&talk] { talk->compute(kLongestComputation); };
            if (call.off_loop != nullptr) {
                KOINE_CO_TRY(co_await call.off_loop->run(compute));
            } else {
                compute();
            }
            KOINE_CO_TRY(next, talk->computed());
        } else {
            store::Work const work = [&talk](store::Transaction& transaction) { return talk->write(transaction); };
            auto const done = co_await statements.session().transact(work, cancellation);
            KOINE_CO_TRY(next, done ? talk->written() : talk->failed(done.error()));
        }
    }
    co_return talk->outcome();
}

}  // namespace koine::operation
