#include "event/outbox.hpp"

#include "base/json_scan.hpp"
#include "event/hooks.hpp"
#include "format/document.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "represent/program.hpp"
#include "value/type.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <ranges>
#include <utility>
#include <vector>

namespace koine::event {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kKept = 1s;
constexpr std::size_t kRowsAtOnce = 500;
constexpr std::size_t kDeliveriesAtOnce = 200;
constexpr std::size_t kMostDeliveries = 100'000;  ///< of one edit
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostEmitted = std::size_t{1} << 20;
/// What templates of one edit may take of the writer's time, on which everyone waits.
constexpr auto kRenderTime = 200ms;

using Hooks = std::vector<Hook>;
using Keys = std::span<std::int64_t const>;

/// How rows of an entity are shown to whoever is told of them.
struct Shown {
    query::Query query;
    std::shared_ptr<query::Plan const> plan;
    represent::Program program;
};

class Box;

/// Those who want to know of one edit, and what they are told.
class Ear final : public edit::Hearing {
public:
    Ear(Box& box, edit::Occasion const& occasion, std::shared_ptr<Hooks const> hooks, std::vector<Hook const*> wanting)
        : box_(box),
          occasion_(occasion),
          hooks_(std::move(hooks)),
          wanting_(std::move(wanting)) {}

    Result<void> removing(Keys keys) override;
    Result<void> changed(std::span<edit::Change const> changes) override;

private:
    Result<void> tell(edit::Change const& change, std::string const& data);
    Result<void> flush();

    Box& box_;
    edit::Occasion const occasion_;
    std::shared_ptr<Hooks const> hooks_;
    std::vector<Hook const*> wanting_;          ///< of hooks_ and the box's own
    std::map<std::int64_t, std::string> gone_;  ///< rows that are removed, as they were shown
    std::vector<Delivery> deliveries_;
    std::size_t count_ = 0, bytes_ = 0;
    Clock::duration rendering_{};
};

class Box final : public Outbox {
public:
    Box(std::shared_ptr<resource::Resources const> resources, Messages messages)
        : resources_(std::move(resources)),
          messages_(std::move(messages)),
          own_(hooks_of_app(*resources_->app)) {}

    Result<void> begin() {
        KOINE_TRY(queue_, Queue::make(*resources_->model));
        KOINE_TRY(rows_, HookRows::make(*resources_->app, *resources_->model));
        return outcome::success();
    }

    Result<std::unique_ptr<edit::Hearing>> listen(edit::Occasion const& occasion) override {
        auto const& entity = occasion.entity.name;
        auto const deed = deed_named(occasion.action);
        KOINE_TRY(auto hooks, hooks_now(occasion));
        std::vector<Hook const*> wanting;
        for (auto const* all : {&own_, hooks.get()})
            for (auto const& hook : *all)
                if (deed && hook.wants(entity, *deed)) wanting.push_back(&hook);
        if (wanting.empty()) return std::unique_ptr<edit::Hearing>();
        return std::unique_ptr<edit::Hearing>(std::make_unique<Ear>(*this, occasion, std::move(hooks), std::move(wanting)));
    }

    Result<void> emit(
        store::Transaction& transaction,
        std::string_view event,
        std::string_view json,
        query::Principal const& principal,
        std::string_view request_id
    ) override {
        auto const is_for = [&](Hook const& hook) { return std::ranges::find(hook.events, event) != hook.events.end(); };
        if (std::ranges::none_of(own_, is_for)) return outcome::success();
        if (json.size() > kMostEmitted)
            return Problem(Reason::limit_exceeded)
                .with("limit", "bytes of an event")
                .with("maximum", static_cast<std::int64_t>(kMostEmitted));
        if (!is_json(json)) return Problem(Reason::invalid_body).because("the data of an event is no JSON");
        auto const now = value::now();
        auto const payload = messages_.payload({event, {}, principal.name, request_id, now, json, {}, {}, {}});
        std::vector<Delivery> deliveries;
        for (auto const& hook : own_ | std::views::filter(is_for)) {
            auto& one = deliveries.emplace_back();
            one.event = event;
            one.request = request_id;
            messages_.write(hook, payload, one);
        }
        return add(transaction, deliveries);
    }

