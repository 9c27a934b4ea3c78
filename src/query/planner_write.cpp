#include "query/planner.hpp"
#include "query/planner_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::query {
namespace {

using model::Column;
using model::EntityKind;
using model::Key;

bool contains(std::vector<ColumnId> const& columns, ColumnId column) { return std::ranges::find(columns, column) != columns.end(); }

bool same_columns(std::vector<ColumnId> const& some, std::vector<ColumnId> const& others) {
    return some.size() == others.size() && std::ranges::all_of(some, [&](ColumnId column) { return contains(others, column); });
}

bool is_limited(Window const& window) { return window.limit || window.offset > 0; }

/// Makes a write's plan in the order in which it is carried out: what is written, which rows, what is read back.
class WritePlanner {
public:
    WritePlanner(model::Model const& model, Mutation const& mutation, PlanLimits const& limits, std::string_view schema)
        : model_(model),
          mutation_(mutation),
          limits_(limits),
          schema_(schema),
          plan_(std::make_shared<WritePlan>()) {}

    Result<std::shared_ptr<WritePlan const>> make() {
        auto id = model_.entity(mutation_.relation);
        if (!id) return unknown_relation(model_, mutation_.relation, schema_);
        plan_->change = mutation_.change;
        plan_->entity = *id;
        if (!is_writable()) return Problem(Reason::not_writable).with("relation", entity().name).with("statement", statement());
        if (mutation_.change != Change::remove) {
            KOINE_TRY(take_columns());
        }
        if (mutation_.change == Change::insert) {
            KOINE_TRY(settle_conflicts());
        }
        KOINE_TRY(choose());
        KOINE_TRY(read_back());
        return std::shared_ptr<WritePlan const>(std::move(plan_));
    }

private:
    model::Entity const& entity() const { return model_[plan_->entity]; }
    std::string_view statement() const { return statement_of(mutation_.change); }

    bool is_writable() const {
        switch (mutation_.change) {
            case Change::insert: return entity().insertable;
            case Change::update: return entity().updatable;
            case Change::remove: break;
        }
        return entity().deletable;
    }

    Result<void> take_columns() {
        std::vector<std::uint8_t> taken(entity().columns.size());
        for (auto const& name : mutation_.columns) {
            auto column = entity().column(name);
            if (!column) return unknown_name(Reason::unknown_body_column, entity(), entity().name, name);
            if (entity().columns[*column].generated)
                return Problem(Reason::generated_column)
                    .with("relation", entity().name)
                    .with("column", name)
                    .with("statement", statement());
            if (taken[*column]++ == 0) plan_->columns.push_back(*column);
        }
        return outcome::success();
    }

    /// Without a key that could be taken, nothing is in conflict: a plain insert.
    Result<void> settle_conflicts() {
        if (mutation_.on_conflict == OnConflict::fail) return outcome::success();
        if (mutation_.conflict_columns.empty() && !entity().primary_key) return outcome::success();
        KOINE_TRY(plan_->conflict_columns, conflict_columns());
        if (entity().kind != EntityKind::table) {
            auto kind = entity().kind == EntityKind::view ? "upserts into a view" : "upserts into a virtual table";
            return Problem(Reason::feature_not_supported).with("feature", kind);
        }
        plan_->on_conflict = mutation_.on_conflict;
        if (plan_->on_conflict != OnConflict::ignore) plan_->merged = merged();
        return outcome::success();
    }

    /// In the order of the key that has just the columns named.
    Result<std::vector<ColumnId>> conflict_columns() const {
        auto const& primary = entity().primary_key;
        if (mutation_.conflict_columns.empty()) return primary->columns;
        std::vector<ColumnId> wanted;
        for (auto const& name : mutation_.conflict_columns) {
            auto column = entity().column(name);
            if (!column) return unknown_name(Reason::unknown_column, entity(), entity().name, name);
            if (!contains(wanted, *column)) wanted.push_back(*column);
        }
        if (primary && same_columns(primary->columns, wanted)) return primary->columns;
        for (auto const& key : entity().unique_keys)
            if (same_columns(key.columns, wanted)) return key.columns;
        return Problem(Reason::no_conflict_target)
            .with("relation", entity().name)
            .with("columns", fmt::format("{}", fmt::join(mutation_.conflict_columns, ", ")));
    }

    /// The key's own columns are equal already and stay, but where equal texts may differ.
    std::vector<ColumnId> merged() const {
        std::vector<ColumnId> taken;
        for (ColumnId id = 0; id < entity().columns.size(); ++id) {
            auto const& column = entity().columns[id];
            bool given = contains(plan_->columns, id);
            bool fixed = contains(plan_->conflict_columns, id) && !(given && column.not_binary);
            if (!column.generated && !fixed && (given || is_reset(id))) taken.push_back(id);
        }
        return taken.empty() ? plan_->conflict_columns : taken;
    }
    /// A row that is replaced stays the same row: it keeps a primary key that was not given.
    bool is_reset(ColumnId id) const {
        bool in_key = entity().primary_key && contains(entity().primary_key->columns, id);
        return plan_->on_conflict == OnConflict::replace && !in_key;
    }

