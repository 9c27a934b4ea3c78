#include "edit/round.hpp"

#include "base/ascii.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <algorithm>

namespace koine::edit {
namespace {

using query::Cell;

Problem not_found(Round const& round) {
    auto const& described = *round.plans.described;
    auto const name = camel_case(described.name, [](char c) { return c == '_'; });
    return Problem(Reason::not_found).with("relation", described.label).with("key", round.order.key).with("class", name);
}

}  // namespace

bool Round::gives(std::size_t target, std::uint32_t column) const {
    for (std::size_t i = 0; i < plans.members.size(); ++i)
        if (plans.members[i].column == column && entry(target, i).state != Entry::State::absent) return true;
    return false;
}

void append_identity(Cell const& cell, std::string& out) {
    auto text = value::text_of(cell);
    out += static_cast<char>('0' + static_cast<int>(cell.kind()));
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

Result<void> run(Round& round, Read const& read, std::vector<std::vector<std::string>> values, query::Rows& rows, std::size_t most_rows) {
    auto query = read.query;
    for (std::size_t i = 0; i < values.size(); ++i) query.filters[i].value.condition.values = std::move(values[i]);
    Arena arena;
    std::vector<query::Argument> arguments;
    store::RunLimits limits;
    limits.max_rows = static_cast<std::uint32_t>(most_rows);
    KOINE_TRY(query::bind(*read.plan, query, limits.max_rows, arena, arguments));
    return round.transaction.read(read.plan, arguments, limits, rows);
}

/// The cap is one of relations' rows, too.
Result<void> run(Round& round, Read const& read, Keys const& keys, query::Rows& rows) {
    std::vector<std::string> texts;
    texts.reserve(keys.size());
    for (auto key : keys) texts.push_back(std::to_string(key));
    std::vector<std::vector<std::string>> values;
    values.push_back(std::move(texts));
    KOINE_TRY(run(round, read, std::move(values), rows, std::max(keys.size(), kMostRows)));
    if (rows.cut) return Problem(Reason::limit_exceeded).with("limit", "bytes of an answer").with("maximum", store::RunLimits{}.max_bytes);
    return outcome::success();
}

Result<void> locate(Round& round) {
    if (round.is_new()) {
        round.targets.resize(round.draft.documents.size());
        for (std::uint32_t i = 0; i < round.targets.size(); ++i) round.targets[i].document = i;
    } else {
        std::vector<std::pair<std::int64_t, std::uint32_t>> places;
        Keys keys;
        for (std::uint32_t i = 0; i < round.draft.documents.size(); ++i) {
            auto const& key = round.draft.documents[i].key;
            if (!key) return not_found(round);
            places.emplace_back(*key, i);
            keys.push_back(*key);
        }
        std::ranges::sort(places);
        KOINE_TRY(run(round, round.plans.stored, keys, round.stored));
        auto const& rows = round.stored.steps[0];
        for (std::uint32_t i = 0; i < rows.count(); ++i) {
            auto key = rows.row(i)[0].integer();
            auto place = std::ranges::lower_bound(places, key, {}, &std::pair<std::int64_t, std::uint32_t>::first);
            round.targets.push_back({place->second, key, i, {}});
        }
        if (!round.order.bulk && round.targets.empty()) return not_found(round);
        if (round.order.bulk && !round.order.rules.skip_unknown && round.targets.size() < keys.size()) return not_found(round);
    }
    for (auto& target : round.targets) target.faults = round.draft.documents[target.document].faults;
    return outcome::success();
}

Result<std::unordered_set<std::int64_t>> existing(Round& round, model::EntityId entity, Keys keys) {
    std::ranges::sort(keys);
    auto [first, last] = std::ranges::unique(keys);
    keys.erase(first, last);
    std::unordered_set<std::int64_t> found;
    if (keys.empty()) return found;
    KOINE_TRY(auto const* read, round.book.existing(entity));
    query::Rows rows;
    KOINE_TRY(run(round, *read, keys, rows));
    for (auto const& cell : rows.steps[0].cells) found.insert(cell.integer());
    return found;
}

}  // namespace koine::edit
