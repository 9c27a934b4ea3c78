#include "description/description.hpp"

#include <algorithm>

namespace koine::description {
namespace {

template <class Thing>
Thing const* named(std::vector<Thing> const& things, std::string_view wanted) {
    auto const found = std::ranges::find(things, wanted, &Thing::name);
    return found == things.end() ? nullptr : &*found;
}

}  // namespace

bool Member::shows(std::string_view field) const {
    if (form == Form::group) return std::ranges::any_of(members, [&](Member const& one) { return one.shows(field); });
    if (form != Form::path || writes == Writes::only || !path.starts_with(field)) return false;
    return path.size() == field.size() || path[field.size()] == '.';
}

Field const* Entity::field(std::string_view wanted) const { return named(fields, wanted); }
Member const* Resource::member(std::string_view wanted) const { return named(members, wanted); }
View const* Resource::view(std::string_view wanted) const { return named(views, wanted); }
Entity const* App::entity(std::string_view wanted) const { return named(entities, wanted); }

Entity const* App::entity_of_word(std::string_view type_word) const {
    auto const found = std::ranges::find(entities, type_word, &Entity::type_word);
    return found == entities.end() ? nullptr : &*found;
}

Resource const* App::home_of(std::string_view entity) const {
    auto const found = std::ranges::find(resources, entity, &Resource::entity);
    return found == resources.end() ? nullptr : &*found;
}

}  // namespace koine::description
