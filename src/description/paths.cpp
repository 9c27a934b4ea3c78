#include "base/ascii.hpp"
#include "description/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::description {
namespace {

constexpr std::size_t kLongestPath = 500;
constexpr std::size_t kMostSteps = 8;

using Kind = Reference::Kind;

/// The reference that is called `word` from its target's side, and its owner.
std::pair<Entity const*, Field const*> inverse_of(App const& app, Entity const& target, std::string_view word) {
    for (auto const& owner : app.entities)
        for (auto const& field : owner.fields)
            if (field.reference && field.reference->inverse == word && contains(field.reference->targets, target.name))
                return {&owner, &field};
    return {};
}

/// A hint at the word, of those that a path may go on with, that was meant perhaps; empty if none is near.
std::string hint(App const& app, Entity const& entity, std::string_view wanted) {
    std::vector<std::string_view> words = {"id"};
    for (auto const& field : entity.fields) words.emplace_back(field.name);
    for (auto const& owner : app.entities)
        for (auto const& field : owner.fields)
            if (field.reference && contains(field.reference->targets, entity.name)) words.emplace_back(field.reference->inverse);
    auto const near = model::nearest(wanted, words);
    return near ? fmt::format("; did you mean \"{}\"?", *near) : std::string();
}

}  // namespace

std::optional<PathEnd> walk(App const& app, Entity const& from, std::string_view path, Stop& stop) {
    PathEnd end;
    end.entity = &from;
    auto const stopped = [&](std::string_view word, std::string message) {
        stop = {end.entity, std::string(word), std::move(message)};
        return std::nullopt;
    };
    if (path.empty() || path.size() > kLongestPath || path.ends_with('.')) return stopped(path, fmt::format("\"{}\" is no path", path));
    for (auto rest = path; !rest.empty();) {
        auto const word = split_off(rest, '.');
        auto const& here = *end.entity;
        if (word == "id") {
            if (rest.empty()) return end;
            return stopped(word, "id leads nowhere");
        }
        if (end.steps.size() == kMostSteps) return stopped(word, fmt::format("a path has at most {} steps", kMostSteps));
        auto const* field = here.field(word);
        if (field == nullptr) {
            auto const [owner, reference] = inverse_of(app, here, word);
            if (owner == nullptr)
                return stopped(word, fmt::format("{} has no field \"{}\"{}", here.name, word.substr(0, 100), hint(app, here, word)));
            end.steps.push_back({&here, reference, true, owner});
            end.entity = owner;
            continue;
        }
        end.field = field;
        if (rest.empty()) return end;
        if (!field->reference) return stopped(word, fmt::format("{} is no reference, so that nothing follows it", word));
        if (field->reference->kind == Kind::any) {
            end.part = rest == "type" ? PathEnd::Part::type : PathEnd::Part::key;
            if (rest == "type" || rest == "id") return end;
            return stopped(word, fmt::format("{} refers to several entities: only {}.type and {}.id follow", word, word, word));
        }
        auto const* target = app.entity(field->reference->targets.front());
        if (target == nullptr) return stopped(word, fmt::format("unknown entity \"{}\"", field->reference->targets.front()));
        end.steps.push_back({&here, field, false, target});
        end.entity = target;
        end.field = nullptr;
    }
    return end;
}

Result<PathEnd> follow(App const& app, Entity const& from, std::string_view path) {
    Stop stop;
    if (auto end = walk(app, from, path, stop)) return *std::move(end);
    return configuration_problem("", 0, 0, stop.message);
}

Entity const* rows_at(App const& app, PathEnd const& end, std::string_view path) {
    if (end.field != nullptr) {
        bool const one = end.field->reference && end.field->reference->kind != Kind::any;
        return one ? app.entity(end.field->reference->targets.front()) : nullptr;
    }
    return path == "id" || path.ends_with(".id") || end.steps.empty() ? nullptr : end.entity;
}

expression::Class class_of(value::Type const& type) {
    using expression::Class;
    switch (type.kind) {
        case value::Kind::boolean: return Class::boolean;
        case value::Kind::integer:
        case value::Kind::real:
        case value::Kind::decimal:
        case value::Kind::duration: return Class::number;
        case value::Kind::choice: return type.numbers ? Class::number : Class::text;
        case value::Kind::date:
        case value::Kind::time:
        case value::Kind::datetime: return Class::time;
        case value::Kind::json:
        case value::Kind::list: return Class::any;
        default: return Class::text;
    }
}

