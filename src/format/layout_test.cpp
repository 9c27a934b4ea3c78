/// @file Rows laid out by a selection, into JSON.
#include "format/csv.hpp"
#include "format/document.hpp"
#include "format/json.hpp"
#include "format/testing.hpp"
#include "represent/merge.hpp"
#include "represent/represent.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace koine::format {
namespace {

using model::Type;
using query::Cell;
using query::Layout;
using query::Mark;
using query::Member;
using query::Rows;
using testing::integer;
using testing::step;

Member scalar(Mark mark, Type type, std::uint32_t cell, std::uint32_t end) { return {Member::Kind::scalar, "", type, cell, 0, mark, end}; }
Member relation(Member::Kind kind, Mark mark, std::uint32_t cell, std::uint32_t step, std::uint32_t end) {
    return {kind, "", Type::dynamic, cell, step, mark, end};
}

Layout laid(Layout::Kind kind, std::string name, Mark mark = 0, std::vector<Layout> members = {}) {
    Layout layout;
    layout.kind = kind;
    layout.name = std::move(name);
    layout.mark = mark;
    layout.members = std::move(members);
    return layout;
}
Layout text(std::string name, std::vector<query::TextLayout> texts, Layout::Kind kind = Layout::Kind::text) {
    auto layout = laid(kind, std::move(name));
    layout.texts = std::move(texts);
    return layout;
}

/// Sessions: a joined peer (of it a router that is a step of its own), tags (many), two kinds of what it may be about (firsts).
query::Plan sessions() {
    query::Plan plan;
    plan.members = {
        scalar(1, Type::integer, 0, 1),               // id
        scalar(2, Type::text, 1, 2),                  // status
        scalar(3, Type::text, 2, 3),                  // created
        scalar(4, Type::json, 3, 4),                  // local
        scalar(5, Type::boolean, 4, 5),               // active
        relation(Member::Kind::one, 10, 5, 0, 10),    // peer
        scalar(11, Type::integer, 5, 7),              //   its id
        scalar(12, Type::text, 6, 8),                 //   its name
        relation(Member::Kind::first, 20, 0, 1, 10),  //   its router
        scalar(21, Type::text, 0, 10),                //     its name
        relation(Member::Kind::many, 30, 0, 2, 13),   // tags
        scalar(31, Type::text, 0, 12),                //   name
        scalar(32, Type::json, 1, 13),                //   data
        relation(Member::Kind::first, 40, 0, 3, 15),  // about a site
        scalar(41, Type::integer, 0, 15),             //   id
        relation(Member::Kind::first, 50, 0, 4, 17),  // about a rack
        scalar(51, Type::text, 0, 17),                //   name
    };
    return plan;
}
Rows session_rows() {
    Rows rows;
    rows.steps = {
        step(
            7,
            {
                integer(1),
                Cell::text("up"),
                Cell::text("2026-11-22T02:41:00.562426Z"),
                Cell::text(R"({"a":{"x":1.10},"c":3})"),
                integer(1),
                integer(7),
                Cell::text("P\"7"),
                integer(2),
                Cell::text(""),
                Cell(),
                Cell(),
                integer(0),
                Cell(),
                Cell(),
                integer(3),
                Cell::text("odd"),
                Cell::text("never"),
                Cell(),
                Cell(),
                integer(8),
                Cell::text(""),
            }
        ),
        step(1, {Cell::text("r1"), Cell::text("r3")}, {0, 2}),
        step(
            2,
            {Cell::text("red"),
             Cell::text(R"({"a":{"y":2,"x":0},"b":[1]})"),
             Cell::text("blue"),
             Cell(),
             Cell::text("green"),
             Cell::text("[]")},
            {0, 0, 2}
        ),
        step(1, {integer(90)}, {2}),
        step(1, {Cell::text("k")}, {0}),
    };
    return rows;
}

std::string json(std::vector<Layout> members, represent::Nulls nulls = represent::Nulls::keep, Rows const& rows = session_rows()) {
    query::Selection selection;
    selection.layout.members = std::move(members);
    auto program = represent::compile(sessions(), selection);
    std::string out;
    JsonWriter writer(out);
    represent::Representer(program, rows, nulls, writer, {"http://h"}).list();
    writer.finish();
    return out;
}

TEST(Layout, ShowsEachKindOfMember) {
    auto choice = laid(Layout::Kind::choice, "v", 2);
    choice.choices = {{"down", "Down"}, {"up", "Up"}};
    auto sum = laid(Layout::Kind::sum, "v");
    sum.marks = {1, 11, 41};
    auto constant = laid(Layout::Kind::constant, "v");
    constant.constant = R"({"k":[]})";
    struct Case {
        char const* title;
        Layout layout;
        std::string_view json;
    };
    for (auto const& c : std::vector<Case>{
             {"a boolean", laid(Layout::Kind::scalar, "v", 5), R"([{"v":true},{"v":false},{"v":null}])"},
             {"a joined row's value", laid(Layout::Kind::scalar, "v", 12), R"([{"v":"P\"7"},{"v":null},{"v":""}])"},
             {"the value of a step of its own", laid(Layout::Kind::scalar, "v", 21), R"([{"v":"r1"},{"v":null},{"v":"r3"}])"},
             {"a choice: an unknown value is its own label",
              choice,
              R"([{"v":{"value":"up","label":"Up"}},{"v":null},{"v":{"value":"odd","label":"odd"}}])"},
             {"a constant", constant, R"([{"v":{"k":[]}},{"v":{"k":[]}},{"v":{"k":[]}}])"},
             {"a sum", sum, R"([{"v":8},{"v":2},{"v":101}])"},
             {"a group",
              laid(Layout::Kind::object, "v", 0, {laid(Layout::Kind::scalar, "n", 1)}),
              R"([{"v":{"n":1}},{"v":{"n":2}},{"v":{"n":3}}])"},
             {"a text: the first that has all its parts",
              text("v", {{{"A-", "@", ""}, {12, 21}}, {{"n", "/", ""}, {1, 5}}, {{"#", ""}, {1}}}),
              R"([{"v":"A-P\"7@r1"},{"v":"n2/false"},{"v":"#3"}])"},
             {"a text of which a part is missing", text("v", {{{"", ""}, {2}}}), R"([{"v":"up"},{"v":null},{"v":"odd"}])"},
             {"a link",
              text("v", {{{"/s/", "/"}, {1}}}, Layout::Kind::link),
              R"([{"v":"http://h/s/1/"},{"v":"http://h/s/2/"},{"v":"http://h/s/3/"}])"},
             {"a to-one relation",
              laid(Layout::Kind::relation, "v", 10, {laid(Layout::Kind::scalar, "name", 12), laid(Layout::Kind::scalar, "id", 11)}),
              R"([{"v":{"name":"P\"7","id":7}},{"v":null},{"v":{"name":"","id":8}}])"},
             {"a relation to many, as values",
              laid(Layout::Kind::scalars, "v", 30, {laid(Layout::Kind::scalar, "", 31)}),
              R"([{"v":["red","blue"]},{"v":[]},{"v":["green"]}])"},
             {"a relation below a joined one",
              laid(Layout::Kind::relation, "v", 20, {laid(Layout::Kind::scalar, "n", 21)}),
              R"([{"v":{"n":"r1"}},{"v":null},{"v":{"n":"r3"}}])"},
             {"a variant",
              laid(
                  Layout::Kind::variant,
                  "v",
                  0,
                  {laid(Layout::Kind::relation, "", 40, {laid(Layout::Kind::scalar, "site", 41)}),
                   laid(Layout::Kind::relation, "", 50, {laid(Layout::Kind::scalar, "rack", 51)})}
              ),
              R"([{"v":{"rack":"k"}},{"v":null},{"v":{"site":90}}])"},
             {"a mark that isn't there", laid(Layout::Kind::scalar, "v", 99), R"([{"v":null},{"v":null},{"v":null}])"},
             {"a value that isn't one", laid(Layout::Kind::scalar, "v", 31), R"([{"v":null},{"v":null},{"v":null}])"},
         })
        EXPECT_EQ(json({c.layout}), c.json) << c.title;
}

