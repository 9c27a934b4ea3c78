#include "cli/embeds.hpp"

#include "query/relationship.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace koine::cli {
namespace {

struct Spelling {
    std::string_view target;
    std::string_view hint;
};

std::vector<Spelling> spellings(model::Model const& model, model::EntityId origin, model::Relationship const& relationship) {
    auto const& target = model[relationship.target];
    std::vector<Spelling> all = {{target.name, {}}};
    if (relationship.junction) {
        all.push_back({target.name, model[relationship.junction->entity].name});
        return all;
    }
    all.push_back({target.name, relationship.constraint});
    std::string_view const own =
        relationship.columns.size() == 1 ? std::string_view(model[origin].columns[relationship.columns[0]].name) : "";
    if (relationship.target_columns.size() == 1) all.push_back({target.name, target.columns[relationship.target_columns[0]].name});
    if (!own.empty()) all.push_back({target.name, own});
    all.push_back({relationship.constraint, {}});
    if (!own.empty()) all.push_back({own, {}});
    return all;
}

}  // namespace

std::vector<Embed> embeds_of(model::Model const& model, model::EntityId origin, std::size_t most) {
    std::vector<Embed> embeds;
    for (auto const& relationship : model[origin].relationships) {
        if (embeds.size() == most) break;
        Embed embed{&relationship, {}};
        for (auto const& [target, hint] : spellings(model, origin, relationship)) {
            auto const found = query::find_relationship(model, origin, target, hint, "");
            if (!found || found.value() != &relationship) continue;
            embed.written = hint.empty() ? std::string(target) : fmt::format("{}!{}", target, hint);
            break;
        }
        embeds.push_back(std::move(embed));
    }
    return embeds;
}

}  // namespace koine::cli
