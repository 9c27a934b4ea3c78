#include "store/sqlite/row_identity.hpp"

#include "store/sqlite/ddl.hpp"
#include "store/sqlite/render.hpp"

#include <algorithm>
#include <array>

namespace koine::store::sqlite {
namespace {

std::string_view rowid_name(model::Entity const& entity) {
    constexpr std::array<std::string_view, 3> kNames = {"rowid", "_rowid_", "oid"};
    for (auto name : kNames)
        if (std::ranges::none_of(entity.columns, [&](auto const& column) { return same_name(column.name, name); })) return name;
    return {};
}

}  // namespace

RowIdentity row_identity(model::Model const& model, model::EntityId id) {
    auto const& entity = model[id];
    RowIdentity made;
    if (entity.has_rowid) made.rowid = rowid_name(entity);
    if (!made.rowid.empty()) {
        made.kind = RowIdentity::Kind::rowid;
        return made;
    }
    if (!entity.primary_key || entity.primary_key->columns.size() > kMaxKeyColumns) return made;
    made.kind = RowIdentity::Kind::key;
    made.columns = entity.primary_key->columns;
    auto const& origin = entity.columns[made.columns.front()].origin;
    if (entity.kind == model::EntityKind::view && made.columns.size() == 1 && origin && model[origin->entity].is_rowid(origin->column)) {
        made.is_rowid_of_base = true;
        made.base = origin->entity;
    }
    return made;
}

}  // namespace koine::store::sqlite
