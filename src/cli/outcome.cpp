#include "cli/outcome.hpp"

#include "app/log.hpp"
#include "base/ascii.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace koine::cli {
namespace {

std::string worded(Problem const& problem) {
    auto const argument = [&](std::string_view name) { return problem.argument(name).value_or(""); };
    switch (problem.reason()) {
        case Reason::invalid_parameter:
            if (!problem.argument("value")) return fmt::format("{} is missing: {}", argument("parameter"), argument("expected"));
            return fmt::format("{}: \"{}\" is not {}", argument("parameter"), argument("value"), argument("expected"));
        case Reason::unknown_parameter: return fmt::format("unknown option {}; {}", argument("parameter"), argument("suggestion"));
        default: return describe(problem);
    }
}

}  // namespace

std::string sentence(Problem const& problem) { return printable(worded(problem)); }

ExitCode exit_code_of(Problem const& problem) {
    switch (problem.kind()) {
        case Kind::invalid: return ExitCode::usage;
        case Kind::configuration: return ExitCode::configuration;
        default: return ExitCode::failed;
    }
}

ExitCode fail(Problem const& problem, app::LogFormat format) {
    std::fflush(stdout);
    auto const words = worded(problem);
    std::string_view rest = words;
    do app::log(format, app::LogLevel::error, printable(split_off(rest, '\n')));  // several mistakes stand a line each
    while (!rest.empty());
    return exit_code_of(problem);
}

ExitCode fail_with_file(Problem const& problem, std::string_view file, app::LogFormat format) {
    auto const said = [&](std::string_view words) {
        auto const cause = problem.cause().empty() ? std::string() : fmt::format(" ({})", problem.cause());
        return fail(configuration_problem(file, 0, 0, fmt::format("{}{}", words, cause)), format);
    };
    switch (problem.reason()) {
        case Reason::database_corrupt: return said("this is no SQLite database, or a damaged one");
        case Reason::database_busy: return said("another program holds the database locked");
        case Reason::database_unavailable: return said("the database can't be opened");
        default: return fail(problem, format);
    }
}

ExitCode finish_output() {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return ExitCode::fine;
    if (errno != EPIPE) say(stderr, fmt::format("koine: the output could not be written: {}\n", std::strerror(errno)));
    return ExitCode::failed;
}

Problem bad_value(std::string_view parameter, std::string_view value, std::string_view expected) {
    return Problem(Reason::invalid_parameter).with("parameter", parameter).with("value", value).with("expected", expected);
}

Problem missing_value(std::string_view parameter, std::string_view expected) {
    return Problem(Reason::invalid_parameter).with("parameter", parameter).with("expected", expected);
}

Problem unknown_flag(std::string_view flag, std::string_view suggestion) {
    return Problem(Reason::unknown_parameter).with("parameter", flag).with("suggestion", suggestion);
}

}  // namespace koine::cli
