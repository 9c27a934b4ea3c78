#include "resource/names.hpp"
#include "resource/resource.hpp"

#include <algorithm>

namespace koine::resource {
namespace {

using description::Entity;
using description::Field;
using description::Reference;
using model::ColumnId;
using model::EntityId;
using model::Relationship;

class Extension {
public:
    Extension(model::Model& model, description::App const& app) : model_(model), app_(app) {}

    Result<void> run() {
        for (auto const& entity : app_.entities) {
            for (auto const& field : entity.fields) {
                KOINE_TRY(field.reference ? add(entity, field) : order(entity, field));
            }
        }
        return outcome::success();
    }

private:
    static Problem wrong(Field const& field, std::string_view message) {
        return placed(field.place, "the tables are not the app's: " + std::string(message));
    }
    Result<EntityId> table(Field const& field, std::string_view name) const {
        if (auto id = model_.entity(name)) return *id;
        return wrong(field, "there is no table " + std::string(name));
    }
    Result<ColumnId> column(Field const& field, EntityId table, std::string_view name) const {
        if (auto id = model_[table].column(name)) return *id;
        return wrong(field, "table " + model_[table].name + " has no column " + std::string(name));
    }

    Result<void> order(Entity const& entity, Field const& field) {
        auto const ordering = value::ordered_as(field.type);
        if (field.computed || ordering == model::Ordering::natural) return outcome::success();
        KOINE_TRY(auto const source, table(field, entity.name));
        KOINE_TRY(auto const place, column(field, source, column_of(field)));
        model_.entities[source].columns[place].ordering = ordering;
        return outcome::success();
    }

    Result<void> add(Entity const& entity, Field const& field) {
        KOINE_TRY(auto const source, table(field, entity.name));
        for (auto const& name : field.reference->targets) {
            KOINE_TRY(auto const target, table(field, name));
            switch (field.reference->kind) {
                case Reference::Kind::one: {
                    KOINE_TRY(auto const key, column(field, source, column_of(field)));
                    KOINE_TRY(call(field, source, field.name, [&](Relationship const& one) {
                        return one.holds_key && one.target == target && one.columns == std::vector{key};
                    }));
                    KOINE_TRY(call(field, target, inverse_of(entity, field), [&](Relationship const& one) {
                        return is_inverse(one, source, key);
                    }));
                    break;
                }
                case Reference::Kind::owned: {
                    KOINE_TRY(auto const key, column(field, target, owner_column_of(entity, field)));
                    KOINE_TRY(call(field, source, field.name, [&](Relationship const& one) { return is_inverse(one, target, key); }));
                    KOINE_TRY(call(field, target, inverse_of(entity, field), [&](Relationship const& one) {
                        return one.holds_key && one.target == source && one.columns == std::vector{key};
                    }));
                    break;
                }
                case Reference::Kind::many: {
                    KOINE_TRY(add_many(entity, field, source, target));
                    break;
                }
                case Reference::Kind::any: {
                    KOINE_TRY(add_any(entity, field, source, target));
                    break;
                }
            }
        }
        return outcome::success();
    }

    static bool is_inverse(Relationship const& one, EntityId from, ColumnId key) {
        return !one.holds_key && !one.junction && one.target == from && one.target_columns == std::vector{key};
    }

    Result<void> add_many(Entity const& entity, Field const& field, EntityId source, EntityId target) {
        KOINE_TRY(auto const between, table(field, junction_of(entity, field)));
        KOINE_TRY(auto const near, column(field, between, "source_id"));
        KOINE_TRY(auto const far, column(field, between, "target_id"));
        auto through = [&](ColumnId origin) {
            return [&, origin](Relationship const& one) {
                return one.junction && one.junction->entity == between && one.junction->origin_columns == std::vector{origin};
            };
        };
        KOINE_TRY(call(field, source, field.name, through(near)));
        return call(field, target, inverse_of(entity, field), through(far));
    }

    Result<void> add_any(Entity const& entity, Field const& field, EntityId source, EntityId target) {
        auto const* described = app_.entity(model_[target].name);
        KOINE_TRY(auto const key, column(field, source, column_of(field)));
        KOINE_TRY(auto const type, column(field, source, type_column_of(field)));
        KOINE_TRY(auto const id, column(field, target, "id"));
        Relationship made;
        made.cardinality = model::Cardinality::one_to_many;
        made.target = source;
        made.constraint = entity.name + "_" + field.name;
        made.columns = {id};
        made.target_columns = {key};
        made.fixed = Relationship::Fixed{type, described == nullptr ? std::string() : described->type_word};
        model_.entities[target].relationships.push_back(std::move(made));
        return name(field, target, model_.entities[target].relationships.back(), inverse_of(entity, field));
    }

    template <class Is>
    Result<void> call(Field const& field, EntityId origin, std::string const& wanted, Is const& is) {
        auto& all = model_.entities[origin].relationships;
        auto found = std::ranges::find_if(all, is);
        if (found == all.end()) return wrong(field, "table " + model_[origin].name + " has no foreign key for " + wanted);
        return name(field, origin, *found, wanted);
    }

    Result<void> name(Field const& field, EntityId origin, Relationship& relationship, std::string const& wanted) {
        auto const& all = model_[origin].relationships;
        auto is_other = [&](Relationship const& one) { return &one != &relationship && one.name == wanted; };
        if (std::ranges::any_of(all, is_other))
            return placed(field.place, "two relations of " + model_[origin].name + " are called " + wanted);
        relationship.name = wanted;
        return outcome::success();
    }

    model::Model& model_;
    description::App const& app_;
};

}  // namespace

Result<void> extend(model::Model& model, description::App const& app) { return Extension(model, app).run(); }

}  // namespace koine::resource
