#include "operation/stored.hpp"

#include <algorithm>
#include <utility>

namespace koine::operation {
namespace {

using description::Field;
using description::Member;
using description::Reference;

Member member_of(Field const& field, std::string name, std::string path) {
    Member member;
    member.name = std::move(name);
    member.path = std::move(path);
    member.type = field.type;
    member.place = field.place;
    return member;
}

void add_members(Field const& field, std::vector<Member>& members) {
    if (field.computed) return;
    if (!field.reference) {
        members.push_back(member_of(field, field.name, field.name));
        return;
    }
    switch (field.reference->kind) {
        case Reference::Kind::any:
            members.push_back(member_of(field, field.name + "_type", field.name + ".type"));
            members.push_back(member_of(field, field.name + "_id", field.name + ".id"));
            return;
        case Reference::Kind::one:
            members.push_back(member_of(field, field.name, field.name));
            members.back().as = Member::As::key;
            return;
        case Reference::Kind::many:
        case Reference::Kind::owned:
            members.push_back(member_of(field, field.name, field.name));
            members.back().as = Member::As::keys;
            return;
    }
}

/// All of the entity's stored fields; and how people call its rows, which the change log asks for.
void show_stored(description::Entity const& entity, description::Resource& resource) {
    std::vector<Member> members;
    Member id;
    id.name = id.path = "id";
    id.type.kind = value::Kind::integer;
    id.place = entity.place;
    members.push_back(id);
    description::View full;
    full.name = "full";
    full.place = entity.place;
    if (auto const* display = resource.member("display"); display != nullptr && display->form == Member::Form::text)
        members.push_back(*display);
    for (auto const& field : entity.fields) {
        auto const first = members.size();
        add_members(field, members);
        if (field.is_secret()) continue;
        for (auto at = first; at < members.size(); ++at) full.members.push_back(members[at].name);
    }
    full.members.insert(full.members.begin(), "id");
    resource.members = std::move(members);
    resource.views = {std::move(full)};
    resource.search.clear();
    resource.filters.clear();
    resource.sort.clear();
    resource.sort_all = true;
    resource.bulk = true;
    resource.aliases.clear();
}

}  // namespace

std::shared_ptr<description::App const> stored_form(description::App const& app) {
    auto made = std::make_shared<description::App>(app);
    for (auto& entity : made->entities)
        for (auto& field : entity.fields) {
            field.readonly = field.immutable = false;
            if (!field.is_secret()) field.hidden = false;
        }
    for (auto const& entity : app.entities) {
        if (app.home_of(entity.name) != nullptr) continue;
        description::Resource resource;
        resource.name = resource.entity = entity.name;
        resource.path = "entities/" + entity.name;
        resource.label = entity.label;
        resource.label_plural = entity.label_plural;
        made->resources.push_back(std::move(resource));
    }
    for (auto& resource : made->resources)
        if (auto const* entity = made->entity(resource.entity)) show_stored(*entity, resource);
    return made;
}

}  // namespace koine::operation
