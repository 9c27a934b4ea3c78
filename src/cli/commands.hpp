/// @file The commands of the program: each does its work, writes to stdout and stderr, and returns the exit code.
#pragma once

#include "cli/command_line.hpp"
#include "cli/outcome.hpp"

#include <span>
#include <string>

namespace koine::cli {

/// Serves until SIGINT or SIGTERM; to be called before any other thread is started. The banner is flushed before the first wait.
ExitCode serve(Command const& command);
/// Prints the model of a file as text or JSON.
ExitCode inspect(Command const& command);
/// Prints the OpenAPI document of what would be served, or writes it to a file.
ExitCode openapi(Command const& command);
/// Makes, lists or revokes tokens of a database. Of making one only the secret is on stdout.
ExitCode token(Command const& command);
/// Tells the mistakes of an app on stdout, a line each (then ExitCode::failed), or how much there is in it; or prints the schema of its files.
ExitCode check(Command const& command);
/// Makes the folder of a new app; one that is there already is left alone.
ExitCode new_app(Command const& command);
/// Tells what must be done to an app's database to fit the app, or does it; what loses data only where that is allowed.
ExitCode migrate(Command const& command);
/// Parses the words (without the program's name) and runs the command they name. No exception leaves it.
ExitCode run(std::span<std::string const> words);

}  // namespace koine::cli
