#include "app/row_counts.hpp"

#include "query/planner.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

namespace koine::app {
namespace {

constexpr std::uint32_t kCountedTo = 1000;
constexpr auto kPatience = std::chrono::milliseconds(500);
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// The first column of the first rows: what is counted is how many come.
query::Query first_rows(model::Entity const& entity) {
    query::Query query;
    query.relation = entity.name;
    auto& item = query.select.emplace_back();
    item.field.name = entity.columns.front().name;
    query.window.limit = kCountedTo + 1;
    return query;
}

Awaitable<Result<std::uint64_t>> count(Turn& turn, model::Entity const& entity, Cancellation const& patience) {
    auto& work = turn.work;
    work.query = first_rows(entity);
    KOINE_CO_TRY(auto plan, query::plan_read(turn.model(), work.query, turn.options().plan, turn.schema()));
    KOINE_CO_TRY(auto prepared, turn.state.session->prepare(plan));
    KOINE_CO_TRY(query::bind(*plan, work.query, kCountedTo + 1, work.texts, work.arguments));
    store::RunLimits limits{kCountedTo + 1, turn.options().max_response_bytes};
    auto ran = co_await turn.state.session->run(prepared, work.arguments, limits, &patience, work.rows);
    if (!ran) co_return ran.as_failure();
    co_return std::uint64_t{work.rows.steps.front().count()};
}

}  // namespace

Awaitable<std::vector<std::optional<page::RowCount>>> row_counts(Turn& turn) {
    auto const& model = turn.model();
    std::vector<std::optional<page::RowCount>> counts(model.entities.size());
    auto const patience = std::make_shared<Cancellation>();
    Timer timer(co_await boost::asio::this_coro::executor, kPatience);
    timer.async_wait([patience](boost::system::error_code const&) { patience->cancel(); });
    for (std::size_t i = 0; i < std::min(counts.size(), page::kMaxListed) && !patience->cancelled(); ++i) {
        if (model.entities[i].columns.empty()) continue;
        auto const rows = co_await count(turn, model.entities[i], *patience);
        if (rows) counts[i] = page::RowCount{std::min<std::uint64_t>(rows.value(), kCountedTo), rows.value() > kCountedTo};
    }
    co_return counts;
}

}  // namespace koine::app
