#include "base/ascii.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace koine::description {
namespace {

constexpr std::size_t kMostEntities = 1000;
constexpr std::size_t kMostFields = 500;

/// An entity and where it is said.
struct Said {
    Map map;
    std::vector<Map> mixins;

    /// Calls with the entity's own map, then with those of its mixins.
    void each(auto&& use) const {
        use(map);
        for (auto const& mixin : mixins) use(mixin);
    }
};

class Reading {
public:
    Reading(Draft& draft, Mixins const& mixins, TypeBook& book) : draft_(draft), mixins_(mixins), book_(book) {}

    void read(yaml::Node const& section) {
        for (auto const& entry : section.members) {
            if (draft_.app.entities.size() == kMostEntities)
                return draft_.mistakes.at(entry.key, fmt::format("more than {} entities", kMostEntities));
            read_structure(entry);
        }
        for (auto& entity : draft_.app.entities) resolve_references(entity);
        for (auto const& entity : draft_.app.entities) check_names(entity);
        // From here on the entities stand still: paths and formulas point into them.
        for (std::size_t i = 0; i < said_.size(); ++i) read_rules(draft_.app.entities[i], said_[i]);
        check_circles();
    }

private:
    void read_structure(yaml::Member const& entry) {
        auto& mistakes = draft_.mistakes;
        if (!is_name(entry.key, "an entity", mistakes)) return void(draft_.vague_entities.insert(entry.key.text));
        if (entry.key.text.starts_with("sqlite_") || entry.key.text.starts_with("koine_"))
            mistakes.at(entry.key, "names that begin with sqlite_ or koine_ are taken");
        Map const map(entry.value, form("entity"), mistakes);
        auto taken = mixins_.of(map.texts("mixins"));
        if (!taken.complete || !entry.value.is_map()) draft_.vague_entities.insert(entry.key.text);
        Said said{map, std::move(taken.maps)};
        Entity entity;
        entity.name = entry.key.text;
        entity.place = place_of(entry.key);
        entity.label = map.text("label", spoken(entity.name));
        entity.label_plural = map.text("plural", entity.label + "s");
        entity.type_word = map.text("type", entity.name);
        check_type_word(map, entity);
        said.each([&](Map const& from) {
            for (auto const& field : from.entries("fields")) add_field(entity, field);
            entity.logged = from.boolean("logged", entity.logged);
        });
        draft_.app.entities.push_back(std::move(entity));
        said_.push_back(std::move(said));
    }

    void check_type_word(Map const& map, Entity const& entity) {
        auto const* node = map.node("type");
        auto const& word = entity.type_word;
        auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '.'; };
        bool const shaped =
            !word.empty() && word.size() <= 127 && std::ranges::all_of(word, fits) && !word.starts_with('.') && !word.ends_with('.');
        if (node != nullptr && !shaped) draft_.mistakes.at(*node, "expected letters, digits, _ and a dot, as in app.model");
        auto const* owner = draft_.app.entity_of_word(word);
        if (owner != nullptr && owner->name != entity.name)
            draft_.mistakes.at(node != nullptr ? *node : map.self(), fmt::format("the entity {} has the type {}, too", owner->name, word));
    }

    void add_field(Entity& entity, yaml::Member const& said) {
        auto& mistakes = draft_.mistakes;
        if (!is_name(said.key, "a field", mistakes)) return;
        if (said.key.text == "id") return mistakes.at(said.key, "every entity has id already");
        if (auto const* twin = entity.field(said.key.text))
            return mistakes.at(said.key, fmt::format("{} has this field already: {}:{}", entity.name, *twin->place.file, twin->place.line));
        if (entity.fields.size() == kMostFields) return mistakes.at(said.key, fmt::format("more than {} fields", kMostFields));
        Field field;
        if (!read_field(said, book_, field, mistakes)) draft_.blur(entity, field);
        if (!field.reference && field.type.kind == value::Kind::file)
            mistakes.at(said.value, "a file is what operations take; it is kept in a blob");
        if (!field.reference && field.type.kind == value::Kind::blob) draft_.app.keeps_files = true;
        if (auto const* computed = said.value.find("computed")) computed_[{entity.name, field.name}] = computed;
        entity.fields.push_back(std::move(field));
    }

    yaml::Node at(Place const& place) const {
        yaml::Node node;
        node.file = place.file;
        node.line = place.line;
        node.column = place.column;
        return node;
    }

    void resolve_references(Entity& entity) {
        auto const known = names_of(draft_.app.entities, &Entity::name);
        for (auto& field : entity.fields) {
            if (!field.reference) continue;
            auto& targets = field.reference->targets;
            if (targets.empty() && field.reference->kind == Reference::Kind::any)
                for (auto const& one : draft_.app.entities)
                    if (one.name != entity.name) targets.push_back(one.name);
            if (field.reference->inverse.empty()) field.reference->inverse = entity.name + "_" + field.name;
            for (auto const& target : targets) {
                if (draft_.app.entity(target) != nullptr) continue;
                if (!draft_.vague_entities.contains(target))
                    draft_.mistakes.add(yaml::unknown_word(at(field.place), "entity", target, known));
                draft_.blur(entity, field);
            }
        }
    }

