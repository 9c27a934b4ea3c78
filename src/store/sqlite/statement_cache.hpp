/// @file StatementCache: compiled statements by the address of the plan they are of, the ones used last.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace koine::store::sqlite {

/// Holds about `kMost` statements. An entry keeps its plan, which is the key, alive, so that no other plan can have its address; it says by
/// `count()` how many statements it has, and gives some of them back at `shrink()`. One thread at a time.
template <class Plan, class Entry>
class StatementCache {
public:
    /// The plan's entry, now the one used last; null if there is none. Good until the next `find` or `add`.
    Entry* find(Plan const* plan) {
        auto found = by_plan_.find(plan);
        if (found == by_plan_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        // It may have grown since it was looked at.
        trim();
        return &entries_.front().second;
    }
    /// Takes the entry of a plan that has none. Likewise.
    Entry& add(Plan const* plan, Entry entry) {
        entries_.emplace_front(plan, std::move(entry));
        by_plan_.emplace(plan, entries_.begin());
        trim();
        return entries_.front().second;
    }

private:
    static constexpr std::size_t kMost = 200;

    void trim() {
        std::size_t count = 0;
        for (auto entry = entries_.begin(); entry != entries_.end();) {
            count += entry->second.count();
            if (count <= kMost) {
                ++entry;
            } else if (entry == entries_.begin()) {
                entry->second.shrink();
                ++entry;
            } else {
                by_plan_.erase(entry->first);
                entry = entries_.erase(entry);
            }
        }
    }

    std::list<std::pair<Plan const*, Entry>> entries_;  ///< used last first
    std::map<Plan const*, typename std::list<std::pair<Plan const*, Entry>>::iterator> by_plan_;
};

}  // namespace koine::store::sqlite
