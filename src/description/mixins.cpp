#include "description/mixins.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::description {
namespace {

constexpr int kDeepest = 16;

}  // namespace

Mixins::Mixins(yaml::Node const* section, Collector& mistakes) : mistakes_(&mistakes) {
    if (section == nullptr) return;
    for (auto const& entry : section->members) all_.emplace(entry.key.text, Mixin{&entry, Map(entry.value, form("mixin"), mistakes)});
    for (auto& [name, mixin] : all_) {
        std::vector<std::string> open;
        mixin.circular = closes_a_circle(name, open, 0);
        if (mixin.circular) mistakes.at(mixin.said->key, fmt::format("the mixin {} is made of itself, or of mixins too deep", name));
    }
    for (auto const& [name, mixin] : all_) of(mixin.map.texts("mixins"));
}

bool Mixins::closes_a_circle(std::string const& name, std::vector<std::string>& open, int depth) const {
    if (depth > kDeepest) return true;
    auto const found = all_.find(name);
    if (found == all_.end() || contains(open, name)) return false;
    open.push_back(name);
    for (auto const& next : found->second.map.texts("mixins"))
        if (next.text == open.front() || closes_a_circle(next.text, open, depth + 1)) return true;
    return false;
}

Mixins::Taken Mixins::of(std::vector<yaml::Node> const& names) const {
    Taken taken;
    std::vector<std::string> seen;
    for (auto const& name : names) take(name, taken, seen, 0);
    return taken;
}

void Mixins::take(yaml::Node const& name, Taken& taken, std::vector<std::string>& seen, int depth) const {
    auto const found = all_.find(name.text);
    if (found == all_.end()) {
        std::vector<std::string_view> known;
        for (auto const& [known_name, mixin] : all_) known.push_back(known_name);
        mistakes_->add(yaml::unknown_word(name, "mixin", known));
        taken.complete = false;
        return;
    }
    if (found->second.circular || depth > kDeepest) return void(taken.complete = false);
    if (contains(seen, name.text)) return;
    seen.push_back(name.text);
    for (auto const& next : found->second.map.texts("mixins")) take(next, taken, seen, depth + 1);
    taken.maps.push_back(found->second.map);
}

}  // namespace koine::description
