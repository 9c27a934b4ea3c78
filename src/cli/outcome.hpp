/// @file How a command ends: the exit codes, and the one line that says what went wrong.
#pragma once

#include "app/service.hpp"
#include "base/problem.hpp"

#include <string>
#include <string_view>

namespace koine::cli {

/// What the program answers its caller. Documented in `koine --help` and docs/cli.md.
enum class ExitCode : int { fine = 0, failed = 1, usage = 2, configuration = 3 };

/// The problem as a sentence for a terminal, in one line, with control characters made visible.
std::string sentence(Problem const& problem);
/// usage for a word of the command line, configuration for a file, a variable or an address, failed for the rest.
ExitCode exit_code_of(Problem const& problem);
/// Writes "koine: SENTENCE" to stderr, in the form that logs have; of several mistakes, a line each.
ExitCode fail(Problem const& problem, app::LogFormat format = app::LogFormat::text);
/// The same of opening a database: what the store says of it is told with the file's name, and is ExitCode::configuration.
ExitCode fail_with_file(Problem const& problem, std::string_view file, app::LogFormat format = app::LogFormat::text);
/// Flushes stdout. A reader that went away or a full disk is a failure, said on stderr.
ExitCode finish_output();

/// Mistakes of the command line.
Problem bad_value(std::string_view parameter, std::string_view value, std::string_view expected);
Problem missing_value(std::string_view parameter, std::string_view expected);
Problem unknown_flag(std::string_view flag, std::string_view suggestion);

}  // namespace koine::cli
