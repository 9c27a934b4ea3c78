#include "query/literal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace koine::query {
namespace {

using model::Type;

std::string text(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return "null";
        case Cell::Kind::integer: return fmt::format("{}", cell.integer());
        case Cell::Kind::real: return fmt::format("real {}", cell.real());
        case Cell::Kind::text: return fmt::format("'{}'", cell.view());
        case Cell::Kind::blob: break;
    }
    std::string hex = "x";
    for (char c : cell.view()) hex += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return hex;
}

/// The value, or the reason of the refusal. Checks that a refusal names the type and the value.
std::string parsed(std::string_view literal, Type type, char separator = ' ') {
    Arena arena;
    auto result = parse_literal(literal, type, separator, arena);
    if (result) return text(result.value());
    EXPECT_EQ(result.error().argument("value"), literal);
    if (type != Type::json) EXPECT_EQ(result.error().argument("type"), sql_name(type));
    return std::string(to_string(result.error().reason()));
}

struct Case {
    std::string_view literal, want;
};

void expect_all(Type type, std::vector<Case> const& cases, char separator = ' ') {
    for (auto const& c : cases) {
        SCOPED_TRACE(fmt::format("{} '{}'", sql_name(type), c.literal));
        EXPECT_EQ(parsed(c.literal, type, separator), c.want);
    }
}

TEST(Literal, IntegersTakeOuterSpacesAndASign) {
    for (auto type : {Type::smallint, Type::integer, Type::bigint})
        expect_all(
            type,
            {{"5", "5"},
             {" 5 ", "5"},
             {"\t5\n", "5"},
             {"+5", "5"},
             {"-5", "-5"},
             {"007", "7"},
             {"9223372036854775807", "9223372036854775807"},
             {"-9223372036854775808", "-9223372036854775808"},
             {"9223372036854775808", "literal_out_of_range"},
             {"99999999999999999999", "literal_out_of_range"},
             {"", "invalid_literal"},
             {" ", "invalid_literal"},
             {"+", "invalid_literal"},
             {"-", "invalid_literal"},
             {"+-5", "invalid_literal"},
             {"--5", "invalid_literal"},
             {"- 5", "invalid_literal"},
             {"1.5", "invalid_literal"},
             {"1e3", "invalid_literal"},
             {"0x1", "invalid_literal"},
             {"5x", "invalid_literal"},
             {"null", "invalid_literal"},
             {"\"5\"", "invalid_literal"}}
        );
}

TEST(Literal, NumbersStayIntegersWhereTheyFit) {
    for (auto type : {Type::real, Type::numeric})
        expect_all(
            type,
            {{"5", "5"},
             {" 4.75 ", "real 4.75"},
             {"+4.5", "real 4.5"},
             {"-.5", "real -0.5"},
             {".5", "real 0.5"},
             {"5.", "real 5"},
             {"1e3", "real 1000"},
             {"1E+3", "real 1000"},
             {"9007199254740993", "9007199254740993"},
             {"9223372036854775808", "real 9.223372036854776e+18"},
             {"Infinity", "real inf"},
             {"-infinity", "real -inf"},
             {"inf", "real inf"},
             {"NaN", "real nan"},
             {"1e400", "literal_out_of_range"},
             {"", "invalid_literal"},
             {".", "invalid_literal"},
             {"-", "invalid_literal"},
             {"-.", "invalid_literal"},
             {"+-5", "invalid_literal"},
             {"1e", "invalid_literal"},
             {"0x10", "invalid_literal"},
             {"1,5", "invalid_literal"},
             {"abc", "invalid_literal"},
             {"infinit", "invalid_literal"}}
        );
}

TEST(Literal, BooleansAreWordsAndTheirUniquePrefixesInAnyCase) {
    expect_all(
        Type::boolean,
        {{"true", "1"},
         {"t", "1"},
         {"TRU", "1"},
         {"yes", "1"},
         {"y", "1"},
         {"on", "1"},
         {"1", "1"},
         {" true ", "1"},
         {"false", "0"},
         {"F", "0"},
         {"no", "0"},
         {"n", "0"},
         {"off", "0"},
         {"of", "0"},
         {"0", "0"},
         {"o", "invalid_literal"},
         {"", "invalid_literal"},
         {"maybe", "invalid_literal"},
         {"truely", "invalid_literal"},
         {"2", "invalid_literal"},
         {"10", "invalid_literal"}}
    );
}

