/// @file Level: the items of a selection for one row, while they are gathered.
#pragma once

#include "query/selection.hpp"
#include "resource/ways.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::resource {

/// Gathers what is fetched of one row: each column once, each to-one relation joined once, whoever asks for it.
class Level {
public:
    /// `last` counts the marks of the whole selection; it and the ways outlive the level.
    Level(Ways const& ways, query::Mark& last, model::EntityId id) : ways_(ways), last_(last), id_(id) {}

    model::EntityId id() const { return id_; }
    Ways const& ways() const { return ways_; }
    query::Mark next() { return ++last_; }

    query::Mark column(std::string_view name);
    query::Mark formula(std::string_view name, std::shared_ptr<expression::Formula const> formula);
    query::Mark count(std::uint32_t relationship);
    /// A cell that is filled when the rows are there.
    query::Mark blank(std::string_view name, model::Type type);
    /// The row behind a to-one relation.
    Level& one(std::uint32_t relationship);
    query::Mark mark_of_one(std::uint32_t relationship) { return below(relationship).mark; }
    /// The rows of a relation, gathered already.
    query::Mark rows(std::uint32_t relationship, Level const& level, std::vector<query::OrderTerm> order);
    /// The row that an any_ref refers to, if it is one of `target`, gathered already.
    query::Mark variant(description::Field const& field, description::Entity const& target, Level const& level);
    /// A level for rows below, to be given to `rows` or `variant`.
    Level another(model::EntityId id) const { return {ways_, last_, id}; }
    /// Down the to-one steps.
    Level& down(Path const& steps, std::size_t count);

    std::vector<query::SelectItem> items() const;

private:
    struct Below {
        std::uint32_t relationship = 0;
        query::Mark mark = 0;
        std::unique_ptr<Level> level;
    };
    Below& below(std::uint32_t relationship);
    /// Adds the item under a new mark.
    query::Mark add(query::SelectItem item);

    Ways const& ways_;
    query::Mark& last_;
    model::EntityId id_;
    std::vector<query::SelectItem> items_;
    std::map<std::string, query::Mark, std::less<>> columns_;
    std::vector<Below> ones_;
};

}  // namespace koine::resource
