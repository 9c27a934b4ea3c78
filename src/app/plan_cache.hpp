/// @file PlanCache: what was compiled for the shapes of requests that a worker met, least recently used forgotten first.
#pragma once

#include "query/plan.hpp"
#include "query/write_plan.hpp"
#include "represent/program.hpp"
#include "store/store.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace koine::app {

/// Everything that one shape of request needs besides its values. Shared with requests that are suspended while the cache forgets it.
struct CompiledRead {
    std::shared_ptr<query::Plan const> plan;
    represent::Program program;
    std::shared_ptr<store::Prepared> prepared;
};

/// The same of a write; the program is that of what it reads back.
struct CompiledWrite {
    std::shared_ptr<query::WritePlan const> plan;
    represent::Program program;
    std::shared_ptr<store::Prepared> prepared;
};

/// Belongs to one worker and one session; no locks.
template <class Compiled>
class PlanCache {
public:
    explicit PlanCache(std::size_t capacity = 1000) : capacity_(capacity) {}

    /// What was kept under this shape; null if nothing. Counts as use.
    std::shared_ptr<Compiled const> find(std::string_view shape) {
        auto found = index_.find(shape);
        if (found == index_.end()) return nullptr;
        if (found->second != entries_.begin()) entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->compiled;
    }
    void insert(std::string_view shape, std::shared_ptr<Compiled const> compiled) {
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
    std::size_t size() const { return index_.size(); }

private:
    struct Entry {
        std::string shape;
        std::shared_ptr<Compiled const> compiled;
    };

    std::size_t capacity_;
    std::list<Entry> entries_;                                                         // most recently used first
    std::unordered_map<std::string_view, typename std::list<Entry>::iterator> index_;  // keys are views of the entries' shapes
};

}  // namespace koine::app
