#include "base/ascii.hpp"
#include "dialect/relations/relations.hpp"
#include "query/relationship.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::dialect {
namespace {

using model::ColumnId;
using model::Entity;
using model::EntityId;
using model::Model;
using model::Relationship;
using query::SelectItem;

/// Columns of one answer's document in all: a key whose row would bring more stays a key.
constexpr std::size_t kMaxColumns = 450;

struct Settings {
    std::size_t levels = 1;
    std::size_t max_embeds = 20;
    bool drop_key = false;
    bool prefer_target = true;
};

/// How a selection names one relationship.
struct Address {
    std::string target;
    std::string hint;
};

std::optional<Address> address_of(Model const& model, EntityId origin, Relationship const& relationship) {
    auto const& target = model[relationship.target].name;
    std::array<Address, 4> const ways = {{
        {target, relationship.constraint},
        {model[origin].columns[relationship.columns.front()].name, {}},
        {relationship.constraint, {}},
        {target, {}},
    }};
    for (auto const& way : ways) {
        auto const found = query::find_relationship(model, origin, way.target, way.hint, {});
        if (found && found.value() == &relationship) return way;
    }
    return std::nullopt;
}

/// The name without what says that it is a key: artist_id, ArtistId.
std::string_view stem_of(std::string_view name) {
    for (std::string_view const end : {"_id", "_ID", "_Id", "Id", "ID"})
        if (name.size() > end.size() && name.ends_with(end)) return name.substr(0, name.size() - end.size());
    return name;
}

/// What the key is called by its columns: their common beginning up to a `_`, or the stem of the only one.
std::string_view stem_of(Entity const& entity, std::vector<ColumnId> const& columns) {
    std::string_view const first = entity.columns[columns.front()].name;
    if (columns.size() == 1) return stem_of(first);
    auto length = first.size();
    for (auto const id : columns) {
        std::string_view const name = entity.columns[id].name;
        auto const differs = std::ranges::mismatch(first.substr(0, length), name).in1;
        length = static_cast<std::size_t>(differs - first.begin());
    }
    auto const common = first.substr(0, length);
    auto const end = common.rfind('_');
    return end == std::string_view::npos ? std::string_view() : common.substr(0, end);
}

/// A key that is shown as a row.
struct Followed {
    Relationship const* relationship;
    Address address;
    std::string name;
    ColumnId place;  ///< the last of its columns, by which they are ordered
};

/// Makes one selection.
class Nesting {
public:
    Nesting(Settings const& settings, Model const& model, EntityId root)
        : settings_(settings),
          model_(model),
          columns_(model[root].columns.size()) {}

    /// What is shown of the entity; empty if that is no more than its columns.
    std::vector<SelectItem> items(EntityId id, std::size_t levels) {
        auto const& entity = model_[id];
        std::vector<SelectItem> items;
        if (levels == 0) return items;
        auto const keys = followed(id);
        if (keys.empty()) return items;
        embeds_ += keys.size();
        for (auto const& key : keys) columns_ += columns_of(*key.relationship);
        for (ColumnId column = 0; column < entity.columns.size(); ++column) {
            if (!is_dropped(entity, column, keys)) items.emplace_back().field.name = entity.columns[column].name;
            for (auto const& key : keys)
                if (key.place == column) items.push_back(embed(key, levels));
        }
        return items;
    }

    /// The keys of this entity that are followed, in the order of their columns.
    std::vector<Followed> followed(EntityId id) const {
        auto const& entity = model_[id];
        std::vector<Followed> keys;
        auto columns = columns_;
        for (auto const& relationship : entity.relationships) {
            if (!is_key(relationship)) continue;
            if (embeds_ + keys.size() == settings_.max_embeds) break;
            auto address = address_of(model_, id, relationship);
            if (!address || columns + columns_of(relationship) > kMaxColumns) continue;
            columns += columns_of(relationship);
            keys.push_back({&relationship, std::move(*address), {}, std::ranges::max(relationship.columns)});
        }
        std::ranges::sort(keys, {}, [](Followed const& key) {
            return std::pair(key.place, std::string_view(key.relationship->constraint));
        });
        for (auto& key : keys) key.name = name_for(entity, key, keys);
        std::erase_if(keys, [](Followed const& key) { return key.name.empty(); });
        return keys;
    }

private:
    bool is_dropped(Entity const& entity, ColumnId column, std::vector<Followed> const& keys) const {
        auto const holds = [&](std::vector<ColumnId> const& columns) { return std::ranges::find(columns, column) != columns.end(); };
        if (!settings_.drop_key || (entity.primary_key && holds(entity.primary_key->columns))) return false;
        return std::ranges::any_of(keys, [&](Followed const& key) { return holds(key.relationship->columns); });
    }

