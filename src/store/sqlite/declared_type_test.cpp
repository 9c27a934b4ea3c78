#include "store/sqlite/declared_type.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace koine::store::sqlite {
namespace {

using model::Type;

TEST(DeclaredType, IsWhatTheDeclarationMeans) {
    struct Case {
        std::string_view declared;
        Type want;
    };
    for (Case const& c : std::vector<Case>{
             {"INTEGER", Type::integer},
             {"int", Type::integer},
             {"INT(11)", Type::integer},
             {"TINYINT", Type::integer},
             {"MEDIUMINT UNSIGNED", Type::integer},
             {"int4", Type::integer},
             {"INT2", Type::smallint},
             {"smallint", Type::smallint},
             {"INT8", Type::bigint},
             {"BIGINT", Type::bigint},
             {"UNSIGNED BIG INT", Type::bigint},
             {"INTEGER_OR_TEXT", Type::dynamic},
             {"INT OR VARCHAR", Type::dynamic},
             {"POINT", Type::dynamic},
             {"INTERVAL", Type::dynamic},
             {"FLOATING POINT", Type::real},
             {"BOOLEAN", Type::boolean},
             {"bool", Type::boolean},
             {"JSON", Type::json},
             {"jsonb", Type::json},
             {"VARCHAR(255)", Type::text},
             {"NATIVE CHARACTER(70)", Type::text},
             {"CLOB", Type::text},
             {"UUID", Type::uuid},
             {"CHAR(36) /* UUID */", Type::uuid},
             {"DATE", Type::date},
             {"DATETIME", Type::timestamp},
             {"timestamp with time zone", Type::timestamp},
             {"TIME", Type::time},
             {"REAL", Type::real},
             {"DOUBLE PRECISION", Type::real},
             {"float", Type::real},
             {"NUMERIC(10,2)", Type::numeric},
             {"DECIMAL(10,5)", Type::numeric},
             {"BLOB", Type::blob},
             {"ANY", Type::dynamic},
             {"", Type::dynamic},
             {"STRING", Type::dynamic},
         })
        EXPECT_EQ(declared_type(c.declared), c.want) << c.declared;
}

}  // namespace
}  // namespace koine::store::sqlite
