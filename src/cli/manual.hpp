/// @file The manual page koine(1).
#pragma once

#include <string>

namespace koine::cli {

/// In roff with the man macros, made from the tables of commands and settings.
std::string manual();

}  // namespace koine::cli
