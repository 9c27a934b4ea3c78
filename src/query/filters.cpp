#include "query/filters.hpp"

#include <utility>

namespace koine::query {

Filter condition(std::string column, Operator op, std::vector<std::string> values) {
    Filter filter;
    filter.condition.field.name = std::move(column);
    filter.condition.op = op;
    filter.condition.values = std::move(values);
    return filter;
}

Filter with_key(std::int64_t key) { return condition("id", Operator::eq, {std::to_string(key)}); }

Filter never(std::string column) { return condition(std::move(column), Operator::in); }

Filter grouped(Filter::Kind kind, std::vector<Filter> filters) {
    if (filters.size() == 1) return std::move(filters.front());
    Filter group;
    group.kind = kind;
    group.children = std::move(filters);
    return group;
}

Filter over(std::vector<std::uint32_t> const& path, Filter filter) {
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        Filter outer;
        outer.kind = Filter::Kind::related;
        outer.relationship = *step;
        outer.children.push_back(std::move(filter));
        filter = std::move(outer);
    }
    return filter;
}

std::string escaped_like(std::string_view text) {
    std::string pattern;
    for (char const c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

}  // namespace koine::query
