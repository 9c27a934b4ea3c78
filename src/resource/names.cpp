#include "resource/names.hpp"

namespace koine::resource {

using description::Entity;
using description::Field;

std::string column_of(Field const& field) { return field.reference ? field.name + "_id" : field.name; }

std::string type_column_of(Field const& field) { return field.name + "_type"; }

std::string junction_of(Entity const& entity, Field const& field) { return entity.name + "_" + field.name; }

std::string owner_column_of(Entity const& entity, Field const& field) { return entity.name + "_" + field.name + "_id"; }

std::string inverse_of(Entity const& entity, Field const& field) {
    return field.reference->inverse.empty() ? entity.name + "_" + field.name : field.reference->inverse;
}

Problem placed(description::Place const& place, std::string_view message) {
    return configuration_problem(place.file ? std::string_view(*place.file) : std::string_view(), place.line, place.column, message);
}

Problem placed(description::Place const& place, Problem const& problem) {
    if (auto message = problem.argument("message"); message && problem.reason() == Reason::configuration) return placed(place, *message);
    return problem;
}

}  // namespace koine::resource
