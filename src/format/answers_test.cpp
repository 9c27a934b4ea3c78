/// @file Rows through represent into JSON and CSV.
#include "format/csv.hpp"
#include "format/document.hpp"
#include "format/spelling.hpp"
#include "format/testing.hpp"
#include "represent/represent.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace koine::format {
namespace {

using model::Type;
using query::Cell;
using query::Member;
using query::Rows;
using testing::integer;
using testing::step;

query::Plan plan_of(std::vector<Member> members) {
    query::Plan plan;
    plan.members = std::move(members);
    return plan;
}
Member scalar(std::string name, Type type, std::uint32_t cell, std::uint32_t end) {
    return {Member::Kind::scalar, std::move(name), type, cell, 0, 0, end};
}

std::string json(query::Plan const& plan, Rows const& rows, represent::Nulls nulls = represent::Nulls::keep) {
    auto program = represent::compile(plan);
    std::string out;
    JsonWriter writer(out);
    represent::Representer(program, rows, nulls, writer).list();
    writer.finish();
    return out;
}
std::string csv(query::Plan const& plan, Rows const& rows) {
    std::string out;
    append_csv(represent::compile(plan), rows, {}, out);
    return out;
}

TEST(Scalars, AreToldByWhatIsStored) {
    struct Case {
        Cell cell;
        Type type;
        std::string_view json;
        std::string_view csv;
    };
    double const inf = std::numeric_limits<double>::infinity();
    for (Case const& c : std::vector<Case>{
             {Cell(), Type::text, "null", ""},
             {integer(1), Type::boolean, "true", "t"},
             {integer(0), Type::boolean, "false", "f"},
             {integer(7), Type::boolean, "7", "7"},
             {Cell::text("true"), Type::boolean, "true", "t"},
             {Cell::text("f"), Type::boolean, "false", "f"},
             {Cell::text("maybe"), Type::boolean, R"("maybe")", "maybe"},
             {Cell::text("abc"), Type::integer, R"("abc")", "abc"},
             {integer(9007199254740993), Type::bigint, "9007199254740993", "9007199254740993"},
             {integer(std::numeric_limits<std::int64_t>::min()), Type::bigint, "-9223372036854775808", "-9223372036854775808"},
             {integer(20240229), Type::date, "20240229", "20240229"},
             {Cell::of(4.0), Type::real, "4", "4"},
             {Cell::of(4.5), Type::numeric, "4.5", "4.5"},
             {Cell::of(0.1), Type::real, "0.1", "0.1"},
             {Cell::of(-0.0), Type::real, "-0", "-0"},
             {Cell::of(1e14), Type::real, "100000000000000", "100000000000000"},
             {Cell::of(1e15), Type::real, "1e+15", "1e+15"},
             {Cell::of(1e20), Type::real, "1e+20", "1e+20"},
             {Cell::of(0.0001), Type::real, "0.0001", "0.0001"},
             {Cell::of(1e-5), Type::real, "1e-05", "1e-05"},
             {Cell::of(1.7976931348623157e308), Type::real, "1.7976931348623157e+308", "1.7976931348623157e+308"},
             {Cell::of(5e-324), Type::real, "5e-324", "5e-324"},
             {Cell::of(inf), Type::real, R"("Infinity")", "Infinity"},
             {Cell::of(-inf), Type::real, R"("-Infinity")", "-Infinity"},
             {Cell::of(std::nan("")), Type::real, R"("NaN")", "NaN"},
             {Cell::text(""), Type::text, R"("")", R"("")"},
             {Cell::text("a,b"), Type::text, R"("a,b")", R"("a,b")"},
             {Cell::text("say \"hi\""), Type::text, R"("say \"hi\"")", R"("say ""hi""")"},
             {Cell::text("two\nlines"), Type::text, R"("two\nlines")", "\"two\nlines\""},
             {Cell::text("back\\slash (x)"), Type::text, R"x("back\\slash (x)")x", R"x(back\slash (x))x"},
             {Cell::text(" x"), Type::text, R"(" x")", R"(" x")"},
             {Cell::text("\xff"), Type::text, "\"\xEF\xBF\xBD\"", "\xEF\xBF\xBD"},
             {Cell::blob(std::string_view("\0\xff\x10", 3)), Type::blob, R"("\\x00ff10")", R"(\x00ff10)"},
             {Cell::blob(""), Type::text, R"("\\x")", R"(\x)"},
             {Cell::text(R"({"a": 1,  "b":[1]})"), Type::json, R"({"a": 1,  "b":[1]})", R"x("{""a"": 1,  ""b"":[1]}")x"},
             {Cell::text("{not json"), Type::json, R"("{not json")", "{not json"},
             {Cell::text("{}"), Type::text, R"("{}")", "{}"},
             {integer(5), Type::json, "5", "5"},
         }) {
        auto plan = plan_of({scalar("v", c.type, 0, 1)});
        Rows rows;
        rows.steps = {step(1, {c.cell})};
        EXPECT_EQ(json(plan, rows), "[{\"v\":" + std::string(c.json) + "}]");
        EXPECT_EQ(csv(plan, rows), "v\n" + std::string(c.csv));
    }
}

TEST(Reals, AreTheShortestThatReadBackTheSame) {
    std::mt19937_64 random(20260102);
    auto check = [](double number) {
        char ours[40];
        char theirs[40];
        std::string_view got(ours, static_cast<std::size_t>(write_real(ours, number) - ours));
        std::string_view want(
            theirs, static_cast<std::size_t>(std::to_chars(theirs, theirs + 40, number, std::chars_format::fixed).ptr - theirs)
        );
        ASSERT_EQ(got, want);
    };
    for (int i = 0; i < 200'000; ++i) {
        auto digits = static_cast<double>(random() % 1'000'000'000'000);
        double const scale = std::pow(10, static_cast<double>(random() % 9));
        double const number = (random() % 2 == 0 ? 1 : -1) * digits / scale;
        if (std::fabs(number) < 1e-4) continue;
        check(number);
        check(std::nextafter(number, 0));
    }
    for (double number : {0.0001, 0.00012, 0.5, 0.05, 0.99, 1.1, 9.99, 100.0, 999999999.99, 1e9, 0.000123456, 123456.7, 0.1 + 0.2, 1.0 / 3})
        check(number);
}

/// Artists with their albums (many), the albums' labels (one, in the album's row), and each artist's newest album (first).
query::Plan artists() {
    return plan_of({
        scalar("id", Type::integer, 0, 1),
        {Member::Kind::many, "album", Type::dynamic, 0, 1, 0, 5},
        scalar("title", Type::text, 0, 3),
        {Member::Kind::one, "label", Type::dynamic, 1, 0, 0, 5},
        scalar("n\"", Type::integer, 1, 5),
        {Member::Kind::first, "newest", Type::dynamic, 0, 2, 0, 7},
        scalar("title", Type::text, 0, 7),
        scalar("id", Type::integer, 0, 8),
    });
}
Rows artists_rows() {
    Rows rows;
    rows.steps = {
        step(1, {integer(1), integer(2), integer(3)}),
        step(2, {Cell::text("A"), integer(10), Cell::text("B"), Cell(), Cell::text("C"), integer(30)}, {0, 0, 2}),
        step(1, {Cell::text("B"), Cell::text("A"), Cell::text("C")}, {0, 0, 2}),
    };
    return rows;
}

TEST(Representer, MergesChildrenForward) {
    EXPECT_EQ(
        json(artists(), artists_rows()),
        R"([{"id":1,"album":[{"title":"A","label":{"n\"":10}},{"title":"B","label":null}],"newest":{"title":"B"},"id":1},)"
        R"({"id":2,"album":[],"newest":null,"id":2},)"
        R"({"id":3,"album":[{"title":"C","label":{"n\"":30}}],"newest":{"title":"C"},"id":3}])"
    );
}

