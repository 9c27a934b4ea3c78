#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/config_schema.hpp"
#include "cli/help.hpp"
#include "cli/manual.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"

#include <cstdio>
#include <exception>
#include <new>

namespace koine::cli {
namespace {

ExitCode print(std::string_view text) {
    say(stdout, text);
    return finish_output();
}

ExitCode obey(Command const& command) {
    if (command.help) return print(help(command.verb, Paint(stdout)));
    switch (command.verb) {
        case Verb::serve: return serve(command);
        case Verb::inspect: return inspect(command);
        case Verb::openapi: return openapi(command);
        case Verb::token: return token(command);
        case Verb::check: return check(command);
        case Verb::new_app: return new_app(command);
        case Verb::migrate: return migrate(command);
        case Verb::completion: return print(completion(command.word));
        case Verb::version: return print(versions());
        case Verb::help: break;
    }
    if (command.has("man")) return print(manual());
    if (command.has("config-schema")) return print(config_schema());
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
