#include "store/sqlite/comparison.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

TEST(Affinity, IsReadFromTheDeclaredTypeAsTheLibraryDoes) {
    struct Case {
        std::string_view declared;
        bool strict;
        Affinity want;
    };
    constexpr Case kCases[] = {
        {"", false, Affinity::none},
        {"blob", false, Affinity::none},
        {"varchar(20)", false, Affinity::text},
        {"CLOB", false, Affinity::text},
        {"INTEGER_OR_TEXT", false, Affinity::numeric},
        {"CHARINT", false, Affinity::numeric},
        {"Double", false, Affinity::numeric},
        {"DATE", false, Affinity::numeric},
        {"ANY", false, Affinity::numeric},
        {"ANY", true, Affinity::none},
        {"TEXT", true, Affinity::text},
    };
    for (auto const& wanted : kCases) EXPECT_EQ(affinity_of(wanted.declared, wanted.strict), wanted.want) << wanted.declared;
}

TEST(IsSought, ByAnIndexThatHoldsTheValuesAsTheyAreCompared) {
    model::Model model;
    auto& entity = model.entities.emplace_back();
    for (auto const* type : {"INT", "TEXT", "INT"}) {
        auto& column = entity.columns.emplace_back();
        column.name = std::string("c") + std::to_string(entity.columns.size());
        column.declared_type = type;
    }
    entity.indexes = {{.name = "leading", .columns = {1, 0}}, {.name = "one", .columns = {2}, .unique = true}};
    struct Case {
        std::vector<LinkColumn> columns;
        bool want;
    };
    std::vector<Case> const cases = {
        {{{1, Affinity::text}}, true},
        {{{1, Affinity::none}}, true},
        {{{1, Affinity::numeric}}, false},
        {{{0, Affinity::numeric}}, false},
        {{{0, Affinity::text}, {1, Affinity::text}}, true},
        {{{0, Affinity::text}, {1, Affinity::numeric}}, false},
        {{{2, Affinity::none}, {1, Affinity::numeric}}, true},
    };
    for (auto const& wanted : cases) EXPECT_EQ(is_sought(model, 0, wanted.columns), wanted.want) << (&wanted - cases.data());
}

TEST(IsSought, WhereTheColumnsBeforeEqualConstants) {
    model::Model model;
    auto& entity = model.entities.emplace_back();
    for (auto const* type : {"TEXT", "INT", "INT", "TEXT"}) entity.columns.emplace_back().declared_type = type;
    entity.indexes = {{.name = "generic", .columns = {0, 1, 2}}, {.name = "some", .columns = {3, 2}, .partial = true}};
    struct Case {
        std::vector<LinkColumn> columns;
        std::vector<model::ColumnId> fixed;
        bool want;
    };
    std::vector<Case> const cases = {
        {{{1, Affinity::numeric}}, {}, false},
        {{{1, Affinity::numeric}}, {0}, true},
        {{{1, Affinity::numeric}}, {3, 0}, true},
        {{{2, Affinity::numeric}}, {0}, false},
        {{{2, Affinity::numeric}}, {0, 1}, true},
        {{{1, Affinity::numeric}, {3, Affinity::text}}, {0}, false},
        {{{2, Affinity::numeric}}, {3}, false},
        {{{0, Affinity::numeric}}, {1}, false},
        {{}, {0}, false},
    };
    for (auto const& wanted : cases) EXPECT_EQ(is_sought(model, 0, wanted.columns, wanted.fixed), wanted.want) << (&wanted - cases.data());
}

}  // namespace
}  // namespace koine::store::sqlite