    void fill_by(Fill fill) override { fill_ = std::move(fill); }
    std::uint64_t written() const override { return written_.load(); }
    Queue const& queue() const override { return *queue_; }
    int attempts() const override { return resources_->app->webhooks.attempts; }

    Messages const& messages() const { return messages_; }

    Result<void> add(store::Transaction& transaction, std::span<Delivery const> deliveries) {
        if (deliveries.empty()) return outcome::success();
        KOINE_TRY(queue_->add(transaction, deliveries));
        written_ += deliveries.size();
        return outcome::success();
    }

    /// The rows as whoever is told sees them: JSON in the order of the keys. Ascending; empty if no resource shows them.
    Result<std::vector<std::string>> show(edit::Occasion const& occasion, Keys keys) {
        std::vector<std::string> all;
        KOINE_TRY(auto const* shown, shown_of(occasion.entity));
        while (shown != nullptr && !keys.empty()) {
            auto const some = keys.first(std::min(keys.size(), kRowsAtOnce));
            keys = keys.subspan(some.size());
            auto query = shown->query;
            auto& values = query.filters.front().value.condition.values;
            for (auto const key : some) values.push_back(std::to_string(key));
            Arena texts;
            std::vector<query::Argument> arguments;
            KOINE_TRY(query::bind(*shown->plan, query, static_cast<std::uint32_t>(some.size()), texts, arguments));
            query::Rows rows;
            KOINE_TRY(occasion.transaction.read(shown->plan, arguments, {10'000, kMostBytes}, rows));
            if (rows.steps.front().count() != some.size()) return Problem(Reason::internal).because("a row to be told of is missing");
            if (fill_ && !shown->program.blanks.empty()) {
                KOINE_TRY(fill_(shown->program, rows, occasion));
            }
            for (std::uint32_t row = 0; row < some.size(); ++row) format::append_json(shown->program, rows, row, {}, all.emplace_back());
        }
        return all;
    }

private:
    /// The hooks of rows. Never null.
    Result<std::shared_ptr<Hooks const>> hooks_now(edit::Occasion const& occasion) {
        static auto const none = std::make_shared<Hooks const>();
        if (!rows_) return none;
        auto const now = Clock::now();
        {
            std::scoped_lock lock(mutex_);
            if (occasion.entity.name == resources_->app->webhooks.entity) {
                // Nobody here knows how this transaction ends: until it has, what is read may be undone, so nothing is kept.
                hooks_.reset();
                unsure_until_ = now + kKept;
            }
            if (hooks_ && now < kept_until_) return hooks_;
        }
        KOINE_TRY(auto read, rows_->read(occasion.transaction));
        auto hooks = std::make_shared<Hooks const>(std::move(read));
        std::scoped_lock lock(mutex_);
        if (now >= unsure_until_) {
            hooks_ = hooks;
            kept_until_ = now + kKept;
        }
        return hooks;
    }

    /// Null if no resource shows rows of the entity.
    Result<Shown const*> shown_of(description::Entity const& entity) {
        auto const* resource = resources_->home_of(entity.name);
        if (resource == nullptr) return nullptr;
        std::scoped_lock lock(mutex_);
        auto& kept = shown_[resource];
        if (kept) return kept.get();
        auto const* view = resource->view(resources_->app->webhooks.view);
        if (view == nullptr) view = resource->view("full");
        if (view == nullptr) return nullptr;
        auto made = std::make_unique<Shown>();
        made->query.relation = (*resources_->model)[resource->entity].name;
        made->query.selection = view->selection;
        made->query.filters.push_back({{}, query::condition("id", query::Operator::in)});
        query::OrderTerm key;
        key.field.name = "id";
        made->query.orders.push_back({{}, {key}});
        KOINE_TRY(made->plan, query::plan_read(*resources_->model, made->query, {}, {}));
        made->program = represent::compile(*made->plan, *view->selection);
        kept = std::move(made);
        return kept.get();
    }

    std::shared_ptr<resource::Resources const> resources_;
    Messages const messages_;
    Hooks const own_;
    std::unique_ptr<Queue const> queue_;
    std::unique_ptr<HookRows const> rows_;
    std::atomic<std::uint64_t> written_ = 0;
    Fill fill_;

    std::mutex mutex_;  ///< guards what follows
    std::map<resource::Resource const*, std::unique_ptr<Shown const>> shown_;
    std::shared_ptr<Hooks const> hooks_;
    Clock::time_point kept_until_, unsure_until_;
};

Result<void> Ear::removing(Keys keys) {
    std::vector<std::int64_t> ascending(keys.begin(), keys.end());
    std::ranges::sort(ascending);
    KOINE_TRY(auto shown, box_.show(occasion_, ascending));
    for (std::size_t i = 0; i < shown.size(); ++i) gone_.emplace(ascending[i], std::move(shown[i]));
    return outcome::success();
}

Result<void> Ear::changed(std::span<edit::Change const> changes) {
    static std::string const nothing;
    bool const removal = occasion_.action == "delete";
    std::vector<std::string> shown;
    if (!removal) {
        std::vector<std::int64_t> keys;
        for (auto const& change : changes) keys.push_back(change.key);
        KOINE_TRY(shown, box_.show(occasion_, keys));
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        KOINE_TRY(tell(changes[i], removal ? gone_[changes[i].key] : shown.empty() ? nothing : shown[i]));
    }
    return flush();
}

Result<void> Ear::tell(edit::Change const& change, std::string const& data) {
    auto const& type = occasion_.entity.type_word;
    auto const payload = box_.messages().payload(
        {occasion_.action,
         type,
         occasion_.principal.name,
         occasion_.request_id,
         occasion_.time,
         data,
         change.before,
         change.after,
         change.text}
    );
    std::unique_ptr<boost::json::value const> document;
    for (auto const* hook : wanting_) {
        if (hook->conditions) {
            if (!document) document = read_document(data);
            if (!hook->conditions->hold(*document)) continue;
        }
        auto& one = deliveries_.emplace_back();
        one.event = fmt::format("{}.{}", type, occasion_.action);
        one.request = occasion_.request_id;
        bool const renders = Messages::renders(*hook);
        if (renders && rendering_ > kRenderTime) {
            auto late = *hook;
            late.mistake = "templates of this change's deliveries took too long";
            box_.messages().write(late, payload, one);
        } else {
            auto const from = Clock::now();
            box_.messages().write(*hook, payload, one);
            if (renders) rendering_ += Clock::now() - from;
        }
        bytes_ += one.body.size() + one.headers.size();
        if (++count_ > kMostDeliveries)
            return Problem(Reason::limit_exceeded)
                .with("limit", "deliveries of one change")
                .with("maximum", static_cast<std::int64_t>(kMostDeliveries));
        if (bytes_ > kMostBytes)
            return Problem(Reason::limit_exceeded)
                .with("limit", "bytes of the deliveries of one change")
                .with("maximum", static_cast<std::int64_t>(kMostBytes));
    }
    return deliveries_.size() < kDeliveriesAtOnce ? Result<void>(outcome::success()) : flush();
}

Result<void> Ear::flush() {
    auto const all = std::exchange(deliveries_, {});
    return box_.add(occasion_.transaction, all);
}

}  // namespace

Result<std::shared_ptr<Outbox>> Outbox::make(std::shared_ptr<resource::Resources const> resources, Render render) {
    if (!resources->app->webhooks.any()) return std::shared_ptr<Outbox>();
    KOINE_TRY(auto messages, Messages::make(resources->app->webhooks, std::move(render)));
    auto made = std::make_shared<Box>(std::move(resources), std::move(messages));
    KOINE_TRY(made->begin());
    return std::shared_ptr<Outbox>(std::move(made));
}

Result<void> Outbox::check(description::App const& app) {
    KOINE_TRY(Messages::make(app.webhooks, {}));
    return outcome::success();
}

}  // namespace koine::event
