#include "model/schema.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace koine::model {
namespace {

/// Views of views of self references multiply; a file beyond this gets a note instead of gigabytes.
constexpr std::size_t kMostRelationships = 50'000;

/// An entity that shows certain columns of a table unchanged: the table itself, or a view.
struct Showing {
    EntityId entity = 0;
    std::vector<ColumnId> columns;
};

/// A foreign key as seen from one entity that shows its columns to one that shows the referenced columns.
struct Link {
    EntityId table = 0;      ///< whose foreign key it is
    std::size_t number = 0;  ///< of the foreign key in its table
    Showing child;
    Showing parent;
};

std::optional<std::vector<ColumnId>> shown_by(Entity const& view, EntityId table, std::vector<ColumnId> const& wanted) {
    std::vector<ColumnId> shown;
    for (ColumnId column : wanted) {
        auto found = std::ranges::find(view.columns, std::optional(ColumnOrigin{table, column}), &Column::origin);
        if (found == view.columns.end()) return std::nullopt;
        shown.push_back(static_cast<ColumnId>(std::distance(view.columns.begin(), found)));
    }
    return shown;
}

class Derivation {
public:
    explicit Derivation(Model& model) : model_(model), views_(model.entities.size()) {
        for (EntityId id = 0; id < model.entities.size(); ++id) {
            model.entities[id].relationships.clear();
            for (Column const& column : model.entities[id].columns) {
                if (!column.origin) continue;
                auto& views = views_[column.origin->entity];
                if (views.empty() || views.back() != id) views.push_back(id);
            }
        }
    }

    void run() {
        for (EntityId id = 0; id < model_.entities.size(); ++id) {
            for (std::size_t number = 0; number < model_.entities[id].foreign_keys.size(); ++number) find_links(id, number);
        }
        for (Link const& link : links_) add_forward(link);
        for (Link const& link : links_) add_inverse(link);
        for (EntityId id = 0; id < model_.entities.size(); ++id) add_many_to_many(id);
        if (count_ >= kMostRelationships)
            model_.notes.push_back("too many relationships: those beyond " + std::to_string(kMostRelationships) + " are left out");
    }

private:
    std::vector<Showing> showing(EntityId table, std::vector<ColumnId> const& columns) const {
        std::vector<Showing> all{{table, columns}};
        for (EntityId view : views_[table])
            if (auto shown = shown_by(model_[view], table, columns)) all.push_back({view, std::move(*shown)});
        return all;
    }

    void find_links(EntityId table, std::size_t number) {
        ForeignKey const& key = model_[table].foreign_keys[number];
        auto parents = showing(key.target, key.target_columns);
        for (Showing const& child : showing(table, key.columns)) {
            for (Showing const& parent : parents) {
                if (links_.size() >= kMostRelationships) return;
                links_.push_back({table, number, child, parent});
            }
        }
    }

    ForeignKey const& key_of(Link const& link) const { return model_[link.table].foreign_keys[link.number]; }

    /// One row at most on the other side only if that side is unique there: a view that joins may repeat a key.
    static Cardinality cardinality(bool one_here, bool one_there) {
        if (one_there) return one_here ? Cardinality::one_to_one : Cardinality::many_to_one;
        return one_here ? Cardinality::one_to_many : Cardinality::many_to_many;
    }

    bool is_one(Showing const& side) const { return model_[side.entity].is_unique(side.columns); }

    void add(EntityId origin, Relationship relationship) {
        if (count_ >= kMostRelationships) return;
        ++count_;
        model_.entities[origin].relationships.push_back(std::move(relationship));
    }

    void add_side(Link const& link, Showing const& here, Showing const& there, bool holds_key) {
        Relationship made;
        made.cardinality = cardinality(is_one(here), is_one(there));
        // Neither side unique: rows on both sides repeat, and a list is the honest shape. There is no junction to speak of.
        if (made.cardinality == Cardinality::many_to_many) made.cardinality = Cardinality::one_to_many;
        made.target = there.entity;
        made.constraint = key_of(link).name;
        made.columns = here.columns;
        made.target_columns = there.columns;
        made.holds_key = holds_key;
        add(here.entity, std::move(made));
    }

    void add_forward(Link const& link) { add_side(link, link.child, link.parent, true); }
    void add_inverse(Link const& link) { add_side(link, link.parent, link.child, false); }

    /// A foreign key that may be one half of a junction: not one-to-one, its columns within the junction's primary key.
    static bool is_half(Entity const& junction, ForeignKey const& key) {
        auto const& primary = junction.primary_key->columns;
        return !junction.is_unique(key.columns) &&
               std::ranges::all_of(key.columns, [&](ColumnId c) { return std::ranges::find(primary, c) != primary.end(); });
    }

    void add_many_to_many(EntityId id) {
        Entity const& junction = model_[id];
        if (junction.kind != EntityKind::table || !junction.primary_key) return;
        for (std::size_t near = 0; near < junction.foreign_keys.size(); ++near) {
            if (!is_half(junction, junction.foreign_keys[near])) continue;
            for (std::size_t far = 0; far < junction.foreign_keys.size(); ++far) {
                if (far != near && is_half(junction, junction.foreign_keys[far]))
                    join(id, junction.foreign_keys[near], junction.foreign_keys[far]);
            }
        }
    }

    void join(EntityId junction, ForeignKey const& near, ForeignKey const& far) {
        auto targets = showing(far.target, far.target_columns);
        for (Showing const& origin : showing(near.target, near.target_columns)) {
            for (Showing const& target : targets) {
                if (count_ >= kMostRelationships) return;
                Relationship made;
                made.cardinality = Cardinality::many_to_many;
                made.target = target.entity;
                made.constraint = near.name;
                made.columns = origin.columns;
                made.target_columns = target.columns;
                made.junction = Junction{junction, near.columns, far.columns, far.name};
                add(origin.entity, std::move(made));
            }
        }
    }

    Model& model_;
    std::vector<std::vector<EntityId>> views_;  ///< of each table: the views that show a column of it
    std::vector<Link> links_;
    std::size_t count_ = 0;
};

}  // namespace

void Model::derive_relationships() { Derivation(*this).run(); }

}  // namespace koine::model
