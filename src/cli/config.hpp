/// @file What to serve and how: flags over environment over configuration file over defaults.
#pragma once

#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "cli/settings.hpp"

#include <map>
#include <string>
#include <vector>

namespace koine::cli {

/// The variables that begin with KOINE_, by their whole names. An empty value counts as unset.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The process's own.
Environment read_environment();

/// Merges them. FILE comes from the command line, KOINE_FILE or the key `file`; the configuration file from --config or KOINE_CONFIG.
/// Paths that a configuration file names are relative to that file's folder.
/// @return a flag's bad value or a missing FILE (Kind::invalid), a variable's or a file's bad value, an unknown key with its place and
///         the nearest known one, a FILE that is something else than this version serves (Kind::configuration).
Result<ServeOptions> resolve(Command const& command, Environment const& environment);

/// Refuses in a sentence what is no database file of ours: a folder, an address, a YAML file.
Result<void> check_source(std::string const& source);

/// Variables that look like a mistyped one of ours, as sentences for stderr.
std::vector<std::string> doubts(Environment const& environment);

}  // namespace koine::cli
