#include "dialect/select/select.hpp"
#include "dialect/testing/app.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using testing::App;
using testing::Pairs;

constexpr auto kOptions = "{brief: {view: brief}, short: {view: none}}";

/// The name of the view that is shown.
std::string shown(App const& app, Endpoint const& endpoint, Pairs const& pairs) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_views, kOptions);
    if (!reader) return "does not compile";
    auto const asked = testing::understand(*reader, endpoint, pairs);
    if (!asked.problem.empty()) return asked.problem;
    for (auto const& view : app.systems->views)
        if (view.selection == asked.query.selection) return view.name;
    return "other";
}

TEST(ViewsSelect, SwitchesViewsByFlags) {
    App const app;
    auto item = app.list;
    item.kind = Endpoint::Kind::item;
    EXPECT_EQ(shown(app, app.list, {}), "full");
    EXPECT_EQ(shown(app, app.list, {{"brief", "1"}}), "brief");
    EXPECT_EQ(shown(app, app.list, {{"brief", "false"}}), "brief");
    EXPECT_EQ(shown(app, app.list, {{"brief", ""}}), "full");
    EXPECT_EQ(shown(app, item, {{"brief", "0"}}), "brief");
    EXPECT_EQ(shown(app, app.list, {{"short", "1"}}), "full");
    EXPECT_EQ(shown(app, app.list, {{"fields", ""}, {"brief", "x"}}), "brief");
    EXPECT_EQ(shown(app, app.list, {{"limit", "1"}}), "not read");
}

TEST(ViewsSelect, ShowsTheMembersThatAreNamed) {
    App const app;
    auto const reader = testing::compiled<ParameterReader>(compile_select_views, kOptions);
    auto const members = [&](Pairs const& pairs) {
        std::vector<std::string> names;
        for (auto const& member : testing::understand(*reader, app.list, pairs).query.selection->layout.members)
            names.push_back(member.name);
        return testing::joined(names, ",");
    };
    EXPECT_EQ(members({{"fields", "asn,nope"}, {"brief", "1"}}), "asn");
    EXPECT_EQ(members({{"fields", "asn"}, {"fields", "id"}}), "id,asn");
    EXPECT_EQ(members({{"fields", "nope"}}), "");
}

TEST(ViewsSelect, LeavesTablesAlone) {
    auto const reader = testing::compiled<ParameterReader>(compile_select_views, kOptions);
    auto const asked = testing::understand(*reader, {}, {{"brief", "1"}});
    EXPECT_EQ(asked.problem, "not read");
    EXPECT_FALSE(asked.query.selection);
}

TEST(ViewsSelect, HasLimitsAndRefusesOptionsThatMeanNothing) {
    App const app;
    auto const reader = testing::compiled<ParameterReader>(compile_select_views, "max_items: 1");
    EXPECT_EQ(testing::understand(*reader, app.list, {{"fields", "a,b"}}).problem, "limit_exceeded members 1");
    for (auto const* options : {"{brief: brief}", "{brief: {}}", "{brief: {view: x, y: z}}", "{max_items: x}"})
        EXPECT_FALSE(testing::compiled<ParameterReader>(compile_select_views, options)) << options;
}

TEST(ViewsSelect, DescribesItsParameters) {
    App const app;
    auto const reader = testing::compiled<ParameterReader>(compile_select_views, kOptions);
    Description description;
    reader->describe_resource(*app.systems, app.model, description);
    std::vector<std::string> names;
    for (auto const& parameter : description.parameters) names.push_back(parameter.name);
    EXPECT_EQ(names, (std::vector<std::string>{"fields", "brief"}));
    EXPECT_EQ(description.parameters[0].example, "id,asn");
}

}  // namespace
}  // namespace koine::dialect
