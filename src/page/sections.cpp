#include "page/sections.hpp"

#include "page/html.hpp"
#include "page/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace koine::page {
namespace {

using model::ColumnId;
using model::EntityId;

constexpr std::size_t kMaxName = 80;
constexpr std::size_t kMaxReferrers = 30;
constexpr std::size_t kMaxAddress = 2000;  // longer ones no browser follows

template <class... Arguments>
void append(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

std::string shown(std::string_view name) { return "<bdi>" + escaped(clipped(name, kMaxName)) + "</bdi>"; }

std::string_view kind_of(model::Entity const& entity) {
    switch (entity.kind) {
        case model::EntityKind::table: return "table";
        case model::EntityKind::view: return "view";
        case model::EntityKind::virtual_table: return "virtual table";
    }
    return "";
}

std::string first_rows_of(StartFacts const& facts, model::Entity const& entity) {
    auto const& here = facts.served[facts.here];
    return here.dialect->examples.first_rows(here.base_url + list_path(*here.dialect, entity));
}

bool is_detailed(EntityId id) { return id < kMaxDetailed; }

/// A link to a relation's section, or its plain name if it has none.
std::string link_to(model::Model const& model, EntityId id) {
    if (!is_detailed(id)) return shown(model[id].name);
    return fmt::format("<a href=\"#{}\">{}</a>", section_id(model, id), shown(model[id].name));
}

void append_first_rows(std::string& out, StartFacts const& facts, model::Entity const& entity) {
    auto const address = first_rows_of(facts, entity);
    if (address.size() > kMaxAddress) return;
    append(out, "<a href=\"{}\">First rows<span class=\"hidden\"> of {}</span></a>", escaped(address), shown(entity.name));
}

void append_list(std::string& out, StartFacts const& facts) {
    auto const& model = *facts.model;
    auto const listed = std::min(model.entities.size(), kMaxListed);
    out +=
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"tables\" tabindex=\"0\"><table class=\"list\">\n<thead><tr><th "
        "scope=\"col\">Name</th>"
        "<th scope=\"col\">Kind</th><th scope=\"col\" class=\"number\">Rows</th><th scope=\"col\" class=\"number\">Columns</th>"
        "<th scope=\"col\">Data</th></tr></thead>\n<tbody>\n";
    for (EntityId id = 0; id < listed; ++id) {
        auto const& entity = model[id];
        bool const known = id < facts.counts.size() && facts.counts[id].has_value();
        append(out, "<tr><th scope=\"row\">{}</th><td>{}</td>", link_to(model, id), kind_of(entity));
        append(
            out,
            "<td class=\"number\">{}</td><td class=\"number\">{}</td><td>",
            known ? grouped(facts.counts[id]->rows) + (facts.counts[id]->or_more ? "+" : "")
                  : std::string("<span class=\"dim\">not counted</span>"),
            grouped(entity.columns.size())
        );
        append_first_rows(out, facts, entity);
        out += "</td></tr>\n";
    }
    out += "</tbody>\n</table></div>\n";
    if (model.entities.size() > listed)
        append(out, "<p class=\"cut\">The first {} of {} are shown.</p>\n", grouped(listed), grouped(model.entities.size()));
}

bool holds(std::vector<ColumnId> const& columns, ColumnId column) { return std::ranges::find(columns, column) != columns.end(); }

void append_badge(std::string& out, std::string_view kind, std::string_view text) {
    append(out, "<span class=\"badge {}\">{}</span> ", kind, text);
}

void append_marks(std::string& out, model::Model const& model, model::Entity const& entity, ColumnId id) {
    auto const& column = entity.columns[id];
    if (entity.primary_key && holds(entity.primary_key->columns, id)) append_badge(out, "key", "key");
    if (std::ranges::any_of(entity.unique_keys, [&](auto const& key) { return key.columns.size() == 1 && key.columns.front() == id; }))
        append_badge(out, "unique", "unique");
    bool const is_key = entity.primary_key && holds(entity.primary_key->columns, id);
    if (!column.nullable && !column.default_value && !column.generated && !is_key) append_badge(out, "required", "required");
    if (column.generated) append_badge(out, "generated", "generated");
    for (auto const& key : entity.foreign_keys) {
        auto const at = std::ranges::find(key.columns, id);
        if (at == key.columns.end() || key.target >= model.entities.size()) continue;
        auto const place = static_cast<std::size_t>(at - key.columns.begin());
        append(out, "<span class=\"refers\">refers to {}", link_to(model, key.target));
        if (place < key.target_columns.size()) append(out, ".{}", shown(model[key.target].columns[key.target_columns[place]].name));
        out += "</span> ";
    }
    if (column.default_value)
        append(out, "<span class=\"dim\">default <code>{}</code></span>", escaped(clipped(*column.default_value, 40)));
}

/// Who refers to this relation.
void append_referrers(std::string& out, model::Model const& model, EntityId id) {
    std::set<EntityId> referrers;
    for (auto const& relationship : model[id].relationships)
        if (!relationship.holds_key && !relationship.junction && relationship.target < model.entities.size())
            referrers.insert(relationship.target);
    if (referrers.empty()) return;
    out += "<p class=\"referrers\">Referred to by ";
    std::size_t count = 0;
    for (auto const referrer : referrers) {
        if (count == kMaxReferrers) break;
        append(out, "{}{}", count++ == 0 ? "" : ", ", link_to(model, referrer));
    }
    if (referrers.size() > count) append(out, " and {} more", grouped(referrers.size() - count));
    out += ".</p>\n";
}

void append_section(std::string& out, StartFacts const& facts, EntityId id) {
    auto const& model = *facts.model;
    auto const& entity = model[id];
    auto const anchor = section_id(model, id);
    append(out, "<section class=\"relation-card\" id=\"{0}\" aria-labelledby=\"{0}-name\">\n", anchor);
    append(out, "<h3 id=\"{}-name\">{}</h3>\n<p class=\"about\"><span>{}", anchor, shown(entity.name), kind_of(entity));
    if (auto const rows = rows_told(facts.counts, id); !rows.empty()) append(out, ", {}", rows);
    out += "</span> ";
    append_first_rows(out, facts, entity);
    out += "</p>\n";
    append(
        out,
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"{}-name\" tabindex=\"0\"><table class=\"columns\">\n<thead "
        "class=\"hidden\"><tr><th "
        "scope=\"col\">Column</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n",
        anchor
    );
    auto const listed = std::min(entity.columns.size(), kMaxColumns);
    for (ColumnId column = 0; column < listed; ++column) {
        auto const& each = entity.columns[column];
        append(
            out,
            "<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td>",
            shown(each.name),
            escaped(clipped(each.declared_type.empty() ? model::sql_name(each.type) : std::string_view(each.declared_type), 40))
        );
        append_marks(out, model, entity, column);
        out += "</td></tr>\n";
    }
    out += "</tbody>\n</table></div>\n";
    if (entity.columns.size() > listed) append(out, "<p class=\"cut\">And {} more columns.</p>\n", grouped(entity.columns.size() - listed));
    append_referrers(out, model, id);
    out += "</section>\n";
}

}  // namespace

std::string list_path(dialect::Dialect const& dialect, model::Entity const& entity) {
    dialect::Description description;
    dialect.routes.describe(entity, description);
    return description.list_path;
}

void append_relations(std::string& out, StartFacts const& facts) {
    auto const& model = *facts.model;
    out += "<section aria-labelledby=\"tables\">\n<h2 id=\"tables\">Tables and views</h2>\n";
    if (model.entities.empty()) {
        out += "<p>There are none yet. As soon as the database holds a table, it is served.</p>\n</section>\n";
        return;
    }
    append_list(out, facts);
    out += "</section>\n<section aria-labelledby=\"columns\">\n<h2 id=\"columns\">Columns</h2>\n<div class=\"cards\">\n";
    auto const detailed = std::min(model.entities.size(), kMaxDetailed);
    for (EntityId id = 0; id < detailed; ++id) append_section(out, facts, id);
    out += "</div>\n";
    if (model.entities.size() > detailed)
        append(
            out,
            "<p class=\"cut\">The columns of the first {} are shown; those of all {} stand in the <a href=\"{}\">API "
            "documentation</a>.</p>\n",
            grouped(detailed),
            grouped(model.entities.size()),
            escaped(facts.docs_path)
        );
    out += "</section>\n";
}

}  // namespace koine::page
