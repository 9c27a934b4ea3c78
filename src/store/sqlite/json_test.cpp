#include "store/sqlite/json.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

std::string found(std::string_view document, std::string_view path) {
    auto steps = parse_json_path(path);
    if (!steps) return "(no path)";
    auto place = find_json(document, *steps);
    return place ? std::string(*place) : "(none)";
}

TEST(Json, PathsFindWhatPostgresFinds) {
    struct Case {
        std::string_view document, path, want;
    };
    std::vector<Case> const cases = {
        {R"({"a":{"b":[1,2.50,{"c":null}]}})", R"(["a","b",1])", "2.50"},
        {R"({"a":{"b":[1,2.50,{"c":null}]}})", R"(["a","b",-1,"c"])", "null"},
        {R"({"a":1})", R"(["b"])", "(none)"},
        {R"({"0":5})", R"(["0"])", "5"},
        {R"({"0":5})", R"([0])", "(none)"},
        {R"([5])", R"(["0"])", "(none)"},
        {R"([1,2])", R"([-3])", "(none)"},
        {R"([1,2])", R"([2])", "(none)"},
        {R"({"$x":1,"a\"b":2})", R"(["$x"])", "1"},
        {R"({"$x":1,"a\"b":2})", R"(["a\"b"])", "2"},
        {R"({"\u00e9":1})", R"(["é"])", "1"},
        {R"({"a":1,"a":2})", R"(["a"])", "2"},
        {R"( { "a" : [ 1 , 2 ] } )", R"(["a"])", "[ 1 , 2 ]"},
        {R"(7)", R"([])", "7"},
        {R"({"a":1)", R"(["a"])", "(none)"},
        {R"({"a":1} x)", R"(["a"])", "(none)"},
        {R"({"a":01})", R"(["a"])", "(none)"},
        {R"({"a":1,})", R"(["a"])", "(none)"},
        {R"({"a":1})", R"({"a":1})", "(no path)"},
        {R"({"a":1})", R"([1.5])", "(no path)"},
        {"", R"([])", "(none)"},
    };
    for (auto const& wanted : cases) EXPECT_EQ(found(wanted.document, wanted.path), wanted.want) << wanted.document << wanted.path;
}

TEST(Json, ContainmentIsThatOfJsonb) {
    struct Case {
        std::string_view left, right;
        std::optional<bool> want;
    };
    std::vector<Case> const cases = {
        {R"({"a":1,"b":2})", R"({"a":1})", true},
        {R"({"a":1})", R"({"a":1,"b":2})", false},
        {R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1}})", true},
        {R"({"a":1})", R"({"a":1.0})", true},
        {R"([1,2,3])", R"([3,1,1])", true},
        {R"([1,2])", R"([3])", false},
        {R"([1,[2,3]])", R"([[3]])", true},
        {R"([[1]])", R"([1])", false},
        {R"([{"a":1,"b":2}])", R"([{"a":1}])", true},
        {R"(["x"])", R"("x")", true},
        {R"("x")", R"(["x"])", false},
        {R"({"a":["x"]})", R"({"a":"x"})", false},
        {R"({})", R"([])", false},
        {R"([])", R"([])", true},
        {R"({"a":"\u0041"})", R"({"a":"A"})", true},
        {R"(true)", R"(true)", true},
        {R"(nonsense)", R"({})", std::nullopt},
    };
    for (auto const& wanted : cases)
        EXPECT_EQ(json_contains(wanted.left, wanted.right, nullptr), wanted.want) << wanted.left << wanted.right;
}

TEST(Json, OrderIsThatOfJsonb) {
    std::vector<std::string_view> const ascending = {
        "null",
        R"("a")",
        R"("b")",
        "-1",
        "1.5",
        "2",
        "1e3",
        "false",
        "true",
        "[]",
        "[2]",
        "[1,1]",
        "{}",
        R"({"b":1})",
        R"({"b":2})",
        R"({"aa":0})",
    };
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t j = 0; j < ascending.size(); ++j)
            EXPECT_EQ(json_compare(ascending[i], ascending[j], nullptr), (i > j) - (i < j)) << ascending[i] << " and " << ascending[j];
    EXPECT_EQ(json_compare(R"({"a":1,"b":2})", R"({ "b": 2.0, "a": 1 })", nullptr), 0);
    EXPECT_EQ(json_compare("1", "{", nullptr), std::nullopt);
}

}  // namespace
}  // namespace koine::store::sqlite
