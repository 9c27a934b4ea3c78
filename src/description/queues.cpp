#include "description/sections.hpp"

#include <array>
#include <cassert>
#include <memory>
#include <span>

namespace koine::description {
namespace {

struct Own {
    std::string_view name, line;
};

constexpr auto kJob = std::to_array<Own>({
    {"name", "text(100)"},
    {"call", "text(200)"},
    {"arguments", "json null"},
    {"state", "enum(waiting|running|done|failed) indexed"},
    {"due", "int64 indexed"},  // microseconds since 1970, as all times here
    {"attempts", "int = 0"},
    {"lease", "int64 = 0"},
    {"runner", "text(40) blank"},
    {"user", "int64 null"},
    {"user_name", "text(150) blank"},
    {"request", "text(100) blank"},
    {"shown", "int64 null"},
    {"schedule", "text(100) null unique"},
    {"every", "int64 = 0"},
    {"by_function", "bool = false"},  // the schedule is none of the YAML
    {"error", "text blank"},
    {"created", "int64"},
    {"finished", "int64 = 0"},
});
constexpr auto kDelivery = std::to_array<Own>({
    {"target", "text(200)"},
    {"hook", "int64 null"},
    {"event", "text(200)"},
    {"request", "text(100)"},
    {"url", "text"},
    {"body", "text"},
    {"headers", "json"},
    {"method", "text(10)"},
    {"state", "enum(waiting|sent|failed) indexed"},
    {"due", "int64 indexed"},
    {"attempts", "int = 0"},
    {"status", "int = 0"},
    {"error", "text blank"},
    {"created", "int64"},
    {"finished", "int64 = 0"},
    {"verify", "bool = true"},
    {"authority", "text blank"},
});

constexpr auto kKey = std::to_array<Own>({
    {"name", "text(40) unique"},
    {"value", "text(100)"},
});

void add(Draft& draft, std::string_view name, std::span<Own const> fields) {
    TypeBook book(nullptr, draft.mistakes);
    auto const file = std::make_shared<std::string const>("koine");
    auto const said = [&](std::string_view text) {
        yaml::Node node;
        node.kind = yaml::Node::Kind::scalar;
        node.text = text;
        node.file = file;
        return node;
    };
    Entity entity;
    entity.name = name;
    entity.type_word = name;
    entity.label = spoken(name);
    entity.label_plural = entity.label + "s";
    entity.place.file = file;
    for (auto const& own : fields) {
        Field field;
        [[maybe_unused]] bool const sound = read_field({said(own.name), said(own.line)}, book, field, draft.mistakes);
        assert(sound);
        entity.fields.push_back(std::move(field));
    }
    draft.app.entities.push_back(std::move(entity));
}

}  // namespace

void add_queues(Draft& draft, yaml::Node const* jobs, yaml::Node const* webhooks) {
    auto const says = [](yaml::Node const* section, std::string_view key) {
        auto const* node = section != nullptr ? section->find(key) : nullptr;
        return node != nullptr && node->kind != yaml::Node::Kind::null && (!node->is_map() || !node->members.empty());
    };
    if (!draft.app.scripts.empty() || says(jobs, "every")) add(draft, "koine_job", kJob);
    if (says(webhooks, "entity") || says(webhooks, "targets")) add(draft, "koine_delivery", kDelivery);
}

void add_keys(Draft& draft) {
    if (draft.app.keeps_files) add(draft, "koine_key", kKey);
}

}  // namespace koine::description
