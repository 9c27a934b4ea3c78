#include "dialect/sort/sort.hpp"

namespace koine::dialect {

query::Nulls default_nulls(NullOrder order, query::Direction direction) {
    bool const ascending = direction == query::Direction::ascending;
    switch (order) {
        case NullOrder::largest: return ascending ? query::Nulls::last : query::Nulls::first;
        case NullOrder::smallest: return ascending ? query::Nulls::first : query::Nulls::last;
        case NullOrder::first: return query::Nulls::first;
        case NullOrder::last: return query::Nulls::last;
    }
    return query::Nulls::last;
}

NullOrder null_order(yaml::Options& options) {
    return static_cast<NullOrder>(options.word("nulls", {"largest", "smallest", "first", "last"}, "largest"));
}

std::vector<query::OrderTerm>* order_of(query::Query& query, std::vector<std::string> const& path) {
    for (auto& placed : query.orders)
        if (placed.path == path) return &placed.value;
    return nullptr;
}

}  // namespace koine::dialect
