#include "event/queue.hpp"

#include "query/filters.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace koine::event {
namespace {

using query::Cell;
using query::Filter;
using query::Operator;

constexpr std::size_t kRowsAtOnce = 200;
constexpr std::int64_t kMostSwept = 500;
constexpr auto kAdded = std::to_array<std::string_view>(
    {"target",
     "hook",
     "event",
     "request",
     "url",
     "body",
     "headers",
     "method",
     "state",
     "due",
     "error",
     "created",
     "finished",
     "verify",
     "authority"}
);
constexpr auto kRead =
    std::to_array<std::string_view>({"id", "target", "event", "url", "body", "headers", "method", "due", "attempts", "verify", "authority"}
    );
/// Of koine_delivery, and of what the log says of it.
constexpr std::size_t kLongestEvent = 200, kLongestRequest = 100, kLongestTarget = 200, kLongestError = 500;

/// At most so many bytes, whole characters.
std::string_view cut(std::string_view text, std::size_t longest) {
    if (text.size() <= longest) return text;
    while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0) == 0x80) --longest;
    return text.substr(0, longest);
}

query::Mutation update_of(std::vector<std::string> columns, std::vector<Filter> filters) {
    query::Mutation made;
    made.change = query::Change::update;
    made.relation = made.chosen.relation = kDeliveryTable;
    made.columns = std::move(columns);
    for (auto& filter : filters) made.chosen.filters.push_back({{}, std::move(filter)});
    return made;
}

std::string_view word_of(Finished::State state) {
    switch (state) {
        case Finished::State::waiting: return "waiting";
        case Finished::State::sent: return "sent";
        case Finished::State::failed: break;
    }
    return "failed";
}

void order_by(query::Query& query, std::string first) {
    query::OrderTerm time, key;
    time.field.name = std::move(first);
    key.field.name = "id";
    query.orders.push_back({{}, {time, key}});
}

}  // namespace

std::int64_t now_in_microseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<Queue::Changing> Queue::changing(model::Model const& model, query::Mutation mutation) {
    Changing made;
    KOINE_TRY(made.plan, query::plan_write(model, mutation, {}, {}));
    made.mutation = std::move(mutation);
    return made;
}

Result<std::unique_ptr<Queue const>> Queue::make(model::Model const& model) {
    auto made = std::make_unique<Queue>();
    query::Mutation insert;
    insert.relation = kDeliveryTable;
    insert.absent_is_default = true;
    for (auto const name : kAdded) insert.columns.emplace_back(name);
    KOINE_TRY(made->insert_, query::plan_write(model, insert, {}, {}));
    KOINE_TRY(made->due_, query::plan_read(model, made->due({}, 1), {}, {}));
    auto const one = [](std::string column) { return query::condition(std::move(column), Operator::eq, {""}); };
    KOINE_TRY(made->claiming_, changing(model, update_of({"due"}, {one("id"), one("due"), one("state")})));
    KOINE_TRY(made->renewing_, changing(model, update_of({"due"}, {one("id"), one("state")})));
    KOINE_TRY(made->finishing_, changing(model, update_of({"state", "due", "attempts", "status", "error", "finished"}, {one("id")})));
    query::Mutation sweep;
    sweep.change = query::Change::remove;
    sweep.relation = sweep.chosen.relation = kDeliveryTable;
    sweep.chosen.filters.push_back({{}, query::condition("finished", Operator::lt, {"0"})});
    sweep.chosen.filters.push_back({{}, query::condition("state", Operator::neq, {"waiting"})});
    order_by(sweep.chosen, "finished");
    sweep.chosen.window.limit = kMostSwept;
    KOINE_TRY(made->sweeping_, changing(model, std::move(sweep)));
    return std::unique_ptr<Queue const>(std::move(made));
}

Result<void> Queue::add(store::Transaction& transaction, std::span<Delivery const> deliveries) const {
    auto const now = now_in_microseconds();
    while (!deliveries.empty()) {
        auto const some = deliveries.first(std::min(deliveries.size(), kRowsAtOnce));
        deliveries = deliveries.subspan(some.size());
        query::WriteValues values;
        values.rows = static_cast<std::uint32_t>(some.size());
        for (auto const& one : some) {
            bool const lost = !one.error.empty();
            for (auto const& cell :
                 {Cell::text(cut(one.target, kLongestTarget)),
                  one.hook ? Cell::of(*one.hook) : Cell(),
                  Cell::text(cut(one.event, kLongestEvent)),
                  Cell::text(cut(one.request, kLongestRequest)),
                  Cell::text(one.url),
                  Cell::text(one.body),
                  Cell::text(one.headers),
                  Cell::text(one.method),
                  Cell::text(lost ? "failed" : "waiting"),
                  Cell::of(now),
                  Cell::text(cut(one.error, kLongestError)),
                  Cell::of(now),
                  Cell::of(lost ? now : std::int64_t{0}),
                  Cell::of(std::int64_t{one.verify ? 1 : 0}),
                  Cell::text(one.authority)})
                values.cells.push_back(cell);
        }
        store::WriteRequest request;
        request.values = &values;
        query::Written done;
        KOINE_TRY(transaction.write(insert_, request, done));
    }
    return outcome::success();
}

