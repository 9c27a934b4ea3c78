#include "edit/round.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace koine::edit {
namespace {

using query::Cell;

/// Which row has which values: those stored, then those of this body as they come. New rows have numbers below zero.
class Holders {
public:
    Holders(Round& round, Unique const& unique) : round_(round), unique_(unique) {}

    bool concerns(std::size_t target) const {
        bool given = round_.is_new();
        for (auto column : unique_.columns) {
            auto const& filled = round_.plans.columns[column];
            if (round_.cell(target, column).is_null()) return false;
            if (!round_.is_new() && round_.gives(target, column)) given = true;
            if (round_.is_new() && filled.fill == Column::Fill::database && !round_.gives(target, column)) return false;
        }
        return given;
    }

    /// Of a part of the targets: if more rows may be concerned than are read at once, of one half after the other.
    Result<void> read(std::size_t from, std::size_t to) {
        std::vector<std::vector<std::string>> values(unique_.columns.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::unordered_set<std::string> seen;
            for (auto target = from; target < to; ++target) {
                if (!concerns(target)) continue;
                auto text = value::text_of(round_.cell(target, unique_.columns[i]));
                if (seen.insert(text).second) values[i].push_back(std::move(text));
            }
        }
        if (values[0].empty()) return outcome::success();
        query::Rows rows;
        KOINE_TRY(run(round_, unique_.read, std::move(values), rows));
        if (rows.cut && to - from > 1) {
            auto middle = from + (to - from) / 2;
            KOINE_TRY(read(from, middle));
            return read(middle, to);
        }
        auto const& step = rows.steps[0];
        for (std::size_t i = 0; i < step.count(); ++i) {
            std::string identity;
            for (std::size_t column = 1; column < step.width; ++column) append_identity(step.row(i)[column], identity);
            holders_[identity] = step.row(i)[0].integer();
        }
        return outcome::success();
    }

    bool is_taken(std::size_t target) const {
        if (!concerns(target)) return false;
        auto found = holders_.find(identity(target));
        return found != holders_.end() && found->second != own(target);
    }

    /// From now on the row has what it shall have, and no longer what it had.
    void take(std::size_t target) {
        if (!concerns(target)) return;
        if (!round_.is_new()) {
            std::string before;
            for (auto column : unique_.columns) append_identity(round_.stored_cell(target, column), before);
            auto found = holders_.find(before);
            if (found != holders_.end() && found->second == own(target)) holders_.erase(found);
        }
        holders_.try_emplace(identity(target), own(target));
    }

private:
    std::int64_t own(std::size_t target) const {
        return round_.is_new() ? -1 - static_cast<std::int64_t>(target) : round_.targets[target].key;
    }
    std::string identity(std::size_t target) const {
        std::string text;
        for (auto column : unique_.columns) append_identity(round_.cell(target, column), text);
        return text;
    }

    Round& round_;
    Unique const& unique_;
    std::unordered_map<std::string, std::int64_t> holders_;
};

/// The member that writes the column, unless it is at fault already.
std::optional<std::uint32_t> sound_member(Round const& round, std::size_t target, std::uint32_t column) {
    for (std::uint32_t i = 0; i < round.plans.members.size(); ++i) {
        if (round.plans.members[i].column != column) continue;
        bool faulty = std::ranges::any_of(round.targets[target].faults, [&](auto const& fault) { return fault.member == i; });
        return faulty ? std::nullopt : std::optional(i);
    }
    return kNone;
}

void check_alone(Round& round, std::size_t target, Unique const& unique, Holders const& holders) {
    auto member = sound_member(round, target, unique.columns[0]);
    if (!member || !holders.is_taken(target)) return;
    auto const& field = *round.plans.columns[unique.columns[0]].field;
    round.fault(target, *member, Problem(Reason::not_unique).with("entity", round.plans.described->label).with("label", field.label));
}

bool is_right(Round const& round, std::size_t target, Unique const& unique) {
    return std::ranges::all_of(unique.columns, [&](auto column) { return sound_member(round, target, column).has_value(); });
}

}  // namespace

Result<void> check_unique(Round& round) {
    std::vector<Holders> holders;
    for (auto const& unique : round.plans.uniques) {
        holders.emplace_back(round, unique);
        KOINE_TRY(holders.back().read(0, round.targets.size()));
    }
    auto const& uniques = round.plans.uniques;
    for (std::size_t target = 0; target < round.targets.size(); ++target) {
        auto& faults = round.targets[target].faults;
        for (std::size_t i = 0; i < uniques.size(); ++i)
            if (uniques[i].alone) check_alone(round, target, uniques[i], holders[i]);
        bool were_right = faults.empty();
        for (std::size_t i = 0; i < uniques.size(); ++i)
            if (were_right && !uniques[i].alone && holders[i].is_taken(target))
                round.fault(target, kNone, Problem(Reason::not_unique_together).with("members", uniques[i].names));
        for (std::size_t i = 0; i < uniques.size(); ++i)
            if (is_right(round, target, uniques[i])) holders[i].take(target);
    }
    return outcome::success();
}

}  // namespace koine::edit