TEST(Literal, DatesAreCalendarDaysInIsoForm) {
    expect_all(
        Type::date,
        {{"1972-01-01", "'1972-01-01'"},
         {" 1972-01-01 ", "'1972-01-01'"},
         {"1972-1-1", "'1972-01-01'"},
         {"19720101", "'1972-01-01'"},
         {"2024-02-29", "'2024-02-29'"},
         {"2000-02-29", "'2000-02-29'"},
         {"2024-02-29T12:00:00.000Z", "'2024-02-29'"},
         {"2024-2-9 9:30", "'2024-02-09'"},
         {"2024-02-30", "datetime_out_of_range"},
         {"1900-02-29", "datetime_out_of_range"},
         {"2023-02-29", "datetime_out_of_range"},
         {"2024-13-01", "datetime_out_of_range"},
         {"2024-00-01", "datetime_out_of_range"},
         {"0000-01-01", "datetime_out_of_range"},
         {"2024-01-01T25:00", "datetime_out_of_range"},
         {"notadate", "invalid_datetime"},
         {"", "invalid_datetime"},
         {"2024-01", "invalid_datetime"},
         {"2024-01-01x", "invalid_datetime"},
         {"2024-01-011", "invalid_datetime"},
         {"197201011", "invalid_datetime"},
         {"72-01-01", "invalid_datetime"},
         {"2024-01-01T", "invalid_datetime"}}
    );
}

TEST(Literal, TimesHaveMinutesAndPerhapsSecondsAndAZone) {
    expect_all(
        Type::time,
        {{"12:30", "'12:30'"},
         {"12:30:00", "'12:30:00'"},
         {"9:30", "'09:30'"},
         {"12:30:00.25", "'12:30:00.25'"},
         {"12:30+02", "'12:30+02'"},
         {"12:30:00Z", "'12:30:00Z'"},
         {"24:00:00", "'24:00:00'"},
         {"24:00:01", "datetime_out_of_range"},
         {"25:00", "datetime_out_of_range"},
         {"12:60", "datetime_out_of_range"},
         {"12", "invalid_datetime"},
         {"12:3", "invalid_datetime"},
         {"12:30:", "invalid_datetime"},
         {"12:30:00.", "invalid_datetime"},
         {"12:30 noon", "invalid_datetime"},
         {"", "invalid_datetime"}}
    );
}

TEST(Literal, TimestampsTakeTheSeparatorOfTheirColumn) {
    std::vector<Case> same = {
        {"2024-02-29", "'2024-02-29'"},
        {"20240229", "'2024-02-29'"},
        {"1709164800", "1709164800"},
        {"123456789012345678901", "literal_out_of_range"},
        {"2024-02-30 12:00", "datetime_out_of_range"},
        {"2024-02-29T25:00", "datetime_out_of_range"},
        {"2024-02-29x12:00", "invalid_datetime"},
        {"2024-02-29 noon", "invalid_datetime"},
        {"2024-02-29T", "invalid_datetime"},
        {"2024-02-29T12:00:00+2", "invalid_datetime"},
        {"", "invalid_datetime"}
    };
    expect_all(Type::timestamp, same, ' ');
    expect_all(Type::timestamp, same, 'T');
    expect_all(
        Type::timestamp,
        {{"2024-02-29T12:00:00", "'2024-02-29 12:00:00'"},
         {"2024-02-29t12:00", "'2024-02-29 12:00'"},
         {"2024-02-29 12:00:00", "'2024-02-29 12:00:00'"},
         {"2024-2-9 9:05", "'2024-02-09 09:05'"},
         {"20240229T120000", "invalid_datetime"},
         {"2024-02-29T12:00:00.5Z", "'2024-02-29 12:00:00.5Z'"}},
        ' '
    );
    expect_all(
        Type::timestamp, {{"2024-02-29 12:00:00+02:00", "'2024-02-29T12:00:00+02:00'"}, {"2024-02-29T12:00", "'2024-02-29T12:00'"}}, 'T'
    );
}

