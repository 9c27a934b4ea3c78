/// @file Described: what the members of a resource are to whoever writes them. Of documents (OPTIONS) and of forms alike.
#pragma once

#include "description/description.hpp"
#include "resource/resource.hpp"

#include <string>
#include <string_view>

namespace koine::app {

/// Views of the app and the resource.
struct DescribedMember {
    description::Member const* said = nullptr;
    resource::Writable const* writable = nullptr;  ///< null: it is only read
    description::Field const* field = nullptr;     ///< at the end of the member's path; null: it has none
    value::Type const* type = nullptr;

    bool is_required() const { return writable != nullptr && writable->field != nullptr && writable->field->is_required(); }
    bool refers() const { return field != nullptr && field->reference.has_value(); }
    /// For people: "IRR AS set".
    std::string label() const;
    std::string_view help() const;
};

DescribedMember described(description::App const& app, resource::Resource const& resource, description::Member const& member);

/// What people call an operation: its summary, or the last word of its path: "Sync with cache".
std::string title_of(description::Operation const& operation);

/// "autonomous_system" → "Autonomous system".
std::string label_of(std::string_view name);
/// "autonomous system" → "Autonomous System".
std::string title_of(std::string_view label);

}  // namespace koine::app
