/// @file What the program says about itself.
#pragma once

#include "cli/catalogue.hpp"
#include "cli/terminal.hpp"

#include <string>

namespace koine::cli {

/// The help of the whole program (Verb::help) or of one command.
std::string help(Verb verb, Paint const& paint);

}  // namespace koine::cli
