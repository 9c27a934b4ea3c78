#include "dialect/write/rows.hpp"

#include "base/encoding.hpp"
#include "query/literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::dialect {
namespace {

using query::Cell;
using query::Given;

std::string literal_of(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::integer: return std::to_string(cell.integer());
        case Cell::Kind::real: return fmt::format("{}", cell.real());
        case Cell::Kind::blob: return "\\x" + hex(cell.view());
        default: return std::string(cell.view());
    }
}

}  // namespace

std::vector<std::string> key_names(model::Entity const& entity) {
    std::vector<std::string> names;
    if (!entity.primary_key) return names;
    for (auto const id : entity.primary_key->columns) names.push_back(entity.columns[id].name);
    return names;
}

std::vector<std::string> required_names(model::Entity const& entity) {
    std::vector<std::string> names;
    if (entity.kind == model::EntityKind::view) return names;
    for (model::ColumnId id = 0; id < entity.columns.size(); ++id)
        if (entity.is_required(id)) names.push_back(entity.columns[id].name);
    return names;
}

Result<bool> gives(query::Body const& body, std::size_t row, model::Column const& column, std::string_view literal, Arena& arena) {
    auto const place = std::ranges::find(body.names, column.name);
    if (place == body.names.end()) return false;
    auto const& given = body.value(row, static_cast<std::size_t>(place - body.names.begin()));
    if (given.kind == Given::Kind::absent || given.kind == Given::Kind::null) return false;
    if (given.text == literal) return true;
    switch (column.type) {
        case model::Type::text:
        case model::Type::json:
        case model::Type::dynamic: return false;
        default: break;
    }
    KOINE_TRY(auto const one, query::parse_literal(given.text, column.type, column.datetime_separator, arena));
    KOINE_TRY(auto const other, query::parse_literal(literal, column.type, column.datetime_separator, arena));
    return one == other;
}

void add_column(query::Body& body, std::string_view name, std::string_view literal) {
    body.names.emplace_back(name);
    body.values.push_back({Given::Kind::text, body.texts.copy(literal)});
}

void return_columns(std::vector<std::string> const& names, query::Mutation& mutation) {
    mutation.returning = query::Returning::rows;
    mutation.returned = {};
    mutation.returned.relation = mutation.relation;
    for (auto const& name : names) mutation.returned.select.emplace_back().field.name = name;
}

std::optional<std::vector<std::string>> key_of_first(model::Entity const& entity, query::Plan const* returning, query::Rows const& rows) {
    if (returning == nullptr || !entity.primary_key || rows.steps.empty() || rows.steps.front().count() == 0) return std::nullopt;
    std::vector<std::string> texts;
    auto const* cells = rows.steps.front().row(0);
    for (auto const id : entity.primary_key->columns) {
        query::Member const* found = nullptr;
        for (std::size_t i = 0; i < returning->members.size() && found == nullptr;
             i = std::max<std::size_t>(returning->members[i].end, i + 1)) {
            auto const& member = returning->members[i];
            if (member.kind == query::Member::Kind::scalar && member.name == entity.columns[id].name) found = &member;
        }
        if (found == nullptr || cells[found->cell].is_null()) return std::nullopt;
        texts.push_back(literal_of(cells[found->cell]));
    }
    return texts;
}

void set_body(WriteAnswer& answer, WriteAnswer::Body wanted, query::Rows const& rows) {
    auto const returned = rows.steps.empty() ? 0 : static_cast<std::int64_t>(rows.steps.front().count());
    answer.body = wanted;
    if (wanted == WriteAnswer::Body::none) return;
    answer.page.returned = returned;
    answer.page.total = returned;
    if (wanted == WriteAnswer::Body::list || returned > 0) return;
    answer.body = WriteAnswer::Body::none;
    answer.status = 204;
}

}  // namespace koine::dialect
