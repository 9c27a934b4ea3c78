#include "edit/round.hpp"
#include "query/planner.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace koine::edit {
namespace {

constexpr std::size_t kMostTold = 100;         ///< rows that a refusal names
constexpr std::size_t kMostFollowed = 10'000;  ///< rows that go with others, of which is asked who protects them

/// Walks from rows that are to go to those that go with them, and collects those that would keep them.
class Guards {
public:
    explicit Guards(Round& round) : round_(round) {}

    Result<void> ask(Keys const& keys) {
        std::unordered_map<std::int64_t, std::int64_t> roots;
        for (auto key : keys) roots.emplace(key, key);
        KOINE_TRY(follow(round_.plans.entity, roots, 0));
        if (guards_.empty()) return outcome::success();
        for (auto key : keys)
            if (guards_.contains(key)) return refuse(guards_[key]);
        return outcome::success();
    }

private:
    using Roots = std::unordered_map<std::int64_t, std::int64_t>;  ///< of each row the requested one with which it goes

    Result<void> follow(model::EntityId entity, Roots const& roots, int depth) {
        if (depth > 8) return outcome::success();
        KOINE_TRY(auto const* referrers, round_.book.referrers(entity));
        Keys keys;
        for (auto const& [key, ignored] : roots)
            if (followed_[entity].insert(key).second) keys.push_back(key);
        std::ranges::sort(keys);
        for (auto const& referrer : *referrers) {
            if (keys.empty()) break;
            query::Rows rows;
            std::vector<std::string> texts;
            for (auto key : keys) texts.push_back(std::to_string(key));
            KOINE_TRY(run(round_, referrer.read, std::vector<std::vector<std::string>>{std::move(texts)}, rows, kMostFollowed));
            auto const& step = rows.steps[0];
            Roots next;
            for (std::size_t i = 0; i < step.count(); ++i) {
                auto root = roots.at(step.row(i)[1].integer());
                if (referrer.on_delete == description::OnDelete::protect)
                    guards_[root].push_back({referrer.entity, referrer.described, step.row(i)[0].integer()});
                else
                    next.emplace(step.row(i)[0].integer(), root);
            }
            if (!next.empty()) {
                KOINE_TRY(follow(referrer.entity, next, depth + 1));
            }
        }
        return outcome::success();
    }

    struct Guard {
        model::EntityId entity;
        description::Entity const* described;
        std::int64_t key;
    };

    Problem refusal(std::size_t count, std::string const& rows) const {
        return Problem(Reason::row_is_referenced).with("count", static_cast<std::int64_t>(count)).with("rows", rows);
    }

    /// Of the first row that cannot go.
    Result<void> refuse(std::vector<Guard> const& guards) {
        std::map<model::EntityId, Keys> by_entity;
        for (std::size_t i = 0; i < std::min(guards.size(), kMostTold); ++i) by_entity[guards[i].entity].push_back(guards[i].key);
        std::map<std::pair<model::EntityId, std::int64_t>, std::string> texts;
        for (auto const& [entity, keys] : by_entity) {
            KOINE_TRY(auto told, texts_of(round_, entity, keys));
            for (auto& [key, text] : told) texts[{entity, key}] = std::move(text);
        }
        std::string rows;
        for (std::size_t i = 0; i < std::min(guards.size(), kMostTold); ++i) {
            auto const& guard = guards[i];
            if (!rows.empty()) rows += ", ";
            rows += texts[{guard.entity, guard.key}] + " (" + std::to_string(guard.key) + ")";
        }
        return refusal(guards.size(), rows);
    }

    Round& round_;
    std::unordered_map<std::int64_t, std::vector<Guard>> guards_;
    std::map<model::EntityId, std::unordered_set<std::int64_t>> followed_;
};

}  // namespace

Result<void> remove_rows(Round& round, Keys const& keys) {
    KOINE_TRY(Guards(round).ask(keys));
    auto mutation = round.plans.removing;
    for (auto key : keys) mutation.chosen.filters[0].value.condition.values.push_back(std::to_string(key));
    Arena arena;
    std::vector<query::Argument> chosen;
    KOINE_TRY(query::bind_chosen(*round.plans.remove, mutation, arena, chosen));
    store::WriteRequest request;
    request.chosen = chosen;
    query::Written done;
    return round.transaction.write(round.plans.remove, request, done);
}

}  // namespace koine::edit
