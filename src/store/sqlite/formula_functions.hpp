/// @file The functions of formulas as statements call them: each is expression::call, so that a statement and a row at hand agree.
#pragma once

#include "expression/formula.hpp"

#include <sqlite3.h>

#include <string>

namespace koine::store::sqlite {

struct FunctionState;

/// The name under which statements call it: "koine_call_host". Not of coalesce, choose, exists, count and matches, which are SQL's own words.
std::string formula_function(expression::Function function);

/// Registers them, for direct use only. `koine_call_now()` is the time of the run: `state` keeps it. @return an SQLite result code.
int register_formula_functions(sqlite3* database, FunctionState* state);

}  // namespace koine::store::sqlite
