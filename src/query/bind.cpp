#include "base/ascii.hpp"
#include "query/literal.hpp"
#include "query/planner.hpp"
#include "query/shape.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace koine::query {
namespace {

using From = SlotSpec::From;

Result<Cell> bind_text(SlotSpec const& slot, std::string_view text, Arena& arena) {
    switch (slot.form) {
        case SlotForm::dynamic_number: return number_or_null(text);
        case SlotForm::like: {
            KOINE_TRY(auto pattern, glob_of_like(text, arena));
            return Cell::text(pattern);
        }
        case SlotForm::ilike: {
            KOINE_TRY(auto pattern, checked_like(text));
            return Cell::text(pattern);
        }
        case SlotForm::json: return parse_literal(text, model::Type::json, ' ', arena);
        case SlotForm::literal: return parse_literal(text, slot.type, slot.datetime_separator, arena);
        case SlotForm::dynamic_text:
        case SlotForm::regex:
        case SlotForm::iregex:
        case SlotForm::json_path:
        case SlotForm::list:
        case SlotForm::integer: break;
    }
    return Cell::text(text);
}

/// A stored UUID may be in either case: the literal is compared in both.
Cell upper_case(Cell const& uuid, Arena& arena) {
    std::string text(uuid.view());
    for (char& c : text) c = ascii_upper(c);
    return Cell::text(arena.copy(text));
}

Result<void> bind_list(SlotSpec const& slot, std::vector<std::string> const& values, Arena& arena, std::vector<Cell>& list) {
    list.clear();
    list.reserve(values.size());
    for (auto const& value : values) {
        KOINE_TRY(auto cell, parse_literal(value, slot.type, slot.datetime_separator, arena));
        list.push_back(cell);
        if (slot.type == model::Type::uuid) list.push_back(upper_case(cell, arena));
        if (slot.type != model::Type::dynamic) continue;
        if (auto number = number_or_null(value); !number.is_null()) list.push_back(number);
    }
    return outcome::success();
}

/// Where the values of slots are.
struct Values {
    std::vector<Condition const*> conditions;
    std::optional<std::vector<std::string>> const& key;
    Window const& window;  ///< the root's
    std::vector<Placed<Window>> const& windows;
    std::int64_t most_rows;

    Window const& window_of(SlotSpec const& slot) const { return slot.value == kNoStep ? window : windows[slot.value].value; }
    std::int64_t limit_of(SlotSpec const& slot) const {
        return std::clamp<std::int64_t>(window_of(slot).limit.value_or(most_rows), 0, most_rows);
    }
};

Result<void> bind_slots(std::vector<SlotSpec> const& slots, Values const& from, Arena& arena, std::vector<Argument>& arguments) {
    arguments.resize(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        auto const& slot = slots[i];
        auto& argument = arguments[i];
        switch (slot.from) {
            case From::condition: {
                auto const& values = from.conditions[slot.value]->values;
                if (slot.form == SlotForm::list) {
                    argument.scalar = Cell();
                    KOINE_TRY(bind_list(slot, values, arena, argument.list));
                    break;
                }
                if (slot.item >= values.size()) return Problem(Reason::internal).because("a condition without its value");
                KOINE_TRY(argument.scalar, bind_text(slot, values[slot.item], arena));
                break;
            }
            case From::key: {
                KOINE_TRY(argument.scalar, bind_text(slot, (*from.key)[slot.value], arena));
                break;
            }
            case From::limit: argument.scalar = Cell::of(from.limit_of(slot)); break;
            case From::offset: argument.scalar = Cell::of(std::max<std::int64_t>(from.window_of(slot).offset, 0)); break;
            case From::constant: {
                KOINE_TRY(argument.scalar, bind_text(slot, slot.constant, arena));
                break;
            }
        }
    }
    return outcome::success();
}

}  // namespace

Result<void> bind(Plan const& plan, Query const& query, std::uint32_t max_rows, Arena& arena, std::vector<Argument>& arguments) {
    Values from{{}, query.key, query.window, query.windows, static_cast<std::int64_t>(max_rows) + 1};
    conditions_of(query, from.conditions);
    return bind_slots(plan.slots, from, arena, arguments);
}

/// The conditions are numbered as plan_write does: those that choose first, then those on embedded relations, whose existence they may test.
Result<void> bind_chosen(WritePlan const& plan, Mutation const& mutation, Arena& arena, std::vector<Argument>& arguments) {
    if (plan.slots.empty()) {
        arguments.clear();
        return outcome::success();
    }
    auto const& chosen = mutation.chosen;
    Values from{{}, chosen.key, chosen.window, mutation.returned.windows, std::numeric_limits<std::int64_t>::max()};
    conditions_of(chosen, from.conditions);
    conditions_of(mutation.returned, from.conditions);
    return bind_slots(plan.slots, from, arena, arguments);
}

}  // namespace koine::query