    /// What chooses rows, in the tree of the selection that is returned: so a filter may test whether an embedded relation has rows.
    Query choosing_query() const {
        Query query;
        query.relation = mutation_.relation;
        query.select = mutation_.returned.select;
        query.selection = mutation_.returned.selection;
        if (mutation_.change != Change::insert) {
            query.filters = mutation_.chosen.filters;
            if (is_limited(mutation_.chosen.window)) query.orders = mutation_.chosen.orders;
        }
        query.filters.insert(query.filters.end(), mutation_.returned.filters.begin(), mutation_.returned.filters.end());
        query.windows = mutation_.returned.windows;
        return query;
    }

    Result<void> choose() {
        if (std::ranges::any_of(mutation_.returned.filters, [](auto const& placed) { return placed.path.empty(); }))
            return Problem(Reason::internal).because("a filter on the rows that a write returns");
        auto const query = choosing_query();
        Plan slots;
        Drafting draft{model_, limits_, slots};
        KOINE_TRY(auto root, make_tree(draft, query, schema_));
        if (mutation_.change == Change::insert) return outcome::success();
        auto& chosen = plan_->chosen;
        chosen.sources.push_back({Source::Join::root, root->alias, root->entity, {}});
        KOINE_TRY(auto filters, filters_of(draft, *root, root->alias));
        std::vector<Predicate> conditions;
        if (mutation_.chosen.key) {
            KOINE_TRY(conditions, key_conditions(draft, *root, *mutation_.chosen.key));
        }
        conditions.insert(conditions.begin(), std::move(filters));
        chosen.where = all_of(std::move(conditions));
        if (nesting_of(chosen.where) > limits_.max_nesting) return too_many("conditions inside each other", limits_.max_nesting);
        if (is_limited(mutation_.chosen.window)) {
            KOINE_TRY(limit(draft, *root));
        }
        plan_->slots = std::move(slots.slots);
        plan_->formulas = std::move(slots.formulas);
        return outcome::success();
    }

    /// Only the first rows of an order, which must leave no doubt about which they are.
    Result<void> limit(Drafting& draft, Node const& root) {
        auto& chosen = plan_->chosen;
        if (root.order == nullptr || root.order->empty()) return Problem(Reason::limit_without_order);
        if (std::ranges::any_of(*root.order, [](OrderTerm const& term) { return !term.relation.empty() || !term.through.empty(); }))
            return Problem(Reason::feature_not_supported).with("feature", "writes limited in the order of a related column");
        KOINE_TRY(add_order(draft, root, chosen));
        add_ties(root);
        chosen.limit = draft.window_slot(SlotSpec::From::limit, kNoStep);
        if (mutation_.chosen.window.offset > 0) chosen.offset = draft.window_slot(SlotSpec::From::offset, kNoStep);
        return outcome::success();
    }

    /// The key, where reads have no need of it; without one every column: rows that are equal in all of them are as good as each other.
    void add_ties(Node const& root) {
        auto& order = plan_->chosen.order;
        auto const direction = root.order->back().direction;
        auto add = [&](ColumnId id) {
            auto column = column_expression(model_, root.alias, root.entity, id);
            bool present = std::ranges::any_of(order, [&](OrderBy const& by) { return by.expression == column; });
            if (!present) order.push_back({std::move(column), direction, std::nullopt});
        };
        if (entity().primary_key) {
            std::ranges::for_each(entity().primary_key->columns, add);
            return;
        }
        for (ColumnId id = 0; id < entity().columns.size(); ++id) add(id);
    }

    Result<void> read_back() {
        if (mutation_.returning == Returning::nothing) return outcome::success();
        Query query = mutation_.returned;
        query.relation = mutation_.relation;
        query.key.reset();
        query.window = {};
        query.count = Count::none;
        KOINE_TRY(plan_->returning, plan_read(model_, query, limits_, schema_));
        return outcome::success();
    }

    model::Model const& model_;
    Mutation const& mutation_;
    PlanLimits const& limits_;
    std::string_view schema_;
    std::shared_ptr<WritePlan> plan_;
};

}  // namespace

Result<std::shared_ptr<WritePlan const>> plan_write(
    model::Model const& model, Mutation const& mutation, PlanLimits const& limits, std::string_view schema
) {
    return WritePlanner(model, mutation, limits, schema).make();
}

}  // namespace koine::query
