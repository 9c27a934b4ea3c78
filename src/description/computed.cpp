#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::description {
namespace {

using expression::Formula;
using Kind = Formula::Kind;

constexpr int kDeepest = 20;
constexpr int kMostNodes = 5'000;

bool asks_rows(Formula const& formula) { return !formula.relation.empty() || std::ranges::any_of(formula.operands, asks_rows); }

/// The same formula seen from a row that leads to its own by to-one steps. @param within it is the condition on other rows.
void move_to(std::string const& steps, bool outer, Formula& formula, bool within = false) {
    bool const own = !within || formula.outer;
    if (formula.kind == Kind::path && own) {
        formula.path.insert(0, steps);
        formula.outer = formula.outer || outer;
    }
    if (!formula.relation.empty() && own) formula.relation.insert(0, steps);
    for (auto& operand : formula.operands) move_to(steps, outer, operand, within || !formula.relation.empty());
}

class Expanding {
public:
    explicit Expanding(Draft& draft) : draft_(draft) {}

    void all() {
        // Of the app as it was read: what is put in is expanded itself.
        auto const as_read = draft_.app;
        app_ = &as_read;
        for (auto& entity : draft_.app.entities) {
            for (auto& field : entity.fields) replace(field.computed, entity, field.place);
            for (auto& check : entity.checks) replace(check.formula, entity, check.place);
        }
        for (auto& resource : draft_.app.resources) {
            auto const* entity = draft_.app.entity(resource.entity);
            if (entity == nullptr) continue;
            members(resource.members, *entity);
            for (auto& filter : resource.filters) replace(filter.formula, *entity, filter.place);
        }
    }

private:
    void members(std::vector<Member>& all, Entity const& entity) {
        for (auto& member : all) {
            replace(member.formula, entity, member.place);
            members(member.members, entity);
        }
    }

    void replace(std::shared_ptr<Formula const>& formula, Entity const& entity, Place const& place) {
        if (!formula) return;
        wrong_.clear();
        nodes_ = 0;
        auto made = *formula;
        expand(made, entity, nullptr, 0);
        if (!wrong_.empty())
            draft_.mistakes.add(configuration_problem(place.file ? *place.file : std::string(), place.line, place.column, wrong_));
        else if (made != *formula)
            formula = std::make_shared<Formula const>(std::move(made));
    }

    /// @param around the entity of the row around an exists or count.
    void expand(Formula& formula, Entity const& entity, Entity const* around, int depth) {
        if (!wrong_.empty()) return;
        if (depth > kDeepest || ++nodes_ > kMostNodes) {
            wrong_ = "computed fields that are computed of each other, too far or in a circle";
            return;
        }
        if (formula.kind == Kind::path) return expand_path(formula, formula.outer && around != nullptr ? *around : entity, around, depth);
        Entity const* inner = &entity;
        if (!formula.relation.empty())
            if (auto const end = follow(*app_, entity, formula.relation)) inner = rows_at(*app_, end.value(), formula.relation);
        if (inner == nullptr) return;
        for (auto& operand : formula.operands) expand(operand, *inner, formula.relation.empty() ? around : &entity, depth);
    }

    void expand_path(Formula& formula, Entity const& from, Entity const* around, int depth) {
        auto const end = follow(*app_, from, formula.path);
        if (!end || end.value().field == nullptr || !end.value().field->computed) return;
        auto made = *end.value().field->computed;
        expand(made, *end.value().entity, nullptr, depth + 1);
        if (around != nullptr && asks_rows(made)) {
            wrong_ = fmt::format("\"{}\" is computed of other rows, so it cannot stand in a condition on other rows", formula.path);
            return;
        }
        auto const dot = formula.path.rfind('.');
        move_to(dot == std::string::npos ? "" : formula.path.substr(0, dot + 1), formula.outer, made);
        made.type = formula.type;
        made.column = formula.column;
        formula = std::move(made);
    }

    Draft& draft_;
    App const* app_ = nullptr;
    std::string wrong_;
    int nodes_ = 0;
};

}  // namespace

void expand_computed(Draft& draft) { Expanding(draft).all(); }

}  // namespace koine::description
