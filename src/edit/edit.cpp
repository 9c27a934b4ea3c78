#include "edit/edit.hpp"

#include "edit/draft.hpp"
#include "edit/round.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace koine::edit {
namespace {

/// Told in the order of the body, of a document in the order of its members.
std::vector<Fault> in_order(std::vector<MemberFault> const& faults) {
    std::vector<std::size_t> places(faults.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::sort(places, {}, [&](std::size_t place) { return std::tuple(faults[place].fault.document, faults[place].member, place); });
    std::vector<Fault> told;
    for (auto place : places) told.push_back(faults[place].fault);
    return told;
}

class Editing final : public Edit {
public:
    Editing(Order const& order, std::shared_ptr<Plans> plans, ResourcePlans const& of_resource, Draft draft)
        : order_(order),
          book_(std::move(plans)),
          plans_(of_resource),
          draft_(std::move(draft)) {}

    Result<void> apply(store::Transaction& transaction) override {
        keys_.clear();
        rows_.clear();
        if (!draft_.of_list.empty()) return invalid_list(draft_.of_list);
        auto& book = static_cast<PlanBook&>(*book_);
        Round round(book, plans_, draft_, order_, transaction);
        round.now = book.now();
        KOINE_TRY(locate(round));
        if (order_.verb == Verb::remove) return remove(round);
        if (!round.targets.empty()) {
            KOINE_TRY(write(round));
        }
        return read_back(round);
    }

    std::vector<std::int64_t> const& keys() const override { return keys_; }
    query::Rows const& rows() const override { return rows_; }
    query::Rows& rows() override { return rows_; }
    std::shared_ptr<query::Plan const> const& plan() const override { return full().plan; }

private:
    Read const& full() const { return order_.verb == Verb::create ? plans_.full : plans_.full_ordered; }

    Problem invalid_list(std::vector<Fault> faults) const {
        return Problem(Reason::invalid_documents).with("count", static_cast<std::int64_t>(order_.body.rows)).with_faults(std::move(faults));
    }

    static bool all_right(Round const& round) {
        return std::ranges::all_of(round.targets, [](Target const& target) { return target.faults.empty(); });
    }

    Result<void> remove(Round& round) {
        auto keys = round.keys();
        if (keys.empty()) return outcome::success();
        Recorder recorder(round, "delete");
        KOINE_TRY(call_before(round));
        KOINE_TRY(refuse(round));
        KOINE_TRY(recorder.before(keys));
        KOINE_TRY(remove_rows(round, keys));
        KOINE_TRY(recorder.after(keys, true));
        return call_after(round);
    }

    /// How many targets, from the first on, are written: of new rows all, of others those before the first one at fault.
    std::size_t count_of(Round const& round) const {
        if (order_.verb == Verb::create) return round.targets.size();
        auto faulty = std::ranges::find_if(round.targets, [](Target const& target) { return !target.faults.empty(); });
        return static_cast<std::size_t>(faulty - round.targets.begin());
    }

    /// Rows are written even if others are at fault and all of it will be undone: only so do they show whether what must hold of rows holds of them.
    Result<void> write(Round& round) {
        Recorder recorder(round, order_.verb == Verb::create ? "create" : "update");
        KOINE_TRY(resolve(round));
        KOINE_TRY(check_any_references(round));
        KOINE_TRY(check_unique(round));
        bool right = all_right(round);
        if (!right && plans_.checks.empty()) return refuse(round);
        if (right && order_.verb != Verb::create) {
            KOINE_TRY(recorder.before(round.keys()));
        }
        if (right) {
            KOINE_TRY(call_before(round));
            right = all_right(round);
        }
        auto count = count_of(round);
        KOINE_TRY(write_rows(round, count));
        KOINE_TRY(write_sets(round, count));
        if (right) {
            KOINE_TRY(call_written(round));
        }
        KOINE_TRY(check_rows(round, count));
        KOINE_TRY(refuse(round));
        KOINE_TRY(recorder.after(round.keys(), false));
        return call_after(round);
    }

    Result<void> refuse(Round& round) const {
        std::vector<MemberFault> faults;
        for (auto& target : round.targets) {
            std::ranges::move(target.faults, std::back_inserter(faults));
            if (order_.verb != Verb::create && !faults.empty()) break;
        }
        if (faults.empty()) return outcome::success();
        if (order_.bulk && order_.verb == Verb::create) return invalid_list(in_order(faults));
        return Problem(Reason::invalid_document).with_faults(in_order(faults));
    }

    Result<void> read_back(Round& round) {
        keys_ = round.keys();
        if (order_.verb != Verb::create && keys_.size() > 1) {
            query::Rows ordered;
            KOINE_TRY(run(round, plans_.ordered, keys_, ordered));
            keys_.clear();
            for (auto const& cell : ordered.steps[0].cells) keys_.push_back(cell.integer());
        }
        return run(round, full(), keys_, rows_);
    }

    Order const order_;
    std::shared_ptr<Plans> book_;
    ResourcePlans const& plans_;
    Draft draft_;
    std::vector<std::int64_t> keys_;
    query::Rows rows_;
};

}  // namespace

Result<std::unique_ptr<Edit>> begin(Order const& order, Arena& arena) {
    auto plans = order.plans ? order.plans : Plans::make(order.resources, order.model);
    KOINE_TRY(auto const* of_resource, static_cast<PlanBook&>(*plans).of(order.resource));
    KOINE_TRY(auto draft, judge(order, *of_resource, arena));
    return std::unique_ptr<Edit>(std::make_unique<Editing>(order, std::move(plans), *of_resource, std::move(draft)));
}

}  // namespace koine::edit