    /// Names that would meet: inverse names on the other side, columns, tables of sets.
    void check_names(Entity const& entity) {
        std::map<std::string, std::string_view> columns;
        for (auto const& field : entity.fields) {
            auto const column = [&](std::string name) {
                auto const [twin, fresh] = columns.emplace(name, field.name);
                if (!fresh)
                    draft_.mistakes.at(
                        at(field.place), fmt::format("the fields {} and {} would both be kept as {}", twin->second, field.name, name)
                    );
            };
            if (!field.reference) {
                column(field.name);
                continue;
            }
            using enum Reference::Kind;
            if (field.reference->kind == one || field.reference->kind == any) column(field.name + "_id");
            if (field.reference->kind == any) column(field.name + "_type");
            if (field.reference->kind == many && draft_.app.entity(entity.name + "_" + field.name) != nullptr)
                draft_.mistakes.at(
                    at(field.place),
                    fmt::format("the set {} would be kept as {}_{}, which is an entity", field.name, entity.name, field.name)
                );
            for (auto const& target : field.reference->targets) check_inverse(entity, field, target);
        }
    }

    void check_inverse(Entity const& entity, Field const& field, std::string const& target) {
        auto const& inverse = field.reference->inverse;
        auto const* other = draft_.app.entity(target);
        if (other == nullptr) return;
        if (other->field(inverse) != nullptr || inverse == "id") {
            draft_.vague_inverses.insert(entity.name + "_" + field.name);
            return draft_.mistakes.at(
                at(field.place), fmt::format("{} has a field {}: say inverse(name) with another name", target, inverse)
            );
        }
        auto const [twin, fresh] = inverses_.emplace(std::pair(target, inverse), entity.name + "." + field.name);
        if (!fresh)
            draft_.mistakes.at(
                at(field.place),
                fmt::format("{} calls the rows of {} {}, too: say inverse(name) with another name", target, twin->second, inverse)
            );
    }

    void read_rules(Entity& entity, Said const& said) {
        entity.order = read_order(draft_, said.map.items("order"), entity);
        said.each([&](Map const& from) {
            for (auto const& unique : from.items("unique")) read_unique(entity, unique);
            for (auto const& check : from.items("checks")) read_check(entity, check);
        });
        for (auto& field : entity.fields) {
            auto const computed = computed_.find({entity.name, field.name});
            if (computed == computed_.end()) continue;
            auto& uses = uses_[{entity.name, field.name}];
            auto const wanted = draft_.vague_fields.contains({entity.name, field.name}) ? expression::Class::any : class_of(field.type);
            field.computed = read_formula(draft_, *computed->second, entity, wanted, [&](PathEnd const& end) {
                if (end.field != nullptr) uses.emplace(end.entity->name, end.field->name);
            });
        }
    }

    void read_unique(Entity& entity, yaml::Node const& said) {
        if (!said.is_list()) return draft_.mistakes.at(said, fmt::format("expected a list of fields, not {}", shown(said)));
        UniqueTogether unique;
        unique.place = place_of(said);
        for (auto const& name : said.items) {
            if (!is_text(name, "a field", draft_.mistakes)) continue;
            auto const end = draft_.path(name, entity, name.text, Want::value);
            if (end && (end->field == nullptr || !end->steps.empty() || computed_.contains({entity.name, end->field->name})))
                draft_.mistakes.at(name, "expected a field of this entity that is kept");
            if (contains(unique.fields, name.text)) draft_.mistakes.at(name, fmt::format("{} is written twice", name.text));
            unique.fields.push_back(name.text);
        }
        if (unique.fields.size() < 2 && said.items.size() < 2)
            draft_.mistakes.at(said, "expected two fields or more; for one there is the flag unique");
        entity.uniques.push_back(std::move(unique));
    }

    void read_check(Entity& entity, yaml::Node const& said) {
        Map const map(said, form("check"), draft_.mistakes);
        Check check;
        check.place = place_of(said);
        check.message = map.text("message");
        if (auto const* message = map.node("message"))
            read_template(draft_, *message, check.message, entity);
        else
            draft_.mistakes.at(said, "a check needs a message");
        check.field = map.text("field");
        if (auto const* field = map.node("field")) draft_.path(*field, entity, check.field, Want::shown);
        if (auto const* formula = map.node("expr"))
            check.formula = read_formula(draft_, *formula, entity, expression::Class::boolean);
        else
            draft_.mistakes.at(said, "a check needs expr");
        entity.checks.push_back(std::move(check));
    }

    /// Computed fields that are computed of themselves.
    void check_circles() {
        for (auto const& [name, uses] : uses_) {
            std::set<Name> seen;
            std::vector<Name> open(uses.begin(), uses.end());
            while (!open.empty() && !seen.contains(name)) {
                auto const next = open.back();
                open.pop_back();
                if (!seen.insert(next).second) continue;
                if (auto const found = uses_.find(next); found != uses_.end())
                    open.insert(open.end(), found->second.begin(), found->second.end());
            }
            if (seen.contains(name)) draft_.mistakes.at(*computed_.at(name), fmt::format("{} is computed of itself", name.second));
        }
    }

    using Name = std::pair<std::string, std::string>;  ///< of an entity and its field
    Draft& draft_;
    Mixins const& mixins_;
    TypeBook& book_;
    std::vector<Said> said_;  ///< as draft_.app.entities
    std::map<Name, yaml::Node const*> computed_;
    std::map<Name, std::set<Name>> uses_;
    std::map<Name, std::string> inverses_;  ///< of a target and a name: whose it is
};

}  // namespace

void read_entities(Draft& draft, yaml::Node const* section, Mixins const& mixins, TypeBook& book) {
    if (section != nullptr) Reading(draft, mixins, book).read(*section);
}

}  // namespace koine::description
