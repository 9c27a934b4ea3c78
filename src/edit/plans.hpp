/// @file Plans: what an edit must know of a resource, worked out once: columns, members, and the plans of every read and write.
#pragma once

#include "edit/edit.hpp"
#include "query/intent.hpp"
#include "query/mutation.hpp"
#include "query/plan.hpp"
#include "query/write_plan.hpp"
#include "represent/program.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::edit {

inline constexpr std::uint32_t kNone = 0xFFFF'FFFF;

/// Which of a field's columns: its value, the type word of an any_ref, or the key of a reference.
enum class Part : std::uint8_t { value, type, key };

/// A column of the entity's table, other than its key.
struct Column {
    enum class Fill : std::uint8_t { cell, now, caller, random, database };
    std::string name;
    model::ColumnId id = 0;
    description::Field const* field = nullptr;
    Part part = Part::value;
    Fill fill = Fill::cell;  ///< what a new row gets where nothing is given; `database`: the column's own default
    query::Cell otherwise;   ///< Fill::cell
    std::string member;      ///< what the resource's member is called that writes it; else the field
};

/// A read with its query, whose values are changed from run to run.
struct Read {
    std::shared_ptr<query::Plan const> plan;
    query::Query query;  ///< as far as its values are bound by it
};

/// The set of one `refs` field.
struct Set {
    model::EntityId target = 0;
    std::shared_ptr<query::WritePlan const> insert;  ///< source, target
    query::Mutation clearing;                        ///< of the sources whose keys its one condition has
    std::shared_ptr<query::WritePlan const> clear;
};

/// A member that may be written.
struct Member {
    enum class Kind : std::uint8_t { value, reference, set, any_type, any_key };
    Kind kind = Kind::value;
    resource::Writable const* said = nullptr;
    description::Field const* field = nullptr;
    std::uint32_t column = kNone;  ///< place in ResourcePlans::columns
    std::uint32_t set = kNone;     ///< place in ResourcePlans::sets
    model::EntityId target = 0;    ///< reference, set
    bool required = false;
};

/// Fields that no two rows share. The read brings id and the columns of rows that have a value of each of the lists.
struct Unique {
    std::vector<std::uint32_t> columns;  ///< places in ResourcePlans::columns
    bool alone = false;                  ///< one field: its member is at fault, else the document
    std::string names;                   ///< of the members, as messages list them
    Read read;
};

/// An any_ref: its two columns.
struct AnyReference {
    std::uint32_t type = kNone, key = kNone;
    description::Field const* field = nullptr;
};

/// What must hold of a row: in the read of checks, the place of its value and those of the holes of its message.
struct Check {
    description::Check const* said = nullptr;
    std::uint32_t cell = 0;
    std::vector<std::string> literals;  ///< one more than holes
    std::vector<std::uint32_t> holes;
};

/// Rows of an entity that refer to one of another.
struct Referrer {
    model::EntityId entity = 0;
    description::Entity const* described = nullptr;
    description::OnDelete on_delete = description::OnDelete::protect;
    Read read;  ///< id and the key it refers to, of those that refer to the keys given
};

/// How rows of an entity are recorded and called.
struct Recording {
    resource::Record const* record = nullptr;
    Read read;  ///< by keys, ascending
    represent::Program program;
    represent::Program text;  ///< an object of one member: how people call the row
};

/// The change log: which of its columns take what; kNone: it has none for it. Places in the plan's columns.
struct LogPlan {
    std::shared_ptr<query::WritePlan const> insert;
    std::uint32_t width = 0;
    std::uint32_t time = kNone, user = kNone, user_name = kNone, request = kNone, action = kNone, object_type = kNone, object_key = kNone,
                  before = kNone, after = kNone, text = kNone;
    std::uint32_t longest_text = 0;
    std::uint32_t longest_name = 0;
};

/// One read by attributes, of one signature of names.
struct AttributeRead {
    struct Term {
        value::Type const* type = nullptr;  ///< null: a key
        query::Operator op = query::Operator::eq;
        std::size_t depth = 0;  ///< in how many filters its condition is, of the read's query
        bool prefix = false;    ///< of a pattern: only the beginning must match
    };
    std::optional<Problem> problem;  ///< if there is no such attribute
    std::vector<Term> terms;
    Read read;  ///< one object's; its conditions are those of the terms, in order
    bool batch = false;
    Read many;  ///< if `batch`: id and the one column, of rows that have one of several values
};

