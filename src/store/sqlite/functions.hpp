/// @file Functions: everything of ours that statements call. They can be called by our statements only, not by a file's views or triggers.
#pragma once

#include "base/problem.hpp"
#include "store/sqlite/watch.hpp"

#include <sqlite3.h>

#include <optional>
#include <string>

namespace koine::store::sqlite {

inline constexpr char const* kPatternPointer = "koine_pattern";  ///< LikePattern
inline constexpr char const* kRegexPointer = "koine_regex";      ///< re2::RE2
inline constexpr char const* kPathPointer = "koine_path";        ///< JsonPath

/// What the functions of one connection share with its runner. SQLite's errors carry only a text, so a failing cast leaves its
/// Problem here.
struct FunctionState {
    std::optional<Problem> problem;
    Watch watch;
    std::optional<std::string> now;  ///< the time of the run, once it was asked for; whoever begins a run clears it
};

/// koine_keys and koine_list (keys_table.hpp) and these scalars, NULL for NULL:
///   koine_ilike(text, pattern*)  koine_match(text, regex*)   1 or 0
///   koine_json(document, path*, as_text)                     the JSON there, or as text (`->>`); NULL if absent or not JSON
///   koine_contains(left, right)                              jsonb containment
///   koine_json_compare(left, right)                          -1, 0, 1; NULL if either is not JSON
///   koine_call_<function>(…)                                a formula's (formula_functions.hpp), which say themselves what NULL gives
///   koine_to_<type>(value)  koine_boolean_word(value)        strict casts
/// Arguments with * are pointers. `state` must outlive the connection.
/// @return an SQLite result code.
int register_functions(sqlite3* database, FunctionState* state);

}  // namespace koine::store::sqlite