TEST(Layout, TellsTimesInTheirZone) {
    auto time = laid(Layout::Kind::datetime, "v", 3);
    time.zone = "Europe/Paris";
    EXPECT_EQ(json({time}), R"([{"v":"2026-11-22T03:41:00.562426+01:00"},{"v":null},{"v":"never"}])");
    time.zone = "UTC";
    time.digits = 3;
    time.zulu = true;
    EXPECT_EQ(json({time}), R"([{"v":"2026-11-22T02:41:00.562Z"},{"v":null},{"v":"never"}])");
}

TEST(Layout, MergesTheRowsObjectsAndItsOwn) {
    auto merged = laid(Layout::Kind::merged, "v", 30, {laid(Layout::Kind::scalar, "", 32)});
    merged.then = 4;
    EXPECT_EQ(json({merged}), R"([{"v":{"a":{"y":2,"x":1.10},"b":[1],"c":3}},{"v":null},{"v":null}])");
}

TEST(Layout, KeepsItsOrderAndMayVisitARelationTwice) {
    auto tags = laid(Layout::Kind::scalars, "tags", 30, {laid(Layout::Kind::scalar, "", 31)});
    auto router = laid(Layout::Kind::scalar, "router", 21);
    auto peer =
        laid(Layout::Kind::relation, "peer", 10, {laid(Layout::Kind::relation, "router", 20, {laid(Layout::Kind::scalar, "n", 21)})});
    EXPECT_EQ(
        json({tags, peer, router, laid(Layout::Kind::scalar, "id", 1), tags}),
        R"([{"tags":["red","blue"],"peer":{"router":{"n":"r1"}},"router":"r1","id":1,"tags":["red","blue"]},)"
        R"({"tags":[],"peer":null,"router":null,"id":2,"tags":[]},)"
        R"({"tags":["green"],"peer":{"router":{"n":"r3"}},"router":"r3","id":3,"tags":["green"]}])"
    );
}

