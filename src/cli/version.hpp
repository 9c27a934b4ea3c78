/// @file Which Koine this is, and what it is built with.
#pragma once

#include <string>
#include <string_view>

namespace koine::cli {

/// "0.1.0"
std::string_view version();
/// A line each: koine, compiler, SQLite (as loaded), Boost.
std::string versions();

}  // namespace koine::cli
