/// @file The JSON Schema of the configuration file.
#pragma once

#include <string>

namespace koine::cli {

/// The schema (draft 2020-12), a setting a line, made from the table of settings; ends with a line end. It is committed as
/// docs/koine.schema.json. It is looser than the program where a text
/// has bounds that a pattern does not tell (a size, a time) and in what only the program can know: what a host's name may be.
std::string config_schema();

}  // namespace koine::cli
