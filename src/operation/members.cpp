#include "operation/members.hpp"

#include "operation/rows.hpp"
#include "operation/where.hpp"
#include "represent/represent.hpp"
#include "value/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace koine::operation {
namespace {

using query::Cell;
using query::Given;
using represent::Blank;
using script::Class;

constexpr int kDeepest = 4;

/// On the writer, for which all who write wait.
constexpr script::CallLimits kWithin{.instructions = 2'000'000, .time = std::chrono::milliseconds(20)};

Problem calls_itself() { return mistake("functions of members read rows that have such members, without end"); }

/// One value of Lua as a body would give it, in the arena. Nothing: it is none.
Given given_of(script::Reader const& value, value::Type const& type, Arena& arena) {
    char digits[32];
    auto const number = [&](auto what) -> Given {
        auto const end = std::to_chars(digits, digits + sizeof digits, what).ptr;
        return {Given::Kind::number, arena.copy({digits, end})};
    };
    switch (value.type()) {
        case Class::nothing:
        case Class::null: return {Given::Kind::null, {}};
        case Class::boolean: return {Given::Kind::boolean, value.boolean() ? "true" : "false"};
        case Class::integer: return number(value.integer());
        case Class::real:
            if (std::isfinite(value.real())) return number(value.real());
            break;
        case Class::text: return {Given::Kind::text, arena.copy(value.text())};
        case Class::list:
        case Class::map:
            if (auto const tree = value.value()) {
                // An empty table is an empty list where one is wanted.
                bool const list = type.kind == value::Kind::list || type.document == value::Type::Document::list;
                auto const json = tree.value().json();
                return {Given::Kind::json, list && json == "{}" ? std::string_view("[]") : arena.copy(json)};
            }
            break;
        case Class::function:
        case Class::other: break;
    }
    return {};
}

/// The rows of one blank, on their way to the function and back.
class Filling {
public:
    Filling(Book const& book, Blank const& blank, query::Rows& rows, Caller const& caller, script::CallLimits const& limits)
        : book_(book),
          blank_(blank),
          rows_(rows),
          push_([this](script::Pusher& out) { push(out); }),
          returned_([this](script::Reader const& values) { return take(values); }),
          call_{blank.function, push_, caller.principal, caller.request_id} {
        call_.trusted = caller.trusted;
        call_.depth = caller.depth + 1;
        call_.off_loop = caller.off_loop;
        call_.limits = limits;
        call_.returned = &returned_;
        auto const& step = rows_.steps[blank_.step];
        for (std::uint32_t row = 0; row < step.count(); ++row)
            if (exists(step.row(row))) chosen_.push_back(row);
    }
    Filling(Filling const&) = delete;
    Filling& operator=(Filling const&) = delete;

    bool empty() const { return chosen_.empty(); }
    Invocation const& call() const { return call_; }

private:
    bool exists(Cell const* cells) const {
        return std::ranges::none_of(blank_.markers, [&](std::uint32_t marker) { return cells[marker].is_null(); });
    }

    void push(script::Pusher& out) const {
        LuaSink sink(out, Absent::left_out, blank_.needs.size());
        auto const& step = rows_.steps[blank_.step];
        out.begin_list(chosen_.size());
        for (auto const row : chosen_) {
            sink.begin_object();
            for (auto const& need : blank_.needs) {
                if (!need.from) continue;
                auto const cell = need.from->steps.empty() ? step.row(row)[need.from->cell] : behind(*need.from, row);
                sink.key({need.name, {}});
                represent::scalar(cell, need.from->type, sink);
            }
            sink.end_object();
        }
        out.end_list();
    }

    /// What stands in the first row of the last of its steps.
    Cell behind(represent::Reach const& reach, std::uint32_t row) const {
        for (auto const step : reach.steps) {
            auto const& parents = rows_.steps[step].parents;
            auto const found = std::ranges::lower_bound(parents, row);
            if (found == parents.end() || *found != row) return {};
            row = static_cast<std::uint32_t>(found - parents.begin());
        }
        return rows_.steps[reach.steps.back()].row(row)[reach.cell];
    }

    Result<void> take(script::Reader const& values) const {
        auto const count = values.size();
        if (count != chosen_.size())
            return wrong(fmt::format("gives {} for {} rows; where there is none, give null", counted(values, count), chosen_.size()));
        auto& step = rows_.steps[blank_.step];
        Result<void> done = outcome::success();
        values.each([&](script::Reader const& value, std::size_t place) {
            auto const given = given_of(value, *blank_.type, rows_.arena);
            auto& cell = step.cells[std::size_t{chosen_[place]} * step.width + blank_.cell];
            cell = Cell();
            if (given.kind == Given::Kind::null) return true;
            if (given.kind == Given::Kind::absent) {
                done = wrong(fmt::format("gives nothing that can be told for row {}", place + 1));
                return false;
            }
            auto const accepted = value::accept(*blank_.type, given, rows_.arena);
            if (accepted) return cell = accepted.value(), true;
            done = wrong(fmt::format("gives no {} for row {}: {}", blank_.type->name, place + 1, describe(accepted.error())));
            return false;
        });
        return done;
    }

    static std::string counted(script::Reader const& values, std::size_t count) {
        auto const type = values.type();
        if (type == Class::list) return fmt::format("{} values", count);
        return type == Class::map ? "a table that is no list" : "no list of values";
    }

    /// The function's fault, with its place.
    Problem wrong(std::string const& what) const {
        auto const& functions = book_.program().functions();
        auto const found = std::ranges::find(functions, blank_.function, &script::Function::name);
        auto const place = found == functions.end() ? std::string() : fmt::format("{}:{}: ", found->file, found->line);
        return mistake(fmt::format("{}{} {}", place, blank_.function, what));
    }

    Book const& book_;
    Blank const& blank_;
    query::Rows& rows_;
    std::vector<std::uint32_t> chosen_;  ///< of the step's rows, ascending
    script::Push push_;
    std::function<Result<void>(script::Reader const&)> returned_;
    Invocation call_;
};

}  // namespace

Awaitable<Result<void>> fill_on(
    Book const& book,
    represent::Program const& program,
    query::Rows& rows,
    Caller const& caller,
    Statements& statements,
    Cancellation const* cancellation
) {
    for (auto const& blank : program.blanks) {
        Filling const filling(book, blank, rows, caller, {});
        if (filling.empty()) continue;
        if (caller.depth >= kDeepest) co_return calls_itself();
        KOINE_CO_TRY(co_await run_on(book, filling.call(), statements, cancellation));
    }
    co_return outcome::success();
}

Result<void> fill_in(
    Book const& book, represent::Program const& program, query::Rows& rows, Caller const& caller, store::Transaction& transaction
) {
    for (auto const& blank : program.blanks) {
        Filling const filling(book, blank, rows, caller, kWithin);
        if (filling.empty()) continue;
        if (caller.depth >= kDeepest) return calls_itself();
        KOINE_TRY(run_in(book, filling.call(), transaction));
    }
    return outcome::success();
}

}  // namespace koine::operation
