#include "identity/lookup.hpp"

#include "base/json_scan.hpp"
#include "query/filters.hpp"
#include "query/planner.hpp"
#include "value/type.hpp"

#include <algorithm>

namespace koine::identity {
namespace {

using query::Cell;
using query::SelectItem;

Problem mismatch(std::string_view what) { return configuration_problem("", 0, 0, "identity: the tables have no " + std::string(what)); }

/// The texts of a JSON list; others are passed over.
std::vector<std::string> texts_of(std::string_view json) {
    std::vector<std::string> texts;
    JsonScan scan(json);
    if (!scan.take('[')) return texts;
    do {
        auto token = scan.value();
        if (!token) break;
        if (token->front() == '"') texts.push_back(json_string(*token));
    } while (scan.take(','));
    return texts;
}

/// What is longer is none.
constexpr std::size_t kLongestClaims = 16 << 10U;

/// Of a list its texts; of a text its words (RFC 6749 §3.3); one of several choices is itself, whatever stands in it.
std::vector<std::string> words_of(Cell const* cell, value::Kind kind) {
    if (cell == nullptr || cell->is_null()) return {};
    auto const stored = value::text_of(*cell);
    std::string_view text = stored;
    if (kind == value::Kind::list) return texts_of(text);
    if (kind == value::Kind::choice) return {stored};
    constexpr std::string_view kBlanks = " \t\r\n";
    std::vector<std::string> words;
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of(kBlanks), text.size());
        if (end > 0) words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

value::Kind kind_of(description::App const& app, std::string const& entity, std::string const& name) {
    auto const* described = app.entity(entity);
    auto const* field = described == nullptr ? nullptr : described->field(name);
    return field == nullptr ? value::Kind::text : field->type.kind;
}

/// Adds items under names of their own, which the plan's members repeat.
class Items {
public:
    Items(model::Entity const& entity, std::vector<SelectItem>& items) : entity_(entity), items_(items) {}