TEST(Representer, StripsNullMembersButKeepsEmptyLists) {
    EXPECT_EQ(
        json(artists(), artists_rows(), represent::Nulls::strip),
        R"([{"id":1,"album":[{"title":"A","label":{"n\"":10}},{"title":"B"}],"newest":{"title":"B"},"id":1},)"
        R"({"id":2,"album":[],"id":2},)"
        R"({"id":3,"album":[{"title":"C","label":{"n\"":30}}],"newest":{"title":"C"},"id":3}])"
    );
}

TEST(Representer, GrandchildrenBelongToTheirOwnParents) {
    auto plan = plan_of({
        {Member::Kind::many, "a", Type::dynamic, 0, 1, 0, 3},
        {Member::Kind::many, "b", Type::dynamic, 0, 2, 0, 3},
        scalar("c", Type::integer, 0, 3),
    });
    Rows rows;
    rows.steps = {
        step(1, {integer(0), integer(0)}),
        step(1, {integer(0), integer(0), integer(0)}, {0, 0, 1}),
        step(1, {integer(5), integer(6), integer(7)}, {1, 2, 2})
    };
    EXPECT_EQ(json(plan, rows), R"([{"a":[{"b":[]},{"b":[{"c":5}]}]},{"a":[{"b":[{"c":6},{"c":7}]}]}])");
}

