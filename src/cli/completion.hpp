/// @file What makes a shell complete the program's words, made from the tables of commands and settings.
#pragma once

#include "cli/catalogue.hpp"

#include <string>
#include <string_view>

namespace koine::cli {

/// A script for "bash", "zsh" or "fish"; empty for another shell.
std::string completion(std::string_view shell);

/// One for each shell. They name nothing that isn't in the tables, and run nothing.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace koine::cli
