/// @file What a server says when it is ready.
#pragma once

#include "app/service.hpp"
#include "cli/terminal.hpp"

#include <string>

namespace koine::cli {

/// Lines for a person: what is served, where, in which dialects, URLs to try, how to stop. Ends with a line end.
std::string banner(app::Facts const& facts, std::string_view source, Paint const& paint);

}  // namespace koine::cli
