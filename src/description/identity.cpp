#include "description/roles.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::description {
namespace {

using value::Kind;

/// Words: a list of them, or one text with blanks between.
bool is_words(Field const& field) {
    return is_plain(field, {Kind::text, Kind::slug, Kind::choice}) || is_list_of(field, {Kind::text, Kind::choice});
}

void read_user(Draft& draft, Map const& map, Identity& identity) {
    auto const* node = map.node("user");
    if (node == nullptr) {
        if (map.node("group") != nullptr) draft.mistakes.at(*map.node("group"), "group needs user, with groups");
        return;
    }
    Roles user(draft, *node, "identity_user");
    identity.user = user.name();
    user.one("name", identity.user_name, true, {Kind::text, Kind::slug, Kind::email});
    user.one("password", identity.user_password, false, {Kind::password});
    user.one("active", identity.user_active, false, {Kind::boolean});
    user.one("staff", identity.user_staff, false, {Kind::boolean});
    user.one("superuser", identity.user_superuser, false, {Kind::boolean});
    user.read("permissions", identity.user_permissions, false, [](Field const& field) { return is_list_of(field, {Kind::text}); });
    user.read("roles", identity.user_roles, false, is_words);
    auto const* groups = user.read("groups", identity.user_groups, false, [](Field const& field) {
        return field.reference && field.reference->kind == Reference::Kind::many;
    });
    auto const* said = map.node("group");
    if (said == nullptr) return;
    if (groups == nullptr && node->find("groups") == nullptr) draft.mistakes.at(*said, "group needs user, with groups");
    Roles group(draft, *said, "identity_group");
    if (groups != nullptr && group.entity() != nullptr && groups->reference->targets.front() != group.name())
        draft.mistakes.at(*said->find("entity"), fmt::format("the groups of {} are {}", identity.user, groups->reference->targets.front()));
    group.read("permissions", identity.group_permissions, false, [](Field const& field) { return is_list_of(field, {Kind::text}); });
    group.one("name", identity.group_name, false, {Kind::text, Kind::slug});
    if (identity.group_permissions.empty() && identity.group_name.empty() && said->is_map())
        draft.mistakes.at(*said, "group needs permissions, or name, or both");
}

void read_token(Draft& draft, yaml::Node const& node, Identity& identity) {
    Roles token(draft, node, "identity_token");
    identity.token = token.name();
    token.reference("user", identity.token_user, true, identity.user);
    token.one("key", identity.token_key, true, {Kind::secret, Kind::text});
    token.one("write", identity.token_write, false, {Kind::boolean});
    token.one("expires", identity.token_expires, false, {Kind::datetime});
    token.read("networks", identity.token_networks, false, [](Field const& field) { return is_list_of(field, {Kind::ip, Kind::text}); });
    token.one("used", identity.token_used, false, {Kind::datetime});
    token.read("scopes", identity.token_scopes, false, is_words);
    token.one("claims", identity.token_claims, false, {Kind::json});
}

void read_session(Draft& draft, yaml::Node const& node, Identity& identity) {
    Roles session(draft, node, "identity_session");
    identity.session = session.name();
    session.reference("user", identity.session_user, true, identity.user);
    session.one("key", identity.session_key, true, {Kind::secret, Kind::text});
    session.one("expires", identity.session_expires, true, {Kind::datetime});
}

void read_log(Draft& draft, yaml::Node const& node, Identity& identity) {
    Roles log(draft, node, "identity_log");
    identity.log = log.name();
    log.one("time", identity.log_time, true, {Kind::datetime});
    log.reference("user", identity.log_user, false, identity.user);
    log.one("user_name", identity.log_user_name, false, {Kind::text});
    log.one("request", identity.log_request, false, {Kind::uuid, Kind::text});
    auto const* action = log.one("action", identity.log_action, true, {Kind::choice, Kind::text});
    if (action != nullptr && action->type.kind == Kind::choice)
        for (std::string_view deed : {"create", "update", "delete"})
            if (!contains(action->type.choices, deed, &value::Choice::value))
                draft.mistakes.at(*node.find("action"), fmt::format("{} has no choice {}", action->name, deed));
    log.read("object", identity.log_object, true, [](Field const& field) {
        return field.reference && field.reference->kind == Reference::Kind::any;
    });
    log.one("before", identity.log_before, false, {Kind::json});
    log.one("after", identity.log_after, false, {Kind::json});
    log.one("text", identity.log_text, false, {Kind::text});
    if (log.entity() != nullptr && log.entity()->logged) draft.mistakes.at(node, "the log is not logged itself");
}

}  // namespace

void read_identity(Draft& draft, yaml::Node const* section) {
    if (section == nullptr) return;
    auto& identity = draft.app.identity;
    Map const map(*section, form("identity"), draft.mistakes);
    read_user(draft, map, identity);
    for (std::string_view part : {"token", "session"})
        if (auto const* node = map.node(part); node != nullptr && map.node("user") == nullptr)
            draft.mistakes.at(*node, fmt::format("{} needs user", part));
    if (auto const* token = map.node("token")) read_token(draft, *token, identity);
    if (auto const* session = map.node("session")) read_session(draft, *session, identity);
    if (auto const* log = map.node("log")) read_log(draft, *log, identity);
    bool const logged = std::ranges::any_of(draft.app.entities, &Entity::logged);
    if (!logged && map.node("log") != nullptr && draft.vague_entities.empty() && !draft.app.entities.empty())
        draft.mistakes.at(*map.node("log"), "no entity says logged: true");
}

}  // namespace koine::description
