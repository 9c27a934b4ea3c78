#include "edit/round.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <unordered_map>

namespace koine::edit {
namespace {

using query::Cell;

bool is_broken(Cell const& cell) {
    if (cell.kind() == Cell::Kind::integer) return cell.integer() == 0;
    return cell.kind() == Cell::Kind::real && cell.real() == 0;
}

std::string message_of(Check const& check, Cell const* row) {
    std::string message = check.literals[0];
    for (std::size_t i = 0; i < check.holes.size(); ++i) message += value::text_of(row[check.holes[i]]) + check.literals[i + 1];
    return message;
}

std::uint32_t member_of(ResourcePlans const& plans, std::string_view field) {
    for (std::uint32_t i = 0; i < plans.members.size(); ++i)
        if (!field.empty() && plans.members[i].field->name == field) return i;
    return kNone;
}

}  // namespace

/// The database works the formulas out for the rows as they now are, so that they may speak of sets and of rows referred to. What is unknown holds.
Result<void> check_rows(Round& round, std::size_t count) {
    if (round.plans.checks.empty()) return outcome::success();
    Keys keys;
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) {
        if (!round.targets[i].faults.empty()) continue;
        keys.push_back(round.targets[i].key);
        places[keys.back()] = i;
    }
    if (keys.empty()) return outcome::success();
    query::Rows rows;
    KOINE_TRY(run(round, round.plans.checking, keys, rows));
    for (std::size_t i = 0; i < rows.steps[0].count(); ++i) {
        auto const* row = rows.steps[0].row(i);
        auto target = places.at(row[0].integer());
        for (auto const& check : round.plans.checks) {
            if (!is_broken(row[check.cell])) continue;
            auto problem = Problem(Reason::check_failed).with("message", message_of(check, row));
            auto member = member_of(round.plans, check.said->field);
            round.fault(target, member, std::move(problem));
            if (member == kNone) round.targets[target].faults.back().fault.member = check.said->field;
        }
    }
    return outcome::success();
}

}  // namespace koine::edit