TEST(Representer, OneRowIsAnObjectAndNoneAnEmptyList) {
    auto program = represent::compile(artists());
    auto rows = artists_rows();
    std::string out = "before ";
    {
        JsonWriter writer(out);
        represent::Representer(program, rows, represent::Nulls::keep, writer).object(2);
    }
    EXPECT_EQ(out, R"(before {"id":3,"album":[{"title":"C","label":{"n\"":30}}],"newest":{"title":"C"},"id":3})");
    Rows none;
    none.steps = {step(1, {}), step(2, {}), step(1, {})};
    EXPECT_EQ(json(artists(), none), "[]");
    EXPECT_EQ(csv(artists(), none), "id,album,newest,id");
}

TEST(Representer, ShowsRowsInAnyOrderWithTheirChildren) {
    auto program = represent::compile(plan_of({
        scalar("id", Type::integer, 0, 1),
        {Member::Kind::many, "c", Type::dynamic, 0, 1, 0, 3},
        scalar("c", Type::integer, 0, 3),
    }));
    constexpr std::uint32_t kRows = 1000;
    Rows rows;
    rows.steps = {step(1, {}), step(1, {})};
    for (std::uint32_t row = 0; row < kRows; ++row) {
        rows.steps[0].cells.push_back(integer(row));
        for (std::uint32_t child = 0; child < row % 3; ++child) {
            rows.steps[1].cells.push_back(integer(child));
            rows.steps[1].parents.push_back(row);
        }
    }
    auto want = [](std::uint32_t row) {
        std::string_view const children[] = {"", R"({"c":0})", R"({"c":0},{"c":1})"};
        return R"({"id":)" + std::to_string(row) + R"(,"c":[)" + std::string(children[row % 3]) + "]}";
    };
    std::string all, wanted;
    {
        JsonWriter writer(all);
        represent::Representer representer(program, rows, represent::Nulls::keep, writer);
        writer.begin_list();
        for (auto row : {998U, 999U, 0U, 1U, 7U, 4U, 500U, 500U, 2U, 997U}) {
            representer.object(row);
            wanted += (wanted.empty() ? "[" : ",") + want(row);
            std::string alone;
            append_json(program, rows, row, {}, alone);
            EXPECT_EQ(alone, want(row));
        }
        writer.end_list();
    }
    EXPECT_EQ(all, wanted + "]");
}

TEST(Csv, NestedMembersAreJsonInOneField) {
    EXPECT_EQ(
        csv(artists(), artists_rows()),
        "id,album,newest,id\n"
        "1,\"[{\"\"title\"\":\"\"A\"\",\"\"label\"\":{\"\"n\\\"\"\"\":10}},{\"\"title\"\":\"\"B\"\",\"\"label\"\":null}]\",\"{"
        "\"\"title\"\":\"\"B\"\"}\",1\n"
        "2,[],,2\n"
        "3,\"[{\"\"title\"\":\"\"C\"\",\"\"label\"\":{\"\"n\\\"\"\"\":30}}]\",\"{\"\"title\"\":\"\"C\"\"}\",3"
    );
}

