#include "operation/conversation.hpp"

#include "identity/identity.hpp"
#include "operation/outcome.hpp"
#include "operation/rows.hpp"
#include "operation/where.hpp"
#include "query/filters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::operation {
namespace {

using description::Verb;
using script::Value;
using script::Wait;

constexpr std::int64_t kMostRows = 10'000;

/// What `warn("few left:", 3)` tells: its texts and values, with blanks between.
std::string worded(script::Note const& note) {
    auto text = note.code;
    for (auto const& one : note.arguments) text.append(" ").append(one.text() != nullptr ? *one.text() : one.json());
    return text;
}

}  // namespace

Conversation::Conversation(Book const& book, Invocation const& call, script::Pool::Lease state, std::size_t function, Step step)
    : book_(book),
      invocation_(call),
      state_(std::move(state)),
      context_{&call.principal, &book.app().settings, call.headers, &book},
      step_(std::move(step)),
      call_(
          *state_,
          function,
          {.limits = call.limits,
           .context = &context_,
           .serve = in_place_or_not(),
           .globals =
               [this](script::Pusher& out) {
                   out.begin_map(1);
                   push_principal(book_.program(), invocation_.principal, out);
                   out.end_map();
               }}
      ) {}

std::function<Result<void>(script::Wait const&, script::Pusher&)> Conversation::in_place_or_not() {
    if (!step_) return {};
    return [this](script::Wait const& wait, script::Pusher& out) { return serve(wait, out); };
}

Result<std::unique_ptr<Conversation>> Conversation::make(Book const& book, Invocation const& call, Step step) {
    auto const function = book.program().find(call.function);
    if (!function) return mistake(fmt::format("there is no function {}", call.function));
    KOINE_TRY(auto state, book.pool().take());
    return std::unique_ptr<Conversation>(new Conversation(book, call, std::move(state), *function, std::move(step)));
}

Result<Conversation::Next> Conversation::start() {
    if (invocation_.row == nullptr) return advance(call_.start(invocation_.arguments));
    auto const& resource = invocation_.row->resource;
    Reading reading;
    reading.gives = Reading::Gives::argument;
    KOINE_TRY(reading.by_key, book_.by_key(resource, *book_.stored(resource).view("full")));
    reading.key = invocation_.row->key;
    reading.query.relation = book_.model()[resource.entity].name;
    reading.most_rows = 1;
    ask_ = std::move(reading);
    return Next::reads;
}

Conversation::Next Conversation::next_of_ask() const {
    if (std::holds_alternative<Computing>(ask_)) return Next::computes;
    if (std::holds_alternative<Asking>(ask_)) return Next::asks;
    return std::holds_alternative<Reading>(ask_) ? Next::reads : Next::writes;
}

Result<Conversation::Next> Conversation::give(Value value) {
    if (in_place_ == nullptr) return advance(call_.resume(Result<Value>(std::move(value))));
    in_place_->value(value);
    return Next::finished;
}

Result<Conversation::Next> Conversation::give(script::Push const& push) {
    if (in_place_ == nullptr) return advance(call_.resume(push));
    push(*in_place_);
    return Next::finished;
}

Result<void> Conversation::serve(script::Wait const& wait, script::Pusher& out) {
    KOINE_TRY(make_ask(wait));
    in_place_ = &out;
    KOINE_TRY(step_(*this, next_of_ask()));
    return outcome::success();
}

Result<Conversation::Next> Conversation::advance(script::Call::Stage stage) {
    while (stage == script::Call::Stage::waits) {
        auto const made = make_ask(call_.wait());
        if (made) return next_of_ask();
        stage = call_.resume(Result<Value>(made.error()));
    }
    if (stage == script::Call::Stage::failed) return problem_of(call_.failure());
    return Next::finished;
}

void Conversation::compute(std::chrono::milliseconds longest) {
    auto& computing = std::get<Computing>(ask_);
    computing.gives = computing.what(longest);
}

Result<Conversation::Next> Conversation::computed() {
    auto gives = std::move(std::get<Computing>(ask_).gives);
    return gives ? give(std::move(gives).value()) : failed(gives.error());
}

