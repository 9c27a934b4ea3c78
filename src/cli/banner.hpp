/// @file What a server says when it is ready.
#pragma once

#include "app/service.hpp"
#include "cli/terminal.hpp"

#include <chrono>
#include <string>

namespace koine::cli {

/// Lines for a person: what is served, where, in which dialects, URLs to try, how to stop. Ends with a line end.
std::string banner(app::Facts const& facts, app::Options const& options, Paint const& paint);
/// The same for a program, where logs are JSON: {"time", "level", "message", "url", "file", "database", "tables", "views", "dialects",
/// "write", "notes"} (the last a number) and a line end.
std::string ready_line(app::Facts const& facts, app::Options const& options, std::chrono::system_clock::time_point time);

}  // namespace koine::cli