void Draft::blur(Entity const& entity, Field const& field) {
    vague_fields.emplace(entity.name, field.name);
    vague_inverses.insert(field.reference && !field.reference->inverse.empty() ? field.reference->inverse : entity.name + "_" + field.name);
}

Entity const* Draft::entity_at(yaml::Node const& node) {
    if (!is_text(node, "a text", mistakes)) return nullptr;
    auto const* entity = app.entity(node.text);
    if (entity == nullptr && !vague_entities.contains(node.text))
        mistakes.add(yaml::unknown_word(node, "entity", names_of(app.entities, &Entity::name)));
    return entity;
}

bool Draft::is_vague(PathEnd const& end) const {
    return end.field != nullptr && vague_fields.contains({end.entity->name, end.field->name});
}

namespace {

/// Why the end is not what is wanted; empty if it is.
std::string misfit(App const& app, PathEnd const& end, std::string_view path, Want want) {
    auto const* rows = rows_at(app, end, path);
    bool const ends_in_step = end.field == nullptr && rows != nullptr;
    auto const before = end.steps.size() - (ends_in_step ? 1 : 0);
    for (std::size_t i = 0; want != Want::any && i < before; ++i)
        if (end.steps[i].to_many())
            return fmt::format(
                "\"{}\" goes through several rows ({})",
                path,
                end.steps[i].inverse ? end.steps[i].field->reference->inverse : end.steps[i].field->name
            );
    if (want == Want::rows && rows == nullptr) return fmt::format("\"{}\" leads to no rows", path);
    bool const several = ends_in_step || (end.field != nullptr && end.field->reference &&
                                          (end.field->reference->kind == Kind::many || end.field->reference->kind == Kind::owned));
    if (want == Want::value && several) return fmt::format("\"{}\" is several rows, not one value", path);
    return {};
}

bool follows_from_another(Draft const& draft, Stop const& stop) {
    if (draft.vague_entities.contains(stop.entity->name) || draft.vague_fields.contains({stop.entity->name, stop.word})) return true;
    if (draft.vague_inverses.contains(stop.word)) return true;
    return std::ranges::any_of(draft.vague_entities, [&](std::string const& name) { return stop.word.starts_with(name + "_"); });
}

}  // namespace

std::optional<PathEnd> Draft::path(yaml::Node const& node, Entity const& from, std::string_view path, Want want) {
    Stop stop;
    auto end = walk(app, from, path, stop);
    if (!end) {
        if (!follows_from_another(*this, stop)) mistakes.at(node, stop.message);
        return std::nullopt;
    }
    if (is_vague(*end)) return std::nullopt;
    if (auto const wrong = misfit(app, *end, path, want); !wrong.empty()) return mistakes.at(node, wrong), std::nullopt;
    return end;
}

std::optional<expression::Class> Draft::class_of(Entity const& from, std::string_view relation, std::string_view path, std::string& why)
    const {
    using expression::Class;
    auto const none = [&](std::string message) {
        why = std::move(message);
        return std::optional<Class>();
    };
    Stop stop;
    auto const* start = &from;
    if (!relation.empty()) {
        auto const rows = walk(app, from, relation, stop);
        if (!rows) return follows_from_another(*this, stop) ? std::optional(Class::any) : none(stop.message);
        if (is_vague(*rows)) return Class::any;
        start = rows_at(app, *rows, relation);
        if (start == nullptr) return none(fmt::format("\"{}\" leads to no rows", relation));
    }
    auto const end = walk(app, *start, path, stop);
    if (!end) return follows_from_another(*this, stop) ? std::optional(Class::any) : none(stop.message);
    if (is_vague(*end)) return Class::any;
    if (auto wrong = misfit(app, *end, path, Want::value); !wrong.empty()) return none(std::move(wrong));
    if (end->field == nullptr) return Class::number;
    if (end->field->reference) return end->part == PathEnd::Part::type ? Class::text : Class::number;
    return description::class_of(end->field->type);
}

}  // namespace koine::description
