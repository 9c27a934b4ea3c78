/// @file The schemas of an app's documents, as they are read and written.
#pragma once

#include "openapi/writer.hpp"
#include "resource/resource.hpp"
#include "resource/ways.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace koine::openapi {

/// What a dialect says of values, where the description leaves it open.
struct AppForms {
    resource::Forms forms;
    bool integer_texts = false;  ///< integers beyond ±(2^53 − 1) are strings
    bool by_attributes = false;  ///< documents may name the rows they refer to by attributes
};

/// Makes the components as they are asked for. Points to the resources, which must outlive it.
///
/// They are called after the entity, AutonomousSystem, or where several resources show one, after their paths too: PeeringAutonomousSystem. In
/// front stands the view (NestedAutonomousSystem), or what a body is for.
class AppSchemas {
public:
    AppSchemas(resource::Resources const& resources, AppForms forms);

    /// What the resource's rows are called here: AutonomousSystem.
    std::string const& name_of(resource::Resource const& resource) const;
    /// The schema of a row as answers have it.
    boost::json::object row(resource::Resource const& resource);
    /// The same by one of its views.
    boost::json::object row(resource::Resource const& resource, description::View const& view);
    /// The component of a body that says all, or (`partial`) only what is to change. `keyed`: one among several, which tells its row's key.
    std::string written(resource::Resource const& resource, bool partial, bool keyed);
    /// A component of this schema. @return its name, which may differ from the one wanted.
    std::string add(std::string_view wanted_name, boost::json::object schema);
    /// All that were made, by name.
    boost::json::object components();

private:
    /// Where a member stands: as in making views.
    struct Spot {
        description::Resource const& resource;
        description::Entity const& entity;
        bool plain_choices = false;
        int level = 0;
    };
    /// The members by which an entity's rows show where they are referred to.
    struct Shown {
        description::Resource const* resource = nullptr;
        std::string view;
        std::vector<std::string> members;
        bool plain_choices = false;
    };
    struct Reading;  // what one member is read from

    void name_resources();
    std::string component(Shown const& shown, description::Entity const& entity, int level);
    boost::json::object object_of(Spot const& spot, std::vector<std::string> const& names);
    /// Nothing (an empty optional) for what clients never see.
    std::optional<boost::json::object> member(Spot const& spot, description::Member const& said);
    std::optional<boost::json::object> path(Spot const& spot, description::Member const& said);
    std::optional<boost::json::object> at_end(Spot const& spot, description::Member const& said, Reading const& reading, std::size_t at);
    boost::json::object related(Spot const& spot, description::Member const& said, Reading const& reading, model::Relationship const& to);
    boost::json::object any(Spot const& spot, description::Member const& said, description::Field const& field);
    boost::json::object typed(value::Type const& type, Spot const& spot, bool may_be_null, bool may_be_blank) const;
    bool may_be_absent(Spot const& spot, description::Member const& said) const;
    bool is_certain(description::Entity const& from, std::string_view path) const;
    bool as_objects(Spot const& spot, description::Member const& said) const;
    std::optional<Shown> shown_of(description::Entity const& target, description::Member const& said) const;
    boost::json::object written_member(resource::Writable const& writable) const;
    boost::json::object written_reference(description::Field const& field) const;

    resource::Resources const& resources_;
    resource::Ways ways_;
    AppForms forms_;
    Names names_;
    std::map<description::Resource const*, std::string> resource_names_;
    std::map<std::tuple<std::string, std::string, int>, std::string> made_;  // by resource, view and level
    std::map<std::pair<std::string, std::string>, std::string> by_content_;  // by wanted name and schema
    std::map<std::string, boost::json::object> all_;
};

/// "autonomous_system" → "AutonomousSystem".
std::string camel(std::string_view name);
/// A type as a schema. `blank`: the empty text is a value, too.
boost::json::object schema_of(value::Type const& type, bool blank);

}  // namespace koine::openapi
