/// @file For tests: a plan as compact text, which golden texts are compared with.
#pragma once

#include "query/planner.hpp"
#include "query/test_model.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace koine::query::testing {

class PlanPrinter {
public:
    PlanPrinter(model::Model const& model, Plan const& plan) : model_(model), plan_(plan) {}

    std::string print() {
        for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
            auto const& step = plan_.steps[i];
            out_ += fmt::format("step {}", i);
            if (step.parent != kNoStep) {
                out_ += fmt::format(" of {}(", step.parent);
                for (std::size_t k = 0; k < step.keys.size(); ++k)
                    out_ += fmt::format("{}{}=c{}", k > 0 ? ", " : "", text(step.keys[k]), step.parent_cells[k]);
                out_ += ")";
                if (step.limit) out_ += fmt::format(" limit ${}", *step.limit);
                if (step.offset) out_ += fmt::format(" offset ${}", *step.offset);
            }
            out_ += ": " + text(step.select) + "\n";
        }
        if (plan_.total) out_ += "total: " + text(*plan_.total) + "\n";
        if (plan_.one_row) out_ += "one row\n";
        for (std::size_t i = 0; i < plan_.slots.size(); ++i) out_ += fmt::format("${}: {}\n", i, text(plan_.slots[i]));
        out_ += "{" + members(0, plan_.members.size()) + "}\n";
        return std::move(out_);
    }

