#include "query/selection.hpp"

#include <atomic>

namespace koine::query {

std::uint64_t next_selection_id() {
    static std::atomic<std::uint64_t> last = 0;
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace koine::query
