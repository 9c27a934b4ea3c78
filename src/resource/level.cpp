#include "resource/level.hpp"

#include "resource/names.hpp"

#include <algorithm>
#include <utility>

namespace koine::resource {

using query::Mark;
using query::SelectItem;

Mark Level::add(SelectItem item) {
    item.mark = next();
    items_.push_back(std::move(item));
    return items_.back().mark;
}

Mark Level::column(std::string_view name) {
    if (auto found = columns_.find(name); found != columns_.end()) return found->second;
    SelectItem item;
    item.kind = SelectItem::Kind::field;
    item.field.name = name;
    return columns_.emplace(name, add(std::move(item))).first->second;
}

Mark Level::formula(std::string_view name, std::shared_ptr<expression::Formula const> formula) {
    SelectItem item;
    item.kind = SelectItem::Kind::formula;
    item.alias = name;
    item.formula = std::move(formula);
    return add(std::move(item));
}

Mark Level::count(std::uint32_t relationship) {
    SelectItem item;
    item.kind = SelectItem::Kind::count;
    item.alias = ways_.relationship(id_, relationship).name;
    item.relationship = relationship;
    return add(std::move(item));
}

Mark Level::blank(std::string_view name, model::Type type) {
    SelectItem item;
    item.kind = SelectItem::Kind::blank;
    item.alias = name;
    item.type = type;
    return add(std::move(item));
}

Level::Below& Level::below(std::uint32_t relationship) {
    auto found = std::ranges::find(ones_, relationship, &Below::relationship);
    if (found != ones_.end()) return *found;
    auto level = std::make_unique<Level>(ways_, last_, ways_.relationship(id_, relationship).target);
    ones_.push_back({relationship, next(), std::move(level)});
    return ones_.back();
}

Level& Level::one(std::uint32_t relationship) { return *below(relationship).level; }

Level& Level::down(Path const& steps, std::size_t count) {
    auto* here = this;
    for (std::size_t i = 0; i < count; ++i) here = &here->one(steps[i]);
    return *here;
}

Mark Level::rows(std::uint32_t relationship, Level const& level, std::vector<query::OrderTerm> order) {
    SelectItem item;
    item.kind = SelectItem::Kind::embed;
    item.alias = ways_.relationship(id_, relationship).name;
    item.relationship = relationship;
    item.items = level.items();
    item.order = std::move(order);
    return add(std::move(item));
}

Mark Level::variant(description::Field const& field, description::Entity const& target, Level const& level) {
    SelectItem item;
    item.kind = SelectItem::Kind::variant;
    item.alias = field.name + "_" + target.name;
    item.target = target.name;
    item.type_column = type_column_of(field);
    item.key_column = column_of(field);
    item.type_word = target.type_word;
    item.items = level.items();
    return add(std::move(item));
}

std::vector<SelectItem> Level::items() const {
    auto all = items_;
    for (auto const& one : ones_) {
        SelectItem item;
        item.kind = SelectItem::Kind::embed;
        item.alias = ways_.relationship(id_, one.relationship).name;
        item.relationship = one.relationship;
        item.items = one.level->items();
        item.mark = one.mark;
        all.push_back(std::move(item));
    }
    return all;
}

}  // namespace koine::resource