Result<Conversation::Next> Conversation::read(Planned const& planned, query::Rows const& rows) {
    auto const& reading = std::get<Reading>(ask_);
    auto const& root = rows.steps.front();
    auto const absent = reading.documents ? Absent::null : Absent::left_out;
    switch (reading.gives) {
        case Reading::Gives::argument:
            if (root.count() == 0) return Problem(Reason::not_found).with("relation", reading.query.relation);
            return advance(call_.start([&](script::Pusher& out) {
                invocation_.row->arguments(out, [&](script::Pusher& into) { push_row(planned, rows, 0, absent, {}, into); });
            }));
        case Reading::Gives::count: {
            auto const count = root.count() == 0 ? 0 : root.row(0)[0].integer();
            return give(Value(count));
        }
        case Reading::Gives::row:
            if (root.count() == 0) return failed(Problem(Reason::not_found).with("relation", reading.query.relation));
            [[fallthrough]];
        case Reading::Gives::first:
            return give([&](script::Pusher& out) {
                if (root.count() > 0) push_row(planned, rows, 0, absent, {}, out);
            });
        case Reading::Gives::list: return give([&](script::Pusher& out) { push_rows(planned, rows, absent, {}, out); });
    }
    return mistake("unreachable");
}

Result<Conversation::Next> Conversation::read(store::TextRows const& rows) {
    return give([&](script::Pusher& out) { push_text_rows(rows, out); });
}

Result<void> Conversation::write(store::Transaction& transaction) {
    written_.reset();
    removed_.reset();
    Author const author{invocation_.principal, invocation_.request_id, invocation_.depth};
    if (auto const* job = std::get_if<JobOrder>(&ask_)) {
        KOINE_TRY(written_, start_job(book_, *job, author, transaction));
        return outcome::success();
    }
    if (auto const* order = std::get_if<Repeat>(&ask_)) return repeat(book_, *order, author, transaction);
    if (auto const* change = std::get_if<JobChange>(&ask_)) {
        auto const& stored = *book_.stored(book_.app().jobs.entity);
        KOINE_TRY(written_, write_row(book_, stored, edit::Verb::patch, change->shown, change->json, author, transaction));
        return outcome::success();
    }
    if (auto const* event = std::get_if<Event>(&ask_))
        return book_.emit(transaction, event->name, event->json, author.principal, author.request_id);
    auto const& writing = std::get<Writing>(ask_);
    switch (writing.kind) {
        case Writing::Kind::write: {
            KOINE_TRY(
                written_, write_row(book_, book_.stored(*writing.resource), writing.verb, writing.key, writing.json, author, transaction)
            );
            return outcome::success();
        }
        case Writing::Kind::upsert: {
            KOINE_TRY(written_, upsert(writing, transaction));
            return outcome::success();
        }
        case Writing::Kind::remove: {
            KOINE_TRY(removed_, remove_matching(writing, transaction));
            return outcome::success();
        }
        case Writing::Kind::link:
        case Writing::Kind::unlink: {
            KOINE_TRY(written_, change_set(writing, transaction));
            return outcome::success();
        }
    }
    return outcome::success();
}

Result<std::unique_ptr<Written>> Conversation::upsert(Writing const& writing, store::Transaction& transaction) const {
    auto const& stored = book_.stored(*writing.resource);
    query::Query query;
    query.relation = book_.model()[stored.entity].name;
    query.selection = stored.view("full")->selection;
    for (auto const& filter : writing.match) query.filters.push_back({{}, filter});
    query.window.limit = 2;
    query::Rows rows;
    KOINE_TRY(auto const planned, read_rows(book_, query, transaction, rows, 2));
    auto const found = rows.steps.front().count();
    if (found > 1) return mistake("upsert: several rows are meant");
    Author const author{invocation_.principal, invocation_.request_id, invocation_.depth};
    if (found == 0) return write_row(book_, stored, edit::Verb::create, 0, writing.json, author, transaction);
    auto const key = planned->plan->members.front();
    return write_row(book_, stored, edit::Verb::patch, rows.steps.front().row(0)[key.cell].integer(), writing.json, author, transaction);
}

