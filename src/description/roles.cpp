#include "description/roles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::description {
namespace {

Entity const* entity_of(Draft& draft, Map const& map) {
    if (auto const* node = map.node("entity")) return draft.entity_at(*node);
    if (map.self().is_map()) draft.mistakes.at(map.self(), "entity is missing");
    return nullptr;
}

}  // namespace

bool is_plain(Field const& field, std::initializer_list<value::Kind> kinds) {
    return !field.reference && std::ranges::find(kinds, field.type.kind) != kinds.end();
}

bool is_list_of(Field const& field, std::initializer_list<value::Kind> kinds) {
    return is_plain(field, {value::Kind::list}) && field.type.item && std::ranges::find(kinds, field.type.item->kind) != kinds.end();
}

Roles::Roles(Draft& draft, yaml::Node const& node, std::string_view name)
    : draft_(draft),
      map_(node, form(name), draft.mistakes),
      entity_(entity_of(draft, map_)) {}

Field const* Roles::read(std::string_view role, std::string& into, bool required, std::function<bool(Field const&)> const& fits) {
    auto const* node = map_.node(role);
    auto const help = map_.form().find(role)->help;
    if (node == nullptr) {
        if (required && map_.self().is_map()) draft_.mistakes.at(map_.self(), fmt::format("{} is missing: {}", role, help));
        return nullptr;
    }
    into = map_.text(role);
    if (entity_ == nullptr || into.empty()) return nullptr;
    auto const end = draft_.path(*node, *entity_, into, Want::shown);
    if (!end) return nullptr;
    if (end->steps.empty() && end->field != nullptr && end->part == PathEnd::Part::value && !end->field->computed && fits(*end->field))
        return end->field;
    draft_.mistakes.at(*node, fmt::format("{} wants {}", role, help));
    return nullptr;
}

Field const* Roles::one(std::string_view role, std::string& into, bool required, std::initializer_list<value::Kind> kinds) {
    return read(role, into, required, [&](Field const& field) { return is_plain(field, kinds); });
}

void Roles::reference(std::string_view role, std::string& into, bool required, std::string const& target) {
    read(role, into, required, [&](Field const& field) {
        return field.reference && field.reference->kind == Reference::Kind::one &&
               (target.empty() || field.reference->targets.front() == target);
    });
}

}  // namespace koine::description