TEST(Layout, StripsWhatIsNull) {
    auto choice = laid(Layout::Kind::choice, "c", 2);
    auto variant = laid(Layout::Kind::variant, "w", 0, {laid(Layout::Kind::relation, "", 40, {laid(Layout::Kind::scalar, "s", 41)})});
    EXPECT_EQ(
        json(
            {choice, variant, text("t", {{{"", ""}, {12}}}), laid(Layout::Kind::scalar, "r", 21), laid(Layout::Kind::scalar, "id", 1)},
            represent::Nulls::strip
        ),
        R"([{"c":{"value":"up","label":"up"},"t":"P\"7","r":"r1","id":1},{"id":2},)"
        R"({"c":{"value":"odd","label":"odd"},"w":{"s":90},"r":"r3","id":3}])"
    );
}

TEST(Layout, GoesToCsvAndToSingleDocuments) {
    query::Selection selection;
    selection.layout.members = {
        text("name", {{{"s", ""}, {1}}}), laid(Layout::Kind::scalars, "tags", 30, {laid(Layout::Kind::scalar, "", 31)})
    };
    auto program = represent::compile(sessions(), selection);
    auto rows = session_rows();
    std::string out;
    append_csv(program, rows, {}, out);
    EXPECT_EQ(out, "name,tags\ns1,\"[\"\"red\"\",\"\"blue\"\"]\"\ns2,[]\ns3,\"[\"\"green\"\"]\"");
    out = ">";
    append_json(program, rows, 2, {}, out);
    append_json(program, rows, 0, {}, out);
    EXPECT_EQ(out, R"(>{"name":"s3","tags":["green"]}{"name":"s1","tags":["red","blue"]})");
    out.clear();
    append_text(program, rows, 1, {}, out);
    EXPECT_EQ(out, "s2");
}

TEST(Merged, ObjectsAreLaidOverEachOther) {
    struct Case {
        std::vector<std::string_view> documents;
        std::string_view want;
    };
    for (auto const& c : std::vector<Case>{
             {{}, ""},
             {{"[1]", "null", "12", "{", "{\"a\":}"}, ""},
             {{"{}"}, "{}"},
             {{R"({"a":1e400})", "{}"}, R"({"a":1e400})"},
             {{R"({"a":1,"b":2})", R"({"b":{"c":1},"d":3})"}, R"({"a":1,"b":{"c":1},"d":3})"},
             {{R"({"a":{"b":{"c":1}}})", R"({"a":{"b":{"d":2}}})", R"({"a":{"b":{"c":null},"e":[{}]}})"},
              R"({"a":{"b":{"c":null,"d":2},"e":[{}]}})"},
             {{R"({"a":{"b":1}})", R"({"a":[]})", R"({"a":{"c":2}})"}, R"({"a":{"c":2}})"},
         }) {
        std::string out;
        EXPECT_EQ(represent::append_merged(c.documents, out), !c.want.empty());
        EXPECT_EQ(out, c.want);
    }
}

TEST(Merged, IsNotFollowedForEver) {
    std::string left = "1";
    std::string right = "2";
    for (int i = 0; i < 60; ++i) {
        left.insert(0, R"({"l":0,"a":)").append("}");
        right.insert(0, R"({"r":0,"a":)").append("}");
    }
    std::string out;
    ASSERT_TRUE(represent::append_merged({left, right}, out));
    std::size_t merged = 0;
    for (auto at = out.find(R"("l":0)"); at != std::string::npos; at = out.find(R"("l":0)", at + 1)) ++merged;
    EXPECT_EQ(merged, 32U);
}

}  // namespace
}  // namespace koine::format