Result<std::int64_t> Conversation::remove_matching(Writing const& writing, store::Transaction& transaction) const {
    auto const& stored = book_.stored(*writing.resource);
    query::Query query;
    query.relation = book_.model()[stored.entity].name;
    query.select.emplace_back().field.name = "id";
    for (auto const& filter : writing.match) query.filters.push_back({{}, filter});
    query.window.limit = kMostRows;
    query::Rows rows;
    KOINE_TRY(read_rows(book_, query, transaction, rows, static_cast<std::uint32_t>(kMostRows)));
    std::vector<std::int64_t> keys;
    for (std::size_t i = 0; i < rows.steps.front().count(); ++i) keys.push_back(rows.steps.front().row(i)[0].integer());
    Author const author{invocation_.principal, invocation_.request_id, invocation_.depth};
    KOINE_TRY(remove_rows(book_, stored, keys, author, transaction));
    return static_cast<std::int64_t>(keys.size());
}

Result<std::unique_ptr<Written>> Conversation::change_set(Writing const& writing, store::Transaction& transaction) const {
    auto const& stored = book_.stored(*writing.resource);
    auto const number = book_.model()[stored.entity].relationship_named(writing.set);
    if (!number) return mistake("there is no such set");
    query::Query query;
    query.relation = book_.model()[stored.entity].name;
    query::SelectItem embed;
    embed.kind = query::SelectItem::Kind::embed;
    embed.alias = "of";
    embed.relationship = *number;
    embed.items.emplace_back().field.name = "id";
    query.select.emplace_back().field.name = "id";
    query.select.push_back(std::move(embed));
    query.filters.push_back({{}, query::with_key(writing.key)});
    query::Rows rows;
    KOINE_TRY(auto const planned, read_rows(book_, query, transaction, rows, static_cast<std::uint32_t>(kMostRows)));
    if (rows.steps.front().count() == 0) return Problem(Reason::not_found).with("relation", query.relation);
    std::vector<std::int64_t> keys;
    auto const cell = planned->plan->members.back().cell;  // the set's one member
    for (std::size_t i = 0; i < rows.steps.back().count(); ++i) keys.push_back(rows.steps.back().row(i)[cell].integer());
    bool const links = writing.kind == Writing::Kind::link;
    if (!links) std::erase_if(keys, [&](std::int64_t key) { return std::ranges::find(writing.keys, key) != writing.keys.end(); });
    if (links) keys.insert(keys.end(), writing.keys.begin(), writing.keys.end());
    std::ranges::sort(keys);
    auto const [first, last] = std::ranges::unique(keys);
    keys.erase(first, last);
    auto const json = fmt::format("{{\"{}\":[{}]}}", writing.set, fmt::join(keys, ","));
    Author const author{invocation_.principal, invocation_.request_id, invocation_.depth};
    return write_row(book_, stored, edit::Verb::patch, writing.key, json, author, transaction);
}

Result<Conversation::Next> Conversation::written() {
    if (auto const removed = std::exchange(removed_, std::nullopt)) return give(Value(*removed));
    auto const done = std::move(written_);
    return give([&](script::Pusher& out) {
        if (done && !done->rows().steps.empty() && done->rows().steps.front().count() > 0)
            push_row(done->planned(), done->rows(), 0, Absent::left_out, {}, out);
    });
}

Result<Conversation::Next> Conversation::failed(Problem problem) {
    if (in_place_ != nullptr || call_.stage() == script::Call::Stage::ready) return problem;  // given to the function, or before it began
    return advance(call_.resume(Result<Value>(std::move(problem))));
}

Result<Outcome> Conversation::outcome() {
    if (invocation_.returned == nullptr) {
        KOINE_TRY(auto made, outcome_of(call_.reader(), invocation_.rows));
        for (auto const& note : call_.notes()) made.warnings.push_back(worded(note));
        return made;
    }
    KOINE_TRY((*invocation_.returned)(call_.reader()));
    return Outcome();
}

}  // namespace koine::operation
