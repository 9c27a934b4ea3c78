#include "query/shape.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

Filter condition(std::string name, Operator op, std::vector<std::string> values) {
    Filter filter;
    filter.condition.field.name = std::move(name);
    filter.condition.op = op;
    filter.condition.values = std::move(values);
    return filter;
}

Query sample() {
    Query query;
    query.relation = "artist";
    query.filters.push_back({{}, condition("id", Operator::eq, {"5"})});
    return query;
}

std::string shape(Query const& query) {
    std::string key;
    shape_of(query, key);
    return key;
}

TEST(Shape, IsTheSameForOtherValues) {
    auto other = sample();
    other.filters[0].value.condition.values = {"a much longer value than before"};
    EXPECT_EQ(shape(sample()), shape(other));
    auto list = sample();
    list.filters[0].value = condition("id", Operator::in, {"1", "2", "3"});
    auto longer = list;
    longer.filters[0].value.condition.values.resize(100);
    EXPECT_EQ(shape(list), shape(longer));
}

TEST(Shape, DiffersForWhateverChangesTheStatement) {
    std::vector<std::pair<std::string, void (*)(Query&)>> changes = {
        {"relation", [](Query& q) { q.relation = "album"; }},
        {"key", [](Query& q) { q.key.emplace(); }},
        {"select", [](Query& q) { q.select.emplace_back(); }},
        {"column", [](Query& q) { q.filters[0].value.condition.field.name = "name"; }},
        {"operator", [](Query& q) { q.filters[0].value.condition.op = Operator::gt; }},
        {"negation", [](Query& q) { q.filters[0].value.negated = true; }},
        {"path", [](Query& q) { q.filters[0].path = {"album"}; }},
        {"json path", [](Query& q) { q.filters[0].value.condition.field.path.push_back({"a", {}}); }},
        {"quantifier", [](Query& q) { q.filters[0].value.condition.quantifier = Quantifier::any; }},
        {"second filter", [](Query& q) { q.filters.push_back(q.filters[0]); }},
        {"order", [](Query& q) { q.orders.push_back({{}, {OrderTerm{}}}); }},
        {"limit", [](Query& q) { q.window.limit = 10; }},
        {"offset", [](Query& q) { q.window.offset = 10; }},
        {"window of an embed", [](Query& q) { q.windows.push_back({{"album"}, {1, 0}}); }},
        {"count", [](Query& q) { q.count = Count::exact; }},
    };
    std::vector<std::string> seen = {shape(sample())};
    for (auto const& [name, change] : changes) {
        SCOPED_TRACE(name);
        auto query = sample();
        change(query);
        auto key = shape(query);
        for (auto const& other : seen) EXPECT_NE(key, other);
        seen.push_back(key);
    }
}

TEST(Shape, CountsConditionsFromLeftToRight) {
    auto query = sample();
    Filter group;
    group.kind = Filter::Kind::any_of;
    group.children = {condition("a", Operator::eq, {"1"}), condition("b", Operator::eq, {"2"})};
    query.filters.push_back({{}, group});
    std::vector<Condition const*> conditions;
    conditions_of(query, conditions);
    ASSERT_EQ(conditions.size(), 3U);
    EXPECT_EQ(conditions[0]->field.name, "id");
    EXPECT_EQ(conditions[2]->field.name, "b");
}

}  // namespace
}  // namespace koine::query
