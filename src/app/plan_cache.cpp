#include "app/plan_cache.hpp"

namespace koine::app {

std::shared_ptr<CompiledRead const> PlanCache::find(std::string_view shape) {
    auto found = index_.find(shape);
    if (found == index_.end()) return nullptr;
    if (found->second != entries_.begin()) entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->compiled;
}

void PlanCache::insert(std::string_view shape, std::shared_ptr<CompiledRead const> compiled) {
    if (auto found = index_.find(shape); found != index_.end()) {
        found->second->compiled = std::move(compiled);
        return;
    }
    entries_.push_front({std::string(shape), std::move(compiled)});
    index_.emplace(entries_.front().shape, entries_.begin());
    if (index_.size() <= capacity_) return;
    index_.erase(entries_.back().shape);
    entries_.pop_back();
}

}  // namespace koine::app
