#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/version.hpp"

#include <cstdio>
#include <exception>
#include <new>

namespace koine::cli {
namespace {

ExitCode obey(Command const& command) {
    if (command.help) {
        say(stdout, help(command.verb, Paint(stdout)));
        return finish_output();
    }
    switch (command.verb) {
        case Verb::serve: return serve(command);
        case Verb::inspect: return inspect(command);
        case Verb::version: say(stdout, versions()); return finish_output();
        case Verb::help: break;
    }
    // No command at all: what there is, and that nothing was done.
    say(stderr, help(Verb::help, Paint(stderr)));
    return ExitCode::usage;
}

}  // namespace

ExitCode run(std::span<std::string const> words) {
    try {
        auto const command = parse_command_line(words);
        return command ? obey(command.value()) : fail(command.error());
    } catch (std::bad_alloc const&) {
        std::fputs("koine: out of memory\n", stderr);
    } catch (std::exception const& error) {
        return fail(Problem(Reason::internal).because(error.what()));
    }
    return ExitCode::failed;
}

}  // namespace koine::cli
