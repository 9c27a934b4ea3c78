#include "description/testing.hpp"

#include <fmt/format.h>

namespace koine::description {
namespace {

using expression::Formula;

std::string shown(Formula const& formula) {
    if (formula.kind == Formula::Kind::path) return (formula.outer ? "outer." : "") + formula.path;
    if (formula.operands.empty() && formula.relation.empty()) return formula.literal;
    std::string text = formula.relation.empty() ? "(" : fmt::format("({}:", formula.relation);
    for (auto const& operand : formula.operands) text += (text.size() > 1 ? " " : "") + shown(operand);
    return text + ")";
}

constexpr auto kApp = R"yaml(
entities:
  parent:
    fields:
      x: int
      y: {{type: int, computed: "x * 2"}}
      many: {{type: int, computed: "count(child_p, b > 1)"}}
      alike: {{type: bool, computed: "exists(child_p, a == outer.y)"}}
      f: {{type: bool, computed: "{0}"}}
  child:
    fields:
      p: ref(parent)
      a: int
      b: {{type: int, computed: "a + 1"}}
      g: {{type: bool, computed: "{1}"}}
    checks: [{{expr: "b < 9", message: "no"}}]
resources:
  children: {{entity: child, members: [id, {{h: {{expr: "p.y > b"}}}}], filters: [{{big: {{expr: "b > 5"}}}}]}}
)yaml";

TEST(Computed, FieldsAreWorkedOutOfWhatIsKept) {
    struct Case {
        std::string of_parent, of_child, want;
    } const cases[] = {
        {"x > 1", "b > 1", "((a 1) 1)"},
        {"x > 1", "p.y > b", "((p.x 2) (a 1))"},
        {"x > 1", "p.many > 1", "((p.child_p: ((a 1) 1)) 1)"},
        {"x > 1", "p.alike", "(p.child_p: (a (outer.p.x 2)))"},
        {"y > 4", "p.f", "((p.x 2) 4)"},
    };
    for (auto const& [of_parent, of_child, want] : cases) {
        SCOPED_TRACE(of_child);
        auto const app = app_of(fmt::format(kApp, of_parent, of_child));
        EXPECT_EQ(shown(*app->entity("child")->field("g")->computed), want);
    }
    auto const app = app_of(fmt::format(kApp, "x > 1", "a > 1"));
    EXPECT_EQ(shown(*app->entity("parent")->field("many")->computed), "(child_p: ((a 1) 1))");
    EXPECT_EQ(shown(*app->entity("parent")->field("alike")->computed), "(child_p: (a (outer.x 2)))");
    EXPECT_EQ(shown(*app->entity("child")->checks[0].formula), "((a 1) 9)");
    EXPECT_EQ(shown(*app->resources[0].member("h")->formula), "((p.x 2) (a 1))");
    EXPECT_EQ(shown(*app->resources[0].filters[0].formula), "((a 1) 5)");
}

TEST(Computed, WhatCannotBeWorkedOutIsTold) {
    struct Case {
        std::string of_parent, of_child, want;
    } const cases[] = {
        {"exists(child_p, p.many > 1)", "a > 1", "\"p.many\" is computed of other rows, so it cannot stand in a condition on other rows"},
        {"exists(child_p, g)", "p.f", "\"g\" is computed of other rows, so it cannot stand in a condition on other rows"},
    };
    for (auto const& [of_parent, of_child, want] : cases) {
        SCOPED_TRACE(of_parent);
        auto const text = told(load_app_texts({{"a.yaml", fmt::format(kApp, of_parent, of_child)}}));
        EXPECT_NE(text.find("a.yaml:9:7: " + want), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace koine::description