private:
    static std::string_view name(Operator op) {
        static constexpr std::array<std::string_view, 29> kNames = {
            "eq", "neq",     "gt",          "gte",     "lt",       "lte",        "like",        "ilike", "match", "imatch",
            "in", "is null", "is not null", "is true", "is false", "is unknown", "is distinct", "@>",    "<@",    "&&",
            "<<", ">>",      "&<",          "&>",      "-|-",      "fts",        "plfts",       "phfts", "wfts"
        };
        return kNames[static_cast<std::size_t>(op)];
    }
    static std::string_view name(SlotForm form) {
        static constexpr std::array<std::string_view, 11> kNames = {
            "literal", "dynamic text", "dynamic number", "list", "like", "ilike", "regex", "iregex", "json", "path", "integer"
        };
        return kNames[static_cast<std::size_t>(form)];
    }
    static std::string_view name(expression::Function function) {
        static constexpr std::array<std::string_view, 17> kNames = {
            "lower",
            "upper",
            "length",
            "concat",
            "coalesce",
            "contains",
            "starts",
            "matches",
            "now",
            "if",
            "host",
            "family",
            "network",
            "is_network",
            "is_broadcast",
            "exists",
            "count"
        };
        return kNames[static_cast<std::size_t>(function)];
    }
    static std::string_view symbol(expression::Formula::Op op) {
        static constexpr std::array<std::string_view, 10> kSymbols = {"==", "!=", "<", "<=", ">", ">=", " + ", " - ", " * ", " / "};
        return kSymbols[static_cast<std::size_t>(op)];
    }
    static std::string text(SlotSpec const& slot) {
        std::string out(name(slot.form));
        if (slot.form == SlotForm::literal || slot.form == SlotForm::list) out += fmt::format(" {}", sql_name(slot.type));
        if (slot.datetime_separator != ' ') out += fmt::format(" '{}'", slot.datetime_separator);
        switch (slot.from) {
            case SlotSpec::From::condition: return out + fmt::format(", condition {}[{}]", slot.value, slot.item);
            case SlotSpec::From::key: return out + fmt::format(", key {}", slot.value);
            case SlotSpec::From::limit: return out + (slot.value == kNoStep ? ", limit" : fmt::format(", limit of window {}", slot.value));
            case SlotSpec::From::offset:
                return out + (slot.value == kNoStep ? ", offset" : fmt::format(", offset of window {}", slot.value));
            case SlotSpec::From::constant: break;
        }
        return out + " " + slot.constant;
    }
    std::string text(Expression const& e) const {
        switch (e.kind) {
            case Expression::Kind::column: return fmt::format("t{}.{}", e.alias, model_[e.entity].columns[e.column].name);
            case Expression::Kind::json_path: return fmt::format("{}{}${}", text(e.operands[0]), e.as_text ? "->>" : "->", e.slot);
            case Expression::Kind::cast: return fmt::format("{}::{}", text(e.operands[0]), sql_name(e.type));
            case Expression::Kind::present: return fmt::format("present(t{})", e.alias);
            case Expression::Kind::choose:
                return fmt::format("choose({} where {} = ${})", text(e.operands[0]), text(e.operands[1]), e.slot);
            case Expression::Kind::count: return "rows(" + text(*e.select) + ")";
            case Expression::Kind::lookup: return "lookup(" + text(*e.select) + ")";
            case Expression::Kind::call: return fmt::format("{}({})", name(e.function), joined(e.operands, ", "));
            case Expression::Kind::constant: return e.slot == kNoSlot ? "null" : fmt::format("${}", e.slot);
            case Expression::Kind::predicate: return "[" + text(*e.condition) + "]";
            case Expression::Kind::arithmetic: return "(" + joined(e.operands, symbol(e.op)) + ")";
            case Expression::Kind::aggregate: break;
        }
        static constexpr std::array<std::string_view, 6> kNames = {"none", "count", "sum", "avg", "min", "max"};
        return fmt::format("{}({})", kNames[static_cast<std::size_t>(e.aggregate)], e.operands.empty() ? "*" : text(e.operands[0]));
    }
    std::string joined(std::vector<Expression> const& operands, std::string_view by) const {
        std::string out;
        for (std::size_t i = 0; i < operands.size(); ++i) out.append(i > 0 ? by : "").append(text(operands[i]));
        return out;
    }
    std::string joined(std::vector<Predicate> const& children, std::string_view by) const {
        std::string out = "(";
        for (std::size_t i = 0; i < children.size(); ++i) out.append(i > 0 ? by : "").append(text(children[i]));
        return out + ")";
    }
    static std::string_view as(model::Ordering ordering) {
        static constexpr std::array<std::string_view, 3> kNames = {"", " as decimal", " as address"};
        return kNames[static_cast<std::size_t>(ordering)];
    }
    std::string text(Predicate const& p) const {
        using Kind = Predicate::Kind;
        switch (p.kind) {
            case Kind::always: return "always";
            case Kind::never: return "never";
            case Kind::all_of: return joined(p.children, " and ");
            case Kind::any_of: return joined(p.children, " or ");
            case Kind::negation: return "not " + text(p.children[0]);
            case Kind::equal: return text(p.operands[0]) + " = " + text(p.operands[1]);
            case Kind::compare_two: return fmt::format("{} {} {}", text(p.operands[0]), name(p.op), text(p.operands[1]));
            case Kind::holds: return "holds(" + text(p.operands[0]) + ")";
            case Kind::exists: return "exists(" + text(p.select[0]) + ")";
            case Kind::test: return fmt::format("{} {}", text(p.operands[0]), name(p.op));
            case Kind::compare_dynamic: return fmt::format("{} {} ${}/{}", text(p.operands[0]), name(p.op), p.slot, p.slot + 1);
            case Kind::json_compare: return fmt::format("{} json {} ${}", text(p.operands[0]), name(p.op), p.slot);
            case Kind::compare:
            case Kind::in: return fmt::format("{}{} {} ${}", text(p.operands[0]), as(p.operands[0].ordering), name(p.op), p.slot);
            case Kind::pattern:
            case Kind::json_contains: break;
        }
        return fmt::format("{} {} ${}", text(p.operands[0]), name(p.op), p.slot);
    }
    std::string text(Select const& select) const {
        std::string out;
        for (std::size_t i = 0; i < select.columns.size(); ++i) out += (i > 0 ? ", " : "") + text(select.columns[i]);
        if (!select.columns.empty()) out += " ";
        for (auto const& source : select.sources) {
            static constexpr std::array<std::string_view, 3> kJoins = {"from", " inner", " left"};
            out += fmt::format("{} {} t{}", kJoins[static_cast<std::size_t>(source.join)], model_[source.entity].name, source.alias);
            if (source.join != Source::Join::root) out += " on " + text(source.on);
        }
        if (select.where.kind != Predicate::Kind::always) out += " where " + text(select.where);
        if (select.grouped) out += " grouped";
        for (std::size_t i = 0; i < select.group_by.size(); ++i) out += (i > 0 ? ", " : " by ") + text(select.group_by[i]);
        for (std::size_t i = 0; i < select.order.size(); ++i) {
            auto const& by = select.order[i];
            out += (i > 0 ? ", " : " order ") + text(by.expression) + std::string(as(by.expression.ordering)) +
                   (by.direction == Direction::ascending ? " asc" : " desc");
            if (by.nulls) out += *by.nulls == Nulls::first ? " nulls first" : " nulls last";
        }
        if (select.limit) out += fmt::format(" limit ${}", *select.limit);
        if (select.offset) out += fmt::format(" offset ${}", *select.offset);
        return out;
    }
    std::string members(std::size_t from, std::size_t end) const {
        std::string out;
        for (std::size_t i = from; i < end; i = plan_.members[i].end) {
            auto const& member = plan_.members[i];
            if (i > from) out += ", ";
            out += member.name;
            if (member.mark != 0) out += fmt::format("#{}", member.mark);
            std::string inside = member.kind == Member::Kind::scalar ? "" : "{" + members(i + 1, member.end) + "}";
            switch (member.kind) {
                case Member::Kind::scalar: out += fmt::format(" c{}", member.cell); break;
                case Member::Kind::one: out += fmt::format(" one c{} {}", member.cell, inside); break;
                case Member::Kind::many: out += fmt::format(" many s{} {}", member.step, inside); break;
                case Member::Kind::first: out += fmt::format(" first s{} {}", member.step, inside); break;
            }
        }
        return out;
    }

    model::Model const& model_;
    Plan const& plan_;
    std::string out_;
};

inline std::string print(model::Model const& model, Plan const& plan) { return PlanPrinter(model, plan).print(); }

/// A query and its plan as text, after a line break.
struct Golden {
    std::string name;
    Query query;
    std::string want;
};

inline void expect_plans(std::vector<Golden> const& cases, PlanLimits const& limits = {}, model::Model const& model = music()) {
    for (auto const& c : cases) {
        SCOPED_TRACE(c.name);
        auto plan = plan_read(model, c.query, limits, "public");
        ASSERT_TRUE(plan) << describe(plan.error());
        EXPECT_EQ("\n" + print(model, *plan.value()), c.want);
    }
}

}  // namespace koine::query::testing
