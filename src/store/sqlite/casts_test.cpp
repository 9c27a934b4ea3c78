#include "store/sqlite/casts.hpp"

#include "store/sqlite/testing.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using model::Type;
using query::Cell;

std::string made(Cell const& value, Type type) {
    std::string scratch;
    auto outcome = cast(value, type, scratch);
    return outcome ? testing::shown(outcome.value()) : std::string(to_string(outcome.error().reason()));
}

TEST(Cast, IsStrict) {
    struct Case {
        Cell value;
        Type type;
        std::string_view want;
    };
    auto integer = [](std::int64_t number) { return Cell::of(number); };
    std::vector<Case> const cases = {
        {Cell(), Type::integer, "null"},
        {Cell::text(" 12 "), Type::integer, "12"},
        {Cell::text("+12"), Type::integer, "12"},
        {Cell::text("12abc"), Type::integer, "invalid_literal"},
        {Cell::text("1.5"), Type::integer, "invalid_literal"},
        {Cell::text(""), Type::integer, "invalid_literal"},
        {Cell::text("99999999999"), Type::integer, "literal_out_of_range"},
        {Cell::text("99999999999"), Type::bigint, "99999999999"},
        {Cell::text("99999999999999999999"), Type::bigint, "literal_out_of_range"},
        {integer(70000), Type::smallint, "literal_out_of_range"},
        {integer(-32768), Type::smallint, "-32768"},
        {Cell::of(2.5), Type::integer, "3"},
        {Cell::of(-2.5), Type::integer, "-3"},
        {Cell::of(1e300), Type::bigint, "literal_out_of_range"},
        {Cell::text("1.5e3"), Type::real, "1500.000000"},
        {Cell::text("x"), Type::real, "invalid_literal"},
        {Cell::text("12"), Type::numeric, "12"},
        {integer(7), Type::text, "'7'"},
        {Cell::of(0.1), Type::text, "'0.1'"},
        {Cell::of(100000.0), Type::text, "'100000'"},
        {Cell::of(1e20), Type::text, "'1e+20'"},
        {Cell::of(0.00001), Type::text, "'1e-05'"},
        {Cell::text("YES"), Type::boolean, "1"},
        {Cell::text("off"), Type::boolean, "0"},
        {Cell::text("maybe"), Type::boolean, "invalid_literal"},
        {integer(5), Type::boolean, "1"},
        {Cell::text("2024-02-29 12:00:00"), Type::date, "'2024-02-29'"},
        {Cell::text("2023-02-29"), Type::date, "datetime_out_of_range"},
        {Cell::text("soon"), Type::date, "invalid_datetime"},
        {integer(1), Type::date, "invalid_datetime"},
        {Cell::text("2024-02-29"), Type::timestamp, "'2024-02-29 00:00:00'"},
        {Cell::text("2024-02-29T25:00"), Type::timestamp, "datetime_out_of_range"},
        {Cell::text("2024-02-29T12:30:00"), Type::time, "'12:30:00'"},
        {Cell::text("12:61"), Type::time, "datetime_out_of_range"},
        {Cell::text("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), Type::uuid, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"},
        {Cell::text("a0eebc99"), Type::uuid, "invalid_literal"},
        {Cell::text("{\"a\":1}"), Type::json, "'{\"a\":1}'"},
        {Cell::text("{a}"), Type::json, "invalid_json_literal"},
        {integer(5), Type::json, "'5'"},
        {Cell::text("hi"), Type::blob, "x'6869'"},
        {Cell::blob("hi"), Type::text, "invalid_literal"},
        {Cell::blob("hi"), Type::dynamic, "x'6869'"},
    };
    for (auto const& wanted : cases)
        EXPECT_EQ(made(wanted.value, wanted.type), wanted.want) << testing::shown(wanted.value) << " as " << model::sql_name(wanted.type);
}

}  // namespace
}  // namespace koine::store::sqlite