query::Query Queue::due(std::vector<std::string> without, std::uint32_t most) const {
    query::Query query;
    query.relation = kDeliveryTable;
    for (auto const name : kRead) query.select.emplace_back().field.name = name;
    auto others = query::condition("target", Operator::in, std::move(without));
    others.negated = true;
    for (auto& filter :
         {query::condition("state", Operator::eq, {"waiting"}),
          query::condition("due", Operator::lte, {std::to_string(now_in_microseconds())}),
          others})
        query.filters.push_back({{}, filter});
    order_by(query, "due");
    query.window.limit = most;
    return query;
}

std::vector<Delivery> Queue::read(query::Rows const& rows) const {
    std::vector<Delivery> all;
    auto const& step = rows.steps.front();
    for (std::size_t row = 0; row < step.count(); ++row) {
        auto const cell = [&](std::string_view name) -> Cell const& {
            return step.row(row)[std::ranges::find(due_->members, name, &query::Member::name)->cell];
        };
        auto const text = [&](std::string_view name) { return value::text_of(cell(name)); };
        auto& one = all.emplace_back();
        one.id = cell("id").integer();
        one.target = text("target");
        one.event = text("event");
        one.url = text("url");
        one.body = text("body");
        one.headers = text("headers");
        one.method = text("method");
        one.due = cell("due").integer();
        one.attempts = cell("attempts").integer();
        one.verify = cell("verify").integer() != 0;
        one.authority = text("authority");
    }
    return all;
}

Result<std::int64_t> Queue::carry_out(
    store::Transaction& transaction, Changing const& changing, std::vector<std::string> const& chosen, std::vector<Cell> cells
) {
    auto mutation = changing.mutation;
    for (std::size_t i = 0; i < chosen.size(); ++i) mutation.chosen.filters[i].value.condition.values = {chosen[i]};
    Arena arena;
    std::vector<query::Argument> arguments;
    KOINE_TRY(query::bind_chosen(*changing.plan, mutation, arena, arguments));
    query::WriteValues values;
    values.rows = cells.empty() ? 0 : 1;
    values.cells = std::move(cells);
    store::WriteRequest request;
    request.chosen = arguments;
    request.values = &values;
    query::Written written;
    KOINE_TRY(transaction.write(changing.plan, request, written));
    return written.affected;
}

Result<bool> Queue::claim(store::Transaction& transaction, Delivery const& delivery, std::int64_t until) const {
    KOINE_TRY(
        auto const claimed,
        carry_out(transaction, claiming_, {std::to_string(delivery.id), std::to_string(delivery.due), "waiting"}, {Cell::of(until)})
    );
    return claimed == 1;
}

Result<void> Queue::renew(store::Transaction& transaction, std::int64_t id, std::int64_t until) const {
    KOINE_TRY(carry_out(transaction, renewing_, {std::to_string(id), "waiting"}, {Cell::of(until)}));
    return outcome::success();
}

Result<void> Queue::finish(store::Transaction& transaction, Finished const& finished) const {
    bool const over = finished.state != Finished::State::waiting;
    auto const now = now_in_microseconds();
    KOINE_TRY(carry_out(
        transaction,
        finishing_,
        {std::to_string(finished.id)},
        {Cell::text(word_of(finished.state)),
         Cell::of(over ? now : finished.due),
         Cell::of(finished.attempts),
         Cell::of(std::int64_t{finished.status}),
         Cell::text(cut(finished.error, kLongestError)),
         Cell::of(over ? now : std::int64_t{0})}
    ));
    return outcome::success();
}

Result<void> Queue::sweep(store::Transaction& transaction, std::int64_t before) const {
    KOINE_TRY(carry_out(transaction, sweeping_, {std::to_string(before)}, {}));
    return outcome::success();
}

}  // namespace koine::event
