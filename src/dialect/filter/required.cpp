#include "dialect/filter/required.hpp"

#include "dialect/filter/lookup.hpp"
#include "dialect/list.hpp"
#include "query/filters.hpp"
#include "query/literal.hpp"

#include <set>
#include <string>
#include <utility>

namespace koine::dialect {

query::Query presence_of(query::Required const& required) {
    query::Query query;
    query.relation = required.relation;
    query.select.emplace_back().field.name = required.column;
    // Counting makes groups of equal values: a name of many rows does not hide another behind the cap of rows.
    auto& count = query.select.emplace_back();
    count.aggregate = query::Aggregate::count;
    count.alias = "rows";
    query.filters.push_back({.path = {}, .value = query::condition(required.column, query::Operator::in, required.values)});
    return query;
}

void judge_presence(query::Required const& required, query::Rows const& rows, std::vector<Fault>& faults) {
    std::set<std::string, std::less<>> texts;
    std::set<std::int64_t> numbers;
    if (!rows.steps.empty()) {
        auto const& step = rows.steps.front();
        for (std::size_t i = 0; i < step.count(); ++i) {
            auto const& cell = *step.row(i);
            if (cell.kind() == query::Cell::Kind::integer) numbers.insert(cell.integer());
            if (cell.kind() == query::Cell::Kind::text) texts.emplace(cell.view());
        }
    }
    for (std::size_t i = 0; i < required.values.size(); ++i) {
        auto const number = to_integer(required.values[i]);
        if (texts.contains(required.values[i]) || (number && numbers.contains(*number))) continue;
        faults.push_back(
            {.member = required.parameter, .problem = Problem(Reason::filter_not_a_choice).with("value", query::shown(required.given[i]))}
        );
        return;
    }
}

Problem invalid_filters(std::vector<Fault> faults) { return Problem(Reason::invalid_filters).with_faults(std::move(faults)); }

}  // namespace koine::dialect
