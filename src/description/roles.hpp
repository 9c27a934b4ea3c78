/// @file Roles: which fields of an entity of the app are what, as the sections of what the server itself works with say it.
#pragma once

#include "description/draft.hpp"

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace koine::description {

/// Whether the field is a plain one of these kinds.
bool is_plain(Field const& field, std::initializer_list<value::Kind> kinds);
/// Whether it is a list of these kinds.
bool is_list_of(Field const& field, std::initializer_list<value::Kind> kinds);

/// A map with `entity`, whose other keys are roles that fields of it have. Its node must outlive it.
class Roles {
public:
    /// Tells if there is no such entity.
    Roles(Draft& draft, yaml::Node const& node, std::string_view form);

    Map const& map() const { return map_; }
    Entity const* entity() const { return entity_; }
    std::string name() const { return entity_ != nullptr ? entity_->name : std::string(); }

    /// The field that the role names, if it fits; what is expected of it says the role's own line of the form.
    Field const* read(std::string_view role, std::string& into, bool required, std::function<bool(Field const&)> const& fits);
    Field const* one(std::string_view role, std::string& into, bool required, std::initializer_list<value::Kind> kinds);
    /// A reference to one row of the entity (of any, if empty).
    void reference(std::string_view role, std::string& into, bool required, std::string const& target);

private:
    Draft& draft_;
    Map map_;
    Entity const* entity_;
};

}  // namespace koine::description
