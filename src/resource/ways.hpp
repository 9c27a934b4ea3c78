/// @file Ways: an app's paths over a model's relationships and columns.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "resource/resource.hpp"

#include <string_view>
#include <vector>

namespace koine::resource {

/// A path that was followed: over which relationships, and what stands at its end.
struct Way {
    Path steps;
    description::Entity const* entity = nullptr;  ///< at the end of the steps
    model::EntityId id = 0;
    description::Field const* field = nullptr;  ///< null: the entity's id
    description::PathEnd::Part part = description::PathEnd::Part::value;
};

/// Follows paths. Points to the app and the model, which must outlive it.
class Ways {
public:
    Ways(description::App const& app, model::Model const& model) : app_(app), model_(model) {}

    description::App const& app() const { return app_; }
    model::Model const& model() const { return model_; }

    /// The entity's table. @return configuration.
    Result<model::EntityId> table(description::Entity const& entity) const;
    description::Entity const* described(model::EntityId id) const { return app_.entity(model_[id].name); }
    model::Relationship const& relationship(model::EntityId origin, std::uint32_t number) const {
        return model_[origin].relationships[number];
    }

    /// @return configuration, with the place.
    Result<Way> follow(description::Entity const& from, std::string_view path, description::Place const& place) const;
    /// The same of a path whose end is a set of rows: its last step leads there, and its end is their id.
    Result<Way> follow_rows(description::Entity const& from, std::string_view path, description::Place const& place) const;
    bool is_to_one(model::EntityId from, Path const& steps) const;
    /// What is compared at the end of the path. @return configuration: a computed field.
    Result<Target> target(description::Entity const& from, std::string_view path, description::Place const& place) const;

    /// The words as terms: one that names a reference means its rows' own order. The key stands behind them. @return configuration.
    Result<std::vector<query::OrderTerm>> order(
        description::Entity const& entity, std::vector<description::OrderWord> const& words, description::Place const& place
    ) const;

private:
    struct Ordering {
        std::vector<query::OrderTerm> terms;
        std::vector<description::Entity const*> inside;  ///< whose words are being read
        description::Place const& place;
    };
    Result<void> add_order(
        description::Entity const& entity,
        std::vector<description::OrderWord> const& words,
        bool turned,
        Path const& before,
        Ordering& ordering
    ) const;

    description::App const& app_;
    model::Model const& model_;
};

/// The column at a way's end, which is neither a set of rows nor computed.
std::string column_of(Way const& way);
/// What literals of the column at a way's end are.
value::Type type_of(Way const& way);
/// Whether the way ends in rows of a set: refs, owned.
bool ends_in_rows(Way const& way);

}  // namespace koine::resource
