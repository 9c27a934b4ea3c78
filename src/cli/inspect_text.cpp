#include "cli/embeds.hpp"
#include "cli/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::cli {
namespace {

using model::Entity;
using model::Model;

constexpr std::size_t kWidest = 40;  ///< of a table's cell; longer ones push their line to the right

using Line = std::vector<std::string>;

std::string table(std::vector<Line> const& lines) {
    std::vector<std::size_t> widths;
    for (auto const& line : lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], std::min(width(line[i]), kWidest));
    }
    std::string text;
    for (auto const& line : lines) {
        std::string written = "    ";
        for (std::size_t i = 0; i < line.size(); ++i) written += padded(line[i], widths[i]) + "  ";
        written.resize(written.find_last_not_of(' ') + 1);
        text += written + "\n";
    }
    return text;
}

std::string listed(Entity const& entity, std::vector<model::ColumnId> const& columns) {
    return printable(fmt::format("{}", fmt::join(names_of(entity, columns), ", ")));
}

std::string first_line(std::string_view text) {
    std::string line;
    for (char c : text) {
        bool const blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!blank || !line.ends_with(' ')) line += blank ? ' ' : c;
    }
    return printable(line);
}

std::string key_mark(Entity const& entity, model::ColumnId id) {
    auto const has = [id](std::vector<model::ColumnId> const& columns) { return std::ranges::find(columns, id) != columns.end(); };
    std::vector<std::string_view> marks;
    if (entity.primary_key && has(entity.primary_key->columns)) marks.emplace_back("primary");
    if (std::ranges::any_of(entity.unique_keys, [&](auto const& key) { return has(key.columns); })) marks.emplace_back("unique");
    if (std::ranges::any_of(entity.foreign_keys, [&](auto const& key) { return has(key.columns); })) marks.emplace_back("foreign");
    return fmt::format("{}", fmt::join(marks, ", "));
}

std::string remarks(Model const& model, model::Column const& column) {
    std::vector<std::string> all;
    if (column.generated) all.emplace_back("generated");
    if (column.default_value) all.push_back("default " + first_line(*column.default_value));
    if (column.origin) {
        auto const& table = model[column.origin->entity];
        all.push_back(printable(fmt::format("from {}.{}", table.name, table.columns[column.origin->column].name)));
    }
    return fmt::format("{}", fmt::join(all, ", "));
}

std::string columns(Model const& model, Entity const& entity, Paint const& paint) {
    std::vector<Line> lines = {{"column", "type", "declared", "null", "key", ""}};
    for (model::ColumnId id = 0; id < entity.columns.size(); ++id) {
        auto const& column = entity.columns[id];
        lines.push_back(
            {printable(column.name),
             std::string(model::sql_name(column.type)),
             first_line(column.declared_type),
             column.nullable ? "yes" : "no",
             key_mark(entity, id),
             remarks(model, column)}
        );
    }
    auto text = table(lines);
    auto const end = text.find('\n');
    return paint.faint(text.substr(0, end)) + text.substr(end);
}

std::string constraints(Model const& model, Entity const& entity) {
    std::vector<Line> lines;
    auto const add_key = [&](std::string_view what, model::Key const& key) {
        lines.push_back({std::string(what), printable(key.name), fmt::format("({})", listed(entity, key.columns))});
    };
    if (entity.primary_key) add_key("primary key", *entity.primary_key);
    for (auto const& key : entity.unique_keys) add_key("unique", key);
    for (auto const& key : entity.foreign_keys) {
        auto const& target = model[key.target];
        lines.push_back(
            {"foreign key",
             printable(key.name),
             fmt::format("({}) to {} ({})", listed(entity, key.columns), printable(target.name), listed(target, key.target_columns))}
        );
    }
    for (auto const& check : entity.checks) lines.push_back({"check", printable(check.name), first_line(check.expression)});
    return lines.empty() ? std::string() : "\n" + table(lines);
}

std::string by(Model const& model, model::Relationship const& relationship) {
    if (relationship.junction) return fmt::format("through {}", model[relationship.junction->entity].name);
    return fmt::format("by {}", relationship.constraint);
}

std::string relations(Model const& model, model::EntityId id) {
    auto const& entity = model[id];
    if (entity.relationships.empty()) return {};
    std::vector<Line> lines;
    for (auto const& embed : embeds_of(model, id, kMostEmbeds)) {
        auto const& relationship = *embed.relationship;
        auto const written = embed.written.empty() ? model[relationship.target].name + " (can't be told apart)" : embed.written;
        lines.push_back(
            {"related", printable(written), std::string(to_string(relationship.cardinality)), printable(by(model, relationship))}
        );
    }
    if (entity.relationships.size() > lines.size())
        lines.push_back({"", fmt::format("and {} more", entity.relationships.size() - lines.size())});
    return "\n" + table(lines);
}

std::string heading(Entity const& entity, Paint const& paint) {
    std::vector<std::string> kind = {std::string(to_string(entity.kind))};
    if (entity.strict) kind.emplace_back("strict");
    if (entity.kind == model::EntityKind::table && !entity.has_rowid) kind.emplace_back("without rowid");
    return fmt::format("{}  ({})\n", paint.bold(printable(entity.name)), fmt::join(kind, ", "));
}

}  // namespace

std::string inspect_text(Model const& model, std::string_view file, Paint const& paint) {
    auto const views = std::ranges::count(model.entities, model::EntityKind::view, &Entity::kind);
    auto const others = static_cast<std::ptrdiff_t>(model.entities.size()) - views;
    auto text = fmt::format("{}: {} table{}, {} view{}\n", printable(file), others, others == 1 ? "" : "s", views, views == 1 ? "" : "s");
    for (model::EntityId id = 0; id < model.entities.size(); ++id) {
        auto const& entity = model[id];
        text += "\n" + heading(entity, paint) + columns(model, entity, paint) + constraints(model, entity) + relations(model, id);
    }
    if (!model.notes.empty()) text += "\n" + paint.bold("Left out") + "\n";
    for (auto const& note : model.notes) text += fmt::format("  {}\n", printable(note));
    return text;
}

}  // namespace koine::cli
