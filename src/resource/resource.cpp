#include "resource/resource.hpp"

#include "resource/cache.hpp"
#include "resource/views.hpp"

#include <algorithm>
#include <utility>

namespace koine::resource {

View const* Resource::view(std::string_view name) const {
    for (auto const& one : views)
        if (one.name == name) return &one;
    return nullptr;
}

std::shared_ptr<query::Selection const> Resource::only(std::vector<std::string> const& names) const {
    auto const* full = view("full");
    if (full == nullptr) return nullptr;
    std::vector<std::string> known;
    std::string key;
    for (auto const& name : full->members) {
        if (std::ranges::find(names, name) == names.end()) continue;
        known.push_back(name);
        (key += name) += '\n';
    }
    std::lock_guard lock(cache->mutex);
    if (auto found = cache->made.find(key); found != cache->made.end()) return found->second;
    auto made = std::make_shared<query::Selection const>(pruned(*full->selection, known));
    if (cache->ages.size() >= Cache::kMost) {
        cache->made.erase(cache->ages.front());
        cache->ages.pop_front();
    }
    cache->made.emplace(key, made);
    cache->ages.push_back(std::move(key));
    return made;
}

Resource const* Resources::find(std::string_view path) const {
    auto found = by_path.find(path);
    return found == by_path.end() ? nullptr : found->second;
}

Resource const* Resources::named(std::string_view name) const {
    auto const found = std::ranges::find(all, name, [](auto const& one) -> std::string_view { return one->said->name; });
    return found == all.end() ? nullptr : found->get();
}

Resource const* Resources::home_of(std::string_view entity) const {
    auto const* home = app->home_of(entity);
    return home == nullptr ? nullptr : find(home->path);
}

}  // namespace koine::resource
