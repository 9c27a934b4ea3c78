/// @file The one header that knows how an operation says that it failed: Result<T>, KOINE_TRY, KOINE_CO_TRY.
#pragma once

#include "base/problem.hpp"

#include <boost/outcome/std_result.hpp>
#include <boost/outcome/try.hpp>

namespace koine {

namespace outcome = BOOST_OUTCOME_V2_NAMESPACE;

/// A value of T, or the Problem that kept it from being made. `[[nodiscard]]`; reading the wrong side is a programming error (asserted).
/// Void success: `return outcome::success();`. Passing a failure on as another type: `return r.as_failure();`.
template <class T>
using Result = outcome::std_checked<T, Problem>;

}  // namespace koine

/// `KOINE_TRY(auto x, expression);` takes the value out or returns the Problem. Without a variable for Result<void>.
#define KOINE_TRY(...) BOOST_OUTCOME_TRY(__VA_ARGS__)
/// The same inside a coroutine: `KOINE_CO_TRY(auto x, co_await f());`
#define KOINE_CO_TRY(...) BOOST_OUTCOME_CO_TRY(__VA_ARGS__)
