#include "query/mutation.hpp"

#include <utility>

namespace koine::query {

std::string_view statement_of(Change change) {
    switch (change) {
        case Change::insert: return "INSERT";
        case Change::update: return "UPDATE";
        case Change::remove: return "DELETE";
    }
    return "";
}

void split(Query&& read, Mutation& mutation) {
    Query chosen;
    Query returned;
    chosen.relation = returned.relation = read.relation;
    chosen.key = std::move(read.key);
    chosen.window = read.window;
    returned.select = std::move(read.select);
    returned.selection = std::move(read.selection);
    for (auto& placed : read.filters) {
        auto& filters = placed.path.empty() ? chosen.filters : returned.filters;
        filters.push_back(std::move(placed));
    }
    for (auto& placed : read.orders) {
        if (placed.path.empty()) chosen.orders.push_back(placed);
        returned.orders.push_back(std::move(placed));
    }
    returned.windows = std::move(read.windows);
    mutation.relation = std::move(read.relation);
    mutation.chosen = std::move(chosen);
    mutation.returned = std::move(returned);
}

}  // namespace koine::query