    Result<void> add(std::string const& column, std::string alias) {
        if (column.empty()) return outcome::success();
        if (!entity_.column(column)) return mismatch(entity_.name + "." + column);
        SelectItem item;
        item.field.name = column;
        item.alias = std::move(alias);
        items_.push_back(std::move(item));
        return outcome::success();
    }
    Result<std::vector<SelectItem>*> embed(std::string const& name, std::string alias) {
        auto number = entity_.relationship_named(name);
        if (!number) return mismatch(entity_.name + "." + name);
        SelectItem item;
        item.kind = SelectItem::Kind::embed;
        item.relationship = *number;
        item.alias = std::move(alias);
        items_.push_back(std::move(item));
        return &items_.back().items;
    }

private:
    model::Entity const& entity_;
    std::vector<SelectItem>& items_;
};

Result<void> add_user(description::Identity const& identity, model::Model const& model, std::vector<SelectItem>& into) {
    auto id = model.entity(identity.user);
    if (!id) return mismatch(identity.user);
    Items items(model[*id], into);
    KOINE_TRY(items.add("id", "user_id"));
    KOINE_TRY(items.add(identity.user_name, "user_name"));
    KOINE_TRY(items.add(identity.user_password, "user_password"));
    KOINE_TRY(items.add(identity.user_active, "user_active"));
    KOINE_TRY(items.add(identity.user_staff, "user_staff"));
    KOINE_TRY(items.add(identity.user_superuser, "user_superuser"));
    KOINE_TRY(items.add(identity.user_permissions, "user_permissions"));
    KOINE_TRY(items.add(identity.user_roles, "user_roles"));
    if (identity.user_groups.empty() || (identity.group_permissions.empty() && identity.group_name.empty())) return outcome::success();
    KOINE_TRY(auto* inside, items.embed(identity.user_groups, "user_groups"));
    auto number = model[*id].relationship_named(identity.user_groups);
    Items groups(model[model[*id].relationships[*number].target], *inside);
    KOINE_TRY(groups.add(identity.group_permissions, "group_permissions"));
    return groups.add(identity.group_name, "group_name");
}

bool is_true(Cell const* cell, bool otherwise) {
    if (cell == nullptr) return otherwise;
    return cell->kind() == Cell::Kind::integer && cell->integer() != 0;
}

std::string text_of(Cell const* cell) {
    return cell != nullptr && cell->kind() == Cell::Kind::text ? std::string(cell->view()) : std::string();
}

}  // namespace

Result<Lookup> Lookup::make(description::App const& app, model::Model const& model, Start const& start) {
    auto id = model.entity(start.entity);
    if (!id) return mismatch(start.entity);
    Lookup made;
    made.roles_ = kind_of(app, app.identity.user, app.identity.user_roles);
    made.scopes_ = kind_of(app, start.entity, start.scopes);
    made.query_.relation = start.entity;
    if (start.user.empty()) {
        KOINE_TRY(add_user(app.identity, model, made.query_.select));
    } else {
        Items items(model[*id], made.query_.select);
        KOINE_TRY(items.add("id", "key"));
        KOINE_TRY(items.add(start.write, "write"));
        KOINE_TRY(items.add(start.expires, "expires"));
        KOINE_TRY(items.add(start.used, "used"));
        KOINE_TRY(items.add(start.networks, "networks"));
        KOINE_TRY(items.add(start.scopes, "scopes"));
        KOINE_TRY(items.add(start.claims, "claims"));
        KOINE_TRY(auto* inside, items.embed(start.user, "user"));
        KOINE_TRY(add_user(app.identity, model, *inside));
    }
    made.query_.filters.push_back({{}, query::condition(start.by, query::Operator::eq, {""})});
    made.query_.window.limit = 1;
    KOINE_TRY(made.plan_, query::plan_read(model, made.query_, {}, {}));
    return made;
}

query::Query Lookup::asking(std::string_view value) const {
    auto query = query_;
    query.filters[0].value.condition.values[0] = std::string(value);
    return query;
}

/// Of the root's row, or of the row joined to it.
Cell const* Lookup::cell(query::Rows const& rows, std::string_view name) const {
    for (auto const& member : plan_->members)
        if (member.kind == query::Member::Kind::scalar && member.name == name) return rows.steps[0].row(0) + member.cell;
    return nullptr;
}

query::Rights Lookup::rights_of(query::Rows const& rows) const {
    query::Rights rights;
    rights.permissions = texts_of(text_of(cell(rows, "user_permissions")));
    rights.roles = words_of(cell(rows, "user_roles"), roles_);
    if (auto const* scopes = cell(rows, "scopes"); scopes != nullptr && !scopes->is_null()) rights.scopes = words_of(scopes, scopes_);
    if (auto claims = text_of(cell(rows, "claims")); claims.starts_with('{') && claims.size() <= kLongestClaims)
        rights.claims = std::move(claims);
    query::StepRows const* groups = nullptr;
    for (auto const& member : plan_->members) {
        if (member.kind == query::Member::Kind::many && member.name == "user_groups") groups = &rows.steps[member.step];
        for (std::size_t row = 0; groups != nullptr && row < groups->count(); ++row) {
            if (member.name == "group_permissions")
                std::ranges::move(texts_of(text_of(groups->row(row) + member.cell)), std::back_inserter(rights.permissions));
            if (member.name != "group_name") continue;
            if (auto name = text_of(groups->row(row) + member.cell); !name.empty()) rights.roles.push_back(std::move(name));
        }
    }
    std::ranges::sort(rights.permissions);
    return rights;
}

std::optional<Found> Lookup::read(query::Rows const& rows) const {
    if (rows.steps[0].count() == 0) return std::nullopt;
    auto const* user = cell(rows, "user_id");
    if (user == nullptr || user->kind() != Cell::Kind::integer) return std::nullopt;
    Found found;
    found.user = user->integer();
    found.name = text_of(cell(rows, "user_name"));
    found.password = text_of(cell(rows, "user_password"));
    found.active = is_true(cell(rows, "user_active"), true);
    found.staff = is_true(cell(rows, "user_staff"), false);
    found.superuser = is_true(cell(rows, "user_superuser"), false);
    found.rights = std::make_shared<query::Rights const>(rights_of(rows));
    if (auto const* key = cell(rows, "key")) found.key = key->integer();
    found.may_write = is_true(cell(rows, "write"), true);
    found.expires = text_of(cell(rows, "expires"));
    found.used = text_of(cell(rows, "used"));
    for (auto const& text : texts_of(text_of(cell(rows, "networks")))) {
        found.restricted = true;
        if (auto network = parse_address(text)) found.networks.push_back(*network);
    }
    return found;
}

}  // namespace koine::identity