/// All of one resource. Immutable but for `updates`.
struct ResourcePlans {
    resource::Resource const* resource = nullptr;
    description::Entity const* described = nullptr;
    model::EntityId entity = 0;
    std::vector<Column> columns;
    std::vector<Member> members;
    std::vector<Set> sets;
    std::vector<Unique> uniques;  ///< those of one field first
    std::vector<AnyReference> any_references;
    std::vector<Check> checks;
    std::vector<std::uint32_t> touched;  ///< places of columns that every write sets

    std::shared_ptr<query::WritePlan const> insert;  ///< all columns; returns the keys
    query::Mutation removing;
    std::shared_ptr<query::WritePlan const> remove;
    Read stored;   ///< id and all columns, by keys, in the resource's order
    Read ordered;  ///< id alone, likewise
    Read full;     ///< the view `full` by keys, ascending
    Read full_ordered;
    Read checking;  ///< id, then what the checks say

    mutable std::mutex mutex;
    struct Update {
        query::Mutation mutation;
        std::shared_ptr<query::WritePlan const> plan;
    };
    mutable std::map<std::vector<std::uint32_t>, std::shared_ptr<Update const>> updates;
    Arena texts;  ///< what `otherwise` points into
};

class PlanBook final : public Plans {
public:
    PlanBook(resource::Resources const& resources, model::Model const& model, WallClock clock)
        : resources_(resources),
          model_(model),
          clock_(std::move(clock)) {}

    Result<ResourcePlans const*> of(resource::Resource const& resource);
    /// The update that gives these columns (places), and the condition on the key in its mutation.
    Result<std::shared_ptr<ResourcePlans::Update const>> update(ResourcePlans const& plans, std::vector<std::uint32_t> const& columns);
    /// Which keys of the entity there are: id, by keys.
    Result<Read const*> existing(model::EntityId entity);
    Result<std::vector<Referrer> const*> referrers(model::EntityId entity);
    /// Null if rows of the entity are not recorded.
    Result<Recording const*> recording(model::EntityId entity);
    /// Null if there is no change log.
    Result<LogPlan const*> log();
    /// @param signature names (with their null-ness), as made by signature_of.
    Result<std::shared_ptr<AttributeRead const>> attributes(
        model::EntityId entity, std::vector<std::pair<std::string, bool>> const& names, std::string_view separator
    );

    resource::Resources const& resources() const { return resources_; }
    description::App const& app() const { return *resources_.app; }
    model::Model const& model() const { return model_; }
    std::string now() const { return timestamp(microseconds_now(clock_)); }
    description::Entity const* described(model::EntityId id) const { return app().entity(model_[id].name); }

private:
    resource::Resources const& resources_;
    model::Model const& model_;
    WallClock clock_;
    std::mutex mutex_;
    std::map<resource::Resource const*, std::unique_ptr<ResourcePlans>> by_resource_;
    std::map<model::EntityId, std::unique_ptr<Read>> existing_;
    std::map<model::EntityId, std::unique_ptr<std::vector<Referrer>>> referrers_;
    std::map<model::EntityId, std::unique_ptr<Recording>> recordings_;
    std::map<std::string, std::shared_ptr<AttributeRead const>> attributes_;
    std::unique_ptr<LogPlan> log_;
    bool log_made_ = false;
};

/// @return what the planner says: internal if the app and the model do not belong together.
Result<Read> read_of(model::Model const& model, query::Query query);
/// id IN (…), without values yet, as the query's only condition.
query::Query by_keys(model::Entity const& entity);
query::SelectItem column_item(std::string name);
/// "region_id" of a reference region, "object_type" of an any_ref's type.
std::string column_name(description::Field const& field, Part part);

Result<std::unique_ptr<ResourcePlans>> make_plans(
    resource::Resources const& resources, model::Model const& model, resource::Resource const& resource
);
Result<std::unique_ptr<LogPlan>> make_log_plan(resource::Resources const& resources, model::Model const& model);
Result<std::unique_ptr<AttributeRead>> make_attribute_read(
    description::App const& app,
    model::Model const& model,
    model::EntityId entity,
    std::vector<std::pair<std::string, bool>> const& names,
    std::string_view separator
);

}  // namespace koine::edit
