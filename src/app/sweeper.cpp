#include "app/sweeper.hpp"

#include "app/blocking.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "store/transaction.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace koine::app {
namespace {

constexpr auto kEvery = std::chrono::hours(1);
constexpr auto kYoung = std::chrono::hours(24);
constexpr auto kPause = std::chrono::milliseconds(20);  ///< between two holds of the writer
constexpr std::size_t kAtOnce = 50;

/// Asks whether a row of some entity names a blob in some field.
struct Asking {
    query::Query query;
    std::shared_ptr<query::Plan const> plan;
};

Result<std::vector<Asking>> askings_of(description::App const& app, model::Model const& model) {
    std::vector<Asking> all;
    for (auto const& entity : app.entities)
        for (auto const& field : entity.fields) {
            if (field.reference || field.computed || field.type.kind != value::Kind::blob) continue;
            Asking asking;
            asking.query.relation = entity.name;
            asking.query.select.emplace_back().field.name = field.name;
            asking.query.filters.push_back({{}, query::condition(field.name, query::Operator::eq, {""})});
            asking.query.window.limit = 1;
            KOINE_TRY(asking.plan, query::plan_read(model, asking.query, {}, {}));
            all.push_back(std::move(asking));
        }
    return all;
}

Result<bool> is_named(std::vector<Asking>& askings, std::string const& hash, store::Transaction& transaction) {
    Arena arena;
    for (auto& [query, plan] : askings) {
        query.filters[0].value.condition.values[0] = hash;
        std::vector<query::Argument> arguments;
        KOINE_TRY(query::bind(*plan, query, 1, arena, arguments));
        query::Rows rows;
        KOINE_TRY(transaction.read(plan, arguments, {}, rows));
        if (rows.steps.front().count() > 0) return true;
    }
    return false;
}

}  // namespace

Result<std::size_t> sweep_files(Application const& application, blob::Blobs::Time before, std::atomic<bool> const& stopping) {
    auto& blobs = *application.files.blobs;
    auto& store = *application.store;
    KOINE_TRY(auto askings, askings_of(*application.app, store.model()));
    KOINE_TRY(auto const blocking, Blocking::make(store));
    blobs.tidy(before);
    std::size_t removed = 0;
    std::optional<Problem> failed;
    for (unsigned shelf = 0; shelf < blob::Blobs::kShelves && !failed; ++shelf) {
        auto const old = blobs.older(shelf, before);
        for (auto rest = std::span(old); !rest.empty() && !failed && !stopping;) {
            auto const some = rest.first(std::min(kAtOnce, rest.size()));
            rest = rest.subspan(some.size());
            std::vector<std::string> unnamed;
            store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
                unnamed.clear();
                for (auto const& hash : some) {
                    KOINE_TRY(auto const named, is_named(askings, hash, transaction));
                    if (!named) unnamed.push_back(hash);
                }
                return outcome::success();
            };
            // Removed once that is durable: what shared the transaction may have taken a name away, and may yet fail. Who names one since has touched it.
            auto const done = blocking->transact(work);
            if (!done) failed = done.error();
            for (auto const& hash : unnamed)
                if (done && blobs.remove_older(hash, before)) ++removed;
            std::this_thread::sleep_for(kPause);
        }
    }
    if (failed) return *failed;
    return removed;
}

Sweeper::Sweeper(std::shared_ptr<Applications> applications, std::function<void(std::string_view)> log)
    : applications_(std::move(applications)),
      log_(std::move(log)),
      thread_([this] { work(); }) {}

void Sweeper::stop() {
    if (!thread_.joinable()) return;
    {
        std::scoped_lock const lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Sweeper::work() {
    while (!stopping_) {
        auto const application = applications_->current();
        if (application->files.blobs) {
            auto const done = sweep_files(*application, std::chrono::system_clock::now() - kYoung, stopping_);
            if (!done && !stopping_) log_("files that nothing names could not be removed: " + describe(done.error()));
        }
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, kEvery, [this] { return stopping_.load(); });
    }
}

}  // namespace koine::app
