/// @file What the program says about itself.
#pragma once

#include "cli/command_line.hpp"
#include "cli/terminal.hpp"

#include <string>

namespace koine::cli {

/// The help of the whole program (Verb::help) or of one verb.
std::string help(Verb verb, Paint const& paint);

}  // namespace koine::cli