TEST(Csv, TheHeaderIsQuotedWhereNeeded) {
    Rows rows;
    rows.steps = {step(1, {})};
    EXPECT_EQ(
        csv(plan_of({scalar("sel,ect", Type::text, 0, 1), scalar("weird col", Type::text, 0, 2), scalar("q\"", Type::text, 0, 3)}), rows),
        "\"sel,ect\",weird col,\"q\"\"\""
    );
}

TEST(JsonWriter, LongTextsAreWrittenPieceByPiece) {
    for (std::string_view piece : {"x", "é", "一", "😀", "\"", "\x80", "\x01"}) {
        std::string text = "a";
        while (text.size() < 50'000) text += piece;
        std::string want;
        represent::append_json_string(want, text);
        std::string out;
        {
            JsonWriter writer(out);
            writer.text(text);
        }
        EXPECT_EQ(out, want) << piece;
    }
}

TEST(Base64, IsThatOfItsDefinition) {
    for (auto const& [bytes, want] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"", ""},
             {"f", "Zg=="},
             {"fo", "Zm8="},
             {"foo", "Zm9v"},
             {"foob", "Zm9vYg=="},
             {"fooba", "Zm9vYmE="},
             {"foobar", "Zm9vYmFy"},
             {"\xFF\xFE\xFD", "//79"},
         }) {
        std::string out(base64_length(bytes.size()), '?');
        EXPECT_EQ(write_base64(out.data(), bytes), out.data() + out.size());
        EXPECT_EQ(out, want);
    }
}

TEST(Spelling, ChangesWhatItSaysAndNothingElse) {
    auto const plan = plan_of({
        scalar("n", Type::bigint, 0, 1),
        scalar("b", Type::blob, 1, 2),
        {Member::Kind::many, "list", Type::dynamic, 0, 1, 0, 4},
        scalar("m", Type::bigint, 0, 4),
    });
    Rows rows;
    rows.steps.push_back(step(2, {integer(kMaxExactInteger), Cell::blob("foob"), integer(kMaxExactInteger + 1), Cell::blob("")}));
    rows.steps.push_back(step(1, {integer(-kMaxExactInteger), integer(std::numeric_limits<std::int64_t>::min())}, {0, 1}));
    struct Case {
        Spelling spelling;
        std::string_view json;
        std::string_view csv;
    };
    for (Case const& c : std::vector<Case>{
             {{},
              R"([{"n":9007199254740991,"b":"\\x666f6f62","list":[{"m":-9007199254740991}]},)"
              R"({"n":9007199254740992,"b":"\\x","list":[{"m":-9223372036854775808}]}])",
              "n,b,list\n9007199254740991,\\x666f6f62,\"[{\"\"m\"\":-9007199254740991}]\"\n"
              "9007199254740992,\\x,\"[{\"\"m\"\":-9223372036854775808}]\""},
             {{.base64 = true, .exact_texts = true},
              R"([{"n":9007199254740991,"b":"Zm9vYg==","list":[{"m":-9007199254740991}]},)"
              R"({"n":"9007199254740992","b":"","list":[{"m":"-9223372036854775808"}]}])",
              "n,b,list\n9007199254740991,Zm9vYg==,\"[{\"\"m\"\":-9007199254740991}]\"\n"
              "9007199254740992,\"\",\"[{\"\"m\"\":\"\"-9223372036854775808\"\"}]\""},
         }) {
        auto const program = represent::compile(plan);
        std::string out;
        SpelledJsonWriter writer(out, c.spelling);
        represent::Representer(program, rows, represent::Nulls::keep, writer).list();
        writer.finish();
        EXPECT_EQ(out, c.json);
        out.clear();
        append_csv(program, rows, c.spelling, out);
        EXPECT_EQ(out, c.csv);
    }
}

}  // namespace
}  // namespace koine::format
