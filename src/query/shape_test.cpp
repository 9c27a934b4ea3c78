#include "query/shape.hpp"

#include "query/selection.hpp"

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

Query selecting(std::uint64_t id) {
    auto query = sample();
    auto selection = std::make_shared<Selection>();
    selection->id = id;
    selection->items.resize(60);
    query.selection = std::move(selection);
    return query;
}

TEST(Shape, OfASelectionMadeBeforehandIsItsId) {
    EXPECT_EQ(shape(selecting(7)), shape(selecting(7)));
    EXPECT_NE(shape(selecting(7)), shape(selecting(8)));
    EXPECT_NE(shape(selecting(0)), shape(sample()));
    EXPECT_LT(shape(selecting(7)).size(), shape(sample()).size() + 10);
    EXPECT_NE(next_selection_id(), next_selection_id());
}

TEST(Shape, TellsRelatedRowsFormulasAndFarOrdersApart) {
    auto related = [](std::uint32_t number) {
        auto query = sample();
        Filter filter;
        filter.kind = Filter::Kind::related;
        filter.relationship = number;
        filter.children = {query.filters[0].value};
        query.filters[0].value = filter;
        return query;
    };
    EXPECT_NE(shape(related(1)), shape(related(2)));
    auto formula = [](std::shared_ptr<expression::Formula const> said) {
        auto query = sample();
        query.filters[0].value.kind = Filter::Kind::formula;
        query.filters[0].value.formula = std::move(said);
        return query;
    };
    auto const one = std::make_shared<expression::Formula const>();
    auto const other = std::make_shared<expression::Formula const>();
    EXPECT_EQ(shape(formula(one)), shape(formula(one)));
    EXPECT_NE(shape(formula(one)), shape(formula(other)));
    auto ordered = [](std::vector<std::uint32_t> through) {
        auto query = sample();
        OrderTerm term;
        term.field.name = "name";
        term.through = std::move(through);
        query.orders.push_back({{}, {term}});
        return query;
    };
    EXPECT_NE(shape(ordered({})), shape(ordered({0})));
    EXPECT_NE(shape(ordered({0})), shape(ordered({0, 0})));
    auto marked = [](std::uint32_t mark) {
        auto query = sample();
        query.select.resize(1);
        query.select[0].mark = mark;
        return query;
    };
    EXPECT_NE(shape(marked(0)), shape(marked(1)));
}

}  // namespace
}  // namespace koine::query
