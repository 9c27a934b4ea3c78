#include "resource/views.hpp"

#include <algorithm>
#include <set>

namespace koine::resource {
namespace {

using query::Layout;
using query::Mark;
using query::SelectItem;

void add_marks(Layout const& layout, std::set<Mark>& used) {
    used.insert({layout.mark, layout.then});
    used.insert(layout.marks.begin(), layout.marks.end());
    for (auto const& text : layout.texts) used.insert(text.holes.begin(), text.holes.end());
    for (auto const& member : layout.members) add_marks(member, used);
}

std::vector<SelectItem> kept(std::vector<SelectItem> const& items, std::set<Mark> const& used) {
    std::vector<SelectItem> some;
    for (auto const& item : items) {
        auto below = kept(item.items, used);
        if (!used.contains(item.mark) && below.empty()) continue;
        auto copy = item;
        copy.items = std::move(below);
        some.push_back(std::move(copy));
    }
    return some;
}

}  // namespace

query::Selection pruned(query::Selection const& whole, std::vector<std::string> const& names) {
    query::Selection some;
    some.id = query::next_selection_id();
    some.layout = whole.layout;
    std::erase_if(some.layout.members, [&](Layout const& one) { return std::ranges::find(names, one.name) == names.end(); });
    std::set<Mark> used;
    add_marks(some.layout, used);
    for (auto const& blank : whole.blanks) {
        if (!used.contains(blank.mark)) continue;
        for (auto const& [name, mark] : blank.needs) used.insert(mark);
        some.blanks.push_back(blank);
    }
    used.erase(0);
    // Something must be fetched for each row, so that there are rows.
    if (!whole.items.empty()) used.insert(whole.items.front().mark);
    some.items = kept(whole.items, used);
    return some;
}

}  // namespace koine::resource