TEST(Literal, UuidsAreLowerCaseWithDashes) {
    std::string_view const want = "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'";
    expect_all(
        Type::uuid,
        {{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", want},
         {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", want},
         {"a0eebc999c0b4ef8bb6d6bb9bd380a11", want},
         {"{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", want},
         {"", "invalid_literal"},
         {"a0eebc99", "invalid_literal"},
         {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11f", "invalid_literal"},
         {"g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "invalid_literal"}}
    );
}

TEST(Literal, BlobsAreHexDigitsOrTheBytesOfTheText) {
    expect_all(
        Type::blob,
        {{"\\x00fF", "x00ff"},
         {"\\x", "x"},
         {"ab", "x6162"},
         {"", "x"},
         {"\\x0", "invalid_literal"},
         {"\\x0g", "invalid_literal"},
         {"\\x-1", "invalid_literal"}}
    );
}

TEST(Literal, TextsStayAsTheyAre) {
    for (auto type : {Type::text, Type::dynamic})
        expect_all(type, {{"", "''"}, {" a ", "' a '"}, {"null", "'null'"}, {"\"q\"", "'\"q\"'"}});
}

TEST(Literal, JsonIsAWholeDocument) {
    for (std::string_view good : {"3", " 3 ", "\"Polar\"", "{\"n\": 3}", "[1, null, true]", "null"})
        EXPECT_EQ(parsed(good, Type::json), fmt::format("'{}'", good));
    struct Refused {
        std::string_view literal;
        std::optional<std::string_view> token;
    };
    std::string const deep(100, '[');
    std::string long_word;
    while (long_word.size() < 100) long_word += "\xc3\xb6";
    for (auto const& c : std::vector<Refused>{
             {"Polar", "Polar"},
             {"", std::nullopt},
             {"{\"a\":Polar}", "Polar"},
             {"1 2", "2"},
             {"{} x", "x"},
             {"{\"a\" 1}", "1"},
             {"[1,]", "]"},
             {deep, "["},
             {long_word, std::string_view(long_word).substr(0, 40)},
             {"'q'", "'q'"}
         }) {
        SCOPED_TRACE(c.literal);
        Arena arena;
        auto result = parse_literal(c.literal, Type::json, ' ', arena);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().reason(), Reason::invalid_json_literal);
        EXPECT_EQ(result.error().argument("value"), c.literal);
        EXPECT_EQ(result.error().argument("token"), c.token);
    }
}

TEST(Literal, ADynamicColumnAlsoComparesWithTheNumberThatATextIs) {
    for (auto const& c : std::vector<Case>{
             {"12", "12"},
             {"1.5", "real 1.5"},
             {"-3", "-3"},
             {"1e3", "real 1000"},
             {"abc", "null"},
             {"", "null"},
             {"12a", "null"},
             {"NaN", "null"},
             {"1e400", "null"}
         })
        EXPECT_EQ(text(number_or_null(c.literal)), c.want) << c.literal;
}

TEST(Pattern, LikeBecomesGlob) {
    Arena arena;
    for (auto const& c : std::vector<Case>{
             {"a%", "a*"},
             {"_b", "?b"},
             {"a*b", "a[*]b"},
             {"a?b", "a[?]b"},
             {"[x]", "[[]x]"},
             {"\\%", "%"},
             {"\\_", "_"},
             {"\\\\", "\\"},
             {"\\*", "[*]"},
             {"\\a", "a"},
             {"", ""},
             {"B\xc3\xb6rk", "B\xc3\xb6rk"}
         }) {
        SCOPED_TRACE(c.literal);
        auto glob = glob_of_like(c.literal, arena);
        ASSERT_TRUE(glob);
        EXPECT_EQ(glob.value(), c.want);
        EXPECT_EQ(checked_like(c.literal).value(), c.literal);
    }
}

TEST(Pattern, MayNotEndWithAnEscapeOrBeTooLong) {
    Arena arena;
    for (std::string_view bad : {"\\", "a%\\", "\\\\\\"}) {
        EXPECT_EQ(glob_of_like(bad, arena).error().reason(), Reason::trailing_escape);
        EXPECT_EQ(checked_like(bad).error().reason(), Reason::trailing_escape);
    }
    std::string const stars(kMaxPatternBytes / 2, '*');
    EXPECT_TRUE(checked_like(stars));
    EXPECT_EQ(glob_of_like(stars, arena).error().reason(), Reason::limit_exceeded);
    EXPECT_EQ(checked_like(stars + stars + stars).error().reason(), Reason::limit_exceeded);
}

}  // namespace
}  // namespace koine::query
