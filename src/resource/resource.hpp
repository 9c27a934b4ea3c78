/// @file Resource: an app's resources tied to the tables they are served from: views as selections, filters as paths, what may be written. Immutable.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/selection.hpp"
#include "resource/operations.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::resource {

/// How values and relations read, where the description leaves it to the dialect.
struct Forms {
    bool labelled_choices = false;  ///< choices as {"value", "label"}
    bool nested = false;            ///< references as objects of the target's view `nested`, else `brief`; else as their key
    value::DatetimeForm datetime;
    std::string prefix;  ///< of resources' paths in their rows' own addresses: "/api"
    bool operator==(Forms const&) const = default;
};

/// A way from an entity over relationships.
using Path = std::vector<std::uint32_t>;  ///< by number: model::Entity::relationships of each entity on the way

/// What a filter or an order compares.
struct Target {
    Path path;
    model::EntityId entity = 0;  ///< at its end
    model::ColumnId column = 0;
    value::Type type;     ///< what its literals are
    bool is_key = false;  ///< of the entity's id, or a reference's
};

struct Filter {
    description::Filter const* said = nullptr;
    Target target;  ///< path, range
    std::vector<std::pair<Target, description::SearchField::How>> search;
    std::optional<std::pair<std::string, std::string>> fixed;  ///< column at the end of the path's last row, and the text it holds
    std::string const& name() const { return said->name; }
};

/// A member that may be written.
struct Writable {
    description::Member const* member = nullptr;
    description::Field const* field = nullptr;
    std::string name;                            ///< on the wire
    std::optional<model::ColumnId> column;       ///< plain fields and references to one row
    std::optional<model::ColumnId> type_column;  ///< any_ref: the member that gives the type writes here
    std::optional<std::uint32_t> relationship;   ///< references: by number
    bool create_only = false;
};

struct View {
    std::string name;
    std::shared_ptr<query::Selection const> selection;
    std::vector<std::string> members;  ///< in wire order
};

struct Resource {
    description::Resource const* said = nullptr;
    description::Entity const* described = nullptr;
    model::EntityId entity = 0;
    std::vector<View> views;
    std::vector<query::OrderTerm> order;  ///< default, with the key at its end
    std::map<std::string, Filter, std::less<>> filters;
    std::map<std::string, Target, std::less<>> sortable;  ///< by member name
    std::vector<Writable> writable;

    View const* view(std::string_view name) const;
    /// The members of `full` with these names, in its order; unknown ones are passed over. Kept for the next time (a bounded number). Thread-safe.
    std::shared_ptr<query::Selection const> only(std::vector<std::string> const& names) const;
    std::string const& path() const { return said->path; }

    struct Cache;
    std::shared_ptr<Cache> cache;
};

/// What a change log records of an entity's row: every stored field, references as keys, sets as sorted lists of keys (of rows that have a `name`: names),
/// times in UTC with milliseconds, no secrets, not what every write touches.
struct Record {
    model::EntityId entity = 0;
    std::shared_ptr<query::Selection const> selection;
    std::string type_word;
    query::TextLayout text;  ///< how people call the row: its home resource's `display`, as marks of the selection; empty: "LABEL ID"
    std::vector<query::TextLayout> others;  ///< instead, the first whose holes are all filled, if one of `text` isn't
};

/// All of an app over one model.
struct Resources {
    std::shared_ptr<description::App const> app;
    model::Model const* model = nullptr;  ///< that `bind` was given; outlives this
    std::vector<std::unique_ptr<Resource const>> all;
    std::map<std::string, Resource const*, std::less<>> by_path;  ///< aliases too
    std::map<model::EntityId, Record> records;                    ///< of logged entities
    OperationPaths operations;                                    ///< those of resources below their aliases, too

    Resource const* find(std::string_view path) const;
    Resource const* named(std::string_view name) const;  ///< null if there is none
    Resource const* home_of(std::string_view entity) const;
};

/// Names the model's relationships as paths call them, adds those of any_ref (from the targets to the rows that refer to them), and says as what columns
/// order. To be given to SqliteOptions::extend. @return configuration: the tables are not the app's.
Result<void> extend(model::Model& model, description::App const& app);

/// Ties an app to an extended model. Links are templates over the base address: PREFIX/PATH/KEY (with a slash at the end if `closed`).
/// The model must outlive what is made. @return configuration.
Result<std::shared_ptr<Resources const>> bind(
    std::shared_ptr<description::App const> app, model::Model const& model, Forms const& forms, bool closed
);

}  // namespace koine::resource
