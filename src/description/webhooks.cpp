#include "base/ascii.hpp"
#include "description/roles.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::description {
namespace {

using value::Kind;

constexpr std::size_t kMostTargets = 100;
constexpr std::size_t kLongestEvent = 200;
constexpr auto kNoRoles = std::to_array<std::string_view>({"targets", "signature", "digest", "view", "payload", "attempts"});

bool is_event(std::string_view text) {
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '/'; };
    return !text.empty() && text.size() <= kLongestEvent && std::ranges::all_of(text, fits);
}

void read_rows(Draft& draft, yaml::Node const& section, Webhooks& webhooks) {
    Roles roles(draft, section, "webhooks");
    webhooks.entity = roles.name();
    roles.one("enabled", webhooks.enabled, false, {Kind::boolean});
    roles.read("types", webhooks.types, false, [](Field const& field) {
        return is_plain(field, {Kind::json}) || is_list_of(field, {Kind::text, Kind::slug, Kind::choice});
    });
    roles.one("url", webhooks.url, true, {Kind::text, Kind::url});
    roles.one("method", webhooks.method, false, {Kind::text, Kind::choice});
    roles.one("content_type", webhooks.content_type, false, {Kind::text, Kind::choice});
    roles.one("headers", webhooks.headers, false, {Kind::text, Kind::json});
    roles.one("body", webhooks.body, false, {Kind::text});
    roles.one("secret", webhooks.secret, false, {Kind::text});
    roles.one("conditions", webhooks.conditions, false, {Kind::json});
    roles.one("verify", webhooks.verify, false, {Kind::boolean});
    roles.one("authority", webhooks.authority, false, {Kind::text});
    roles.one("on_create", webhooks.on_create, false, {Kind::boolean});
    roles.one("on_update", webhooks.on_update, false, {Kind::boolean});
    roles.one("on_delete", webhooks.on_delete, false, {Kind::boolean});
}

std::vector<std::string_view> settings(App const& app) {
    return names_of(app.settings, [](auto const& setting) -> std::string_view { return setting.first; });
}

/// What is wrong with an address, told: its holes are settings.
void check_url(Draft& draft, yaml::Node const& node) {
    std::string_view const text = node.text;
    if (!text.starts_with("http://") && !text.starts_with("https://") && !text.starts_with("{setting."))
        return draft.mistakes.at(node, fmt::format("expected an address that begins with http:// or https://, not {}", shown(node)));
    constexpr std::string_view kHead = "{setting.";
    for (auto at = text.find_first_of("{}"); at != std::string_view::npos; at = text.find_first_of("{}", at)) {
        auto const end = text.find('}', at);
        if (!text.substr(at).starts_with(kHead) || end == std::string_view::npos)
            return draft.mistakes.at(inside(node, at), "a hole in an address is a setting: {setting.name}");
        auto const name = text.substr(at + kHead.size(), end - at - kHead.size());
        if (auto const known = settings(draft.app); !contains(known, name))
            return draft.mistakes.add(yaml::unknown_word(inside(node, at), "setting", name, known));
        at = end + 1;
    }
}

/// "task.create", "task", or an event of the app's own: only of the first it is known what there is.
void check_event(Draft& draft, yaml::Node const& node) {
    std::string_view const text = node.text;
    if (!is_event(text))
        return draft.mistakes.at(node, fmt::format("expected an entity, as task or task.create, or an event's name, not {}", shown(node)));
    auto const dot = text.rfind('.');
    auto const deed = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    auto const entity = text.substr(0, dot);
    auto const& app = draft.app;
    if ((deed != "create" && deed != "update" && deed != "delete") || draft.vague_entities.contains(entity)) return;
    if (app.entity(entity) == nullptr && app.entity_of_word(entity) == nullptr)
        draft.mistakes.add(yaml::unknown_word(node, "entity", entity, names_of(app.entities, &Entity::name)));
}

void read_target(Draft& draft, yaml::Member const& entry, std::vector<Webhooks::Target>& targets) {
    auto& mistakes = draft.mistakes;
    if (targets.size() == kMostTargets) return mistakes.at(entry.key, fmt::format("more than {} targets", kMostTargets));
    if (!is_name(entry.key, "a target", mistakes)) return;
    Map const map(entry.value, form("target"), mistakes);
    Webhooks::Target target;
    target.name = entry.key.text;
    target.place = place_of(entry.key);
    target.url = map.text("url");
    auto const* url = map.node("url");
    if (url != nullptr && url->is_scalar()) check_url(draft, *url);
    for (auto const& event : map.texts("on")) {
        check_event(draft, event);
        if (contains(target.on, event.text)) mistakes.at(event, fmt::format("{} is written twice", event.text));
        target.on.push_back(event.text);
    }
    if (url == nullptr || map.node("on") == nullptr) mistakes.at(entry.key, "a target needs url and on");
    target.secret = map.text("secret");
    if (auto const* secret = map.node("secret"); secret != nullptr && secret->is_scalar())
        if (auto const known = settings(draft.app); !contains(known, target.secret))
            mistakes.add(yaml::unknown_word(*secret, "setting", known));
    targets.push_back(std::move(target));
}

void read_form(Draft& draft, Map const& map, Webhooks& webhooks) {
    webhooks.signature = map.text("signature", webhooks.signature);
    auto const fits = [](char c) { return is_ascii_alphanumeric(c) || c == '-' || c == '_'; };
    auto const& header = webhooks.signature;
    if (auto const* node = map.node("signature");
        node != nullptr && (header.empty() || header.size() > 100 || !std::ranges::all_of(header, fits)))
        draft.mistakes.at(*node, fmt::format("expected the name of a header, not {}", shown(*node)));
    webhooks.digest = map.text("digest", webhooks.digest);
    if (auto const* node = map.node("digest"); node != nullptr && node->is_scalar() && !contains(words_of("digest"), node->text))
        draft.mistakes.add(yaml::unknown_word(*node, "digest", words_of("digest")));
    webhooks.view = map.text("view", webhooks.view);
    auto const& resources = draft.app.resources;
    auto const has_view = [&](Resource const& resource) { return resource.view(webhooks.view) != nullptr; };
    if (auto const* node = map.node("view"); node != nullptr && !resources.empty() && std::ranges::none_of(resources, has_view)) {
        std::set<std::string_view> known;
        for (auto const& resource : resources)
            for (auto const& view : resource.views) known.insert(view.name);
        draft.mistakes.add(yaml::unknown_word(*node, "view", {known.begin(), known.end()}));
    }
    if (auto const* node = map.node("payload")) webhooks.payload = *node;
    webhooks.attempts = map.integer("attempts", webhooks.attempts, 1, 20);
}

}  // namespace

void read_webhooks(Draft& draft, yaml::Node const* section) {
    if (section == nullptr) return;
    auto& webhooks = draft.app.webhooks;
    Map const map(*section, form("webhooks"), draft.mistakes);
    bool const rows = std::ranges::any_of(form("webhooks").words(), [&](std::string_view word) {
        return !contains(kNoRoles, word) && map.node(word) != nullptr;
    });
    if (rows) read_rows(draft, *section, webhooks);
    for (auto const& entry : map.entries("targets")) read_target(draft, entry, webhooks.targets);
    read_form(draft, map, webhooks);
    if (!rows && map.entries("targets").empty() && !section->members.empty())
        draft.mistakes.at(section->members.front().key, "webhooks need targets, or the entity whose rows say who is told");
}

}  // namespace koine::description
