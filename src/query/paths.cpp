#include "base/ascii.hpp"
#include "query/planner_tree.hpp"

namespace koine::query {
namespace {

using model::Relationship;

std::vector<std::string_view> words_of(std::string_view path) {
    std::vector<std::string_view> words;
    do words.push_back(split_off(path, '.'));
    while (!path.empty());
    return words;
}

/// Follows a path from a row: as long as it goes by joined relations within the statement, then in a select of its own.
class PathWalk {
public:
    PathWalk(Drafting& draft, Scope const& from) : draft_(draft), entity_(from.entity), alias_(from.alias), node_(from.node) {}

    /// The column at the path's end.
    Result<Expression> value(std::string_view path) {
        auto words = words_of(path);
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (auto column = own_column(words, i)) return at(*column);
            KOINE_TRY(auto const* relationship, relation(words[i]));
            if (!relationship->to_one()) return unknown(words[i]);
            step(*relationship);
        }
        auto const& key = draft_.model[entity_].primary_key;
        if (!key || key->columns.size() != 1) return unknown(words.back());
        return at(key->columns.front());
    }

    /// The rows at the path's end, with the scope of one of them.
    Result<Select> rows(std::string_view path, Scope& row) {
        node_ = nullptr;
        for (auto word : words_of(path)) {
            KOINE_TRY(auto const* relationship, relation(word));
            step(*relationship);
        }
        row.entity = entity_;
        row.alias = alias_;
        return std::move(*select_);
    }

private:
    model::Entity const& entity() const { return draft_.model[entity_]; }
    Problem unknown(std::string_view word) const { return unknown_name(Reason::unknown_column, entity(), entity().name, word); }

    Result<Relationship const*> relation(std::string_view name) const {
        auto number = entity().relationship_named(name);
        if (!number) return unknown(name);
        return &entity().relationships[*number];
    }

    /// The column of the row at hand that the rest of the path means, if it means one: its own, a reference's key, or a part of a reference
    /// of several types.
    std::optional<ColumnId> own_column(std::vector<std::string_view> const& words, std::size_t i) const {
        bool last = i + 1 == words.size();
        if (last) {
            if (auto column = entity().column(words[i])) return column;
        }
        auto number = entity().relationship_named(words[i]);
        if (number && i + 2 >= words.size()) return key_column(entity().relationships[*number], last ? "" : words[i + 1]);
        if (number || i + 2 < words.size()) return std::nullopt;
        return entity().column(std::string(words[i]) + "_" + std::string(last ? "id" : words[i + 1]));
    }

    /// The target's column `name` (empty: the one referred to) where this side's key holds the same value.
    std::optional<ColumnId> key_column(Relationship const& relationship, std::string_view name) const {
        if (!relationship.holds_key || relationship.fixed || relationship.columns.size() != 1) return std::nullopt;
        auto const& target = draft_.model[relationship.target];
        auto const& there = target.columns[relationship.target_columns.front()];
        if (!name.empty() && there.name != name) return std::nullopt;
        return relationship.columns.front();
    }

    void step(Relationship const& relationship) {
        node_ = node_ != nullptr ? node_->joined_by(relationship) : nullptr;
        auto parent = entity_;
        auto parent_alias = alias_;
        entity_ = relationship.target;
        alias_ = node_ != nullptr ? node_->alias : draft_.next_alias++;
        if (node_ != nullptr) return;
        if (select_) return join_rows(draft_, relationship, parent, parent_alias, alias_, *select_);
        select_ = rows_of(draft_, relationship, parent, parent_alias, alias_);
    }

    Expression at(ColumnId column) {
        auto expression = column_expression(draft_.model, alias_, entity_, column);
        if (!select_) return expression;
        Expression lookup;
        lookup.kind = Expression::Kind::lookup;
        lookup.type = expression.type;
        select_->columns.push_back(std::move(expression));
        lookup.select = std::make_shared<Select const>(std::move(*select_));
        return lookup;
    }

    Drafting& draft_;
    EntityId entity_;
    Alias alias_;
    Node const* node_;
    std::optional<Select> select_;
};

}  // namespace

Result<Expression> path_value(Drafting& draft, Scope const& from, std::string_view path) { return PathWalk(draft, from).value(path); }

Result<Select> rows_at(Drafting& draft, Scope const& from, std::string_view relation, Scope& row) {
    return PathWalk(draft, from).rows(relation, row);
}

}  // namespace koine::query