    /// What following it adds: the row's columns and itself.
    std::size_t columns_of(Relationship const& relationship) const { return model_[relationship.target].columns.size() + 1; }

    bool is_key(Relationship const& relationship) const {
        return relationship.holds_key && relationship.to_one() && !relationship.columns.empty() &&
               model_[relationship.target].kind == model::EntityKind::table;
    }

    SelectItem embed(Followed const& key, std::size_t levels) {
        SelectItem item;
        item.kind = SelectItem::Kind::embed;
        item.target = key.address.target;
        item.hint = key.address.hint;
        if (key.name != item.target) item.alias = key.name;
        item.items = items(key.relationship->target, levels - 1);
        if (item.items.empty()) item.items.emplace_back().kind = SelectItem::Kind::all;
        return item;
    }

    std::string name_for(Entity const& entity, Followed const& key, std::vector<Followed> const& keys) const {
        auto const same_target = [&](Relationship const& other) { return is_key(other) && other.target == key.relationship->target; };
        std::string_view target = model_[key.relationship->target].name;
        if (std::ranges::count_if(entity.relationships, same_target) > 1) target = {};
        auto const stem = stem_of(entity, key.relationship->columns);
        for (auto const name :
             {settings_.prefer_target ? target : stem,
              settings_.prefer_target ? stem : target,
              std::string_view(key.relationship->constraint)})
            if (!name.empty() && is_free(entity, key, name, keys)) return std::string(name);
        return {};
    }

    /// No other member is called so. Its own column may be, if it gives way.
    bool is_free(Entity const& entity, Followed const& key, std::string_view name, std::vector<Followed> const& keys) const {
        if (std::ranges::find(keys, name, &Followed::name) != keys.end()) return false;
        auto const column = entity.column(name);
        return !column || is_dropped(entity, *column, {key});
    }

    Settings const& settings_;
    Model const& model_;
    std::size_t columns_;
    std::size_t embeds_ = 0;
};

class Nested final : public Relations {
public:
    explicit Nested(Settings settings) : settings_(settings) {}

    void complete(Model const& model, query::Query& query) const override {
        if (!query.select.empty() || query.selection) return;
        if (auto const id = model.entity(query.relation)) query.select = Nesting(settings_, model, *id).items(*id, settings_.levels);
    }

    void form(resource::Forms& forms) const override { forms.nested = true; }

    void describe(Entity const& entity, Model const& model, Description& description) const override {
        auto const id = model.entity(entity.name);
        if (!id) return;
        for (auto const& key : Nesting(settings_, model, *id).followed(*id))
            description.nested.push_back({key.name, model[key.relationship->target].name});
    }

private:
    Settings settings_;
};

}  // namespace

Result<std::unique_ptr<Relations const>> compile_relations_nested(yaml::Node const& node) {
    yaml::Options options(node);
    Settings settings;
    settings.levels = static_cast<std::size_t>(options.integer("levels", 1, 1, 4));
    settings.max_embeds = static_cast<std::size_t>(options.integer("max_embeds", 20, 1, 40));
    settings.drop_key = options.boolean("drop_key", false);
    settings.prefer_target = options.word("name", {"target", "column_stem"}, "target") == 0;
    options.word("view", {"nested"}, "nested");
    KOINE_TRY(options.done());
    return std::make_unique<Nested const>(settings);
}

}  // namespace koine::dialect
