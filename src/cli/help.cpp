#include "cli/help.hpp"

#include "cli/settings.hpp"

#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

constexpr std::size_t kColumn = 32;

std::string line(std::string_view left, std::string_view right) { return fmt::format("  {}{}\n", padded(left, kColumn), right); }

constexpr std::string_view kExitCodes =
    "  0  stopped as asked (Ctrl-C, SIGTERM), or the command is done\n"
    "  1  it failed while running\n"
    "  2  the command line is wrong\n"
    "  3  a setting, a dialect, the database or the address can't be used\n";

std::string whole_help(Paint const& paint) {
    std::string text = fmt::format("{}: an HTTP API from a database file that nobody prepared\n\n", paint.bold("koine"));
    text += paint.bold("Commands") + "\n";
    text += line("koine serve FILE", "serve a SQLite file, read-only");
    text += line("koine inspect FILE", "show what the file holds and how it will be served");
    text += line("koine version", "show the versions of koine and what it is built with");
    text += line("koine COMMAND --help", "explain one command");
    text += "\n" + paint.bold("Examples") + "\n";
    text += line("koine serve music.db", "then open the address that it prints");
    text += line("koine serve music.db --port 0", "on any free port");
    text += line("koine inspect music.db", "tables, keys, relationships");
    text += "\n" + paint.bold("Exit codes") + "\n";
    return text.append(kExitCodes);
}

std::string entry(Setting const& setting, ServeOptions const& defaults) {
    auto const left = setting.is_switch() ? setting.flag() : fmt::format("{} {}", setting.flag(), setting.value);
    auto const otherwise = setting.otherwise ? setting.otherwise(defaults) : std::string();
    auto const right = fmt::format(fmt::runtime(setting.help), otherwise);
    if (left.size() + 2 <= kColumn) return line(left, right);
    return fmt::format("  {}\n", left) + line("", right);
}

std::string serve_help(Paint const& paint) {
    ServeOptions const defaults;
    std::string text = fmt::format("{} FILE [OPTIONS]\n\n", paint.bold("koine serve"));
    text +=
        "Serves every table and view of a SQLite file over HTTP, read-only and on this machine only, until Ctrl-C.\n"
        "The file stays as it is.\n";
    for (auto group : {Group::what, Group::where, Group::answers, Group::requests, Group::time, Group::output}) {
        text += "\n" + paint.bold(to_string(group)) + "\n";
        for (auto const& setting : settings()) {
            if (setting.group == group) text += entry(setting, defaults);
        }
    }
    text += line("--config FILE", "read settings from a YAML file");
    text += line("--help", "this text");
    text += "\n" + paint.bold("How values are written") + "\n";
    text += line("SIZE", "bytes, or 64K, 64M, 1G");
    text += line("S, MS", "seconds or milliseconds, or 500ms, 5s, 2m, 1h");
    text += "\n" + paint.bold("Other places for settings") + "\n";
    text += line("environment", "KOINE_ and the name: KOINE_MAX_ROWS=500, KOINE_PORT=8080, KOINE_FILE=my.db");
    text += line("a file, for --config", "the same names as keys:  max-rows: 500");
    text += line("", "A flag wins over the environment, the environment over the file.");
    text += "\n" + paint.bold("Examples") + "\n";
    text += "  koine serve music.db\n";
    text += "  koine serve music.db --port 8080 --max-rows 500 --access-log text\n";
    text += fmt::format("  koine serve music.db --dialect {0} --dialect ./mine.yaml@/api\n", app::default_dialect());
    text += "  KOINE_PORT=8080 koine serve --config koine.yaml\n";
    auto const names = app::builtin_dialects();
    if (!names.empty()) text += fmt::format("\n{}\n  {}\n", paint.bold("Built-in dialects"), fmt::join(names, ", "));
    text += "\n" + paint.bold("Exit codes") + "\n";
    return text.append(kExitCodes);
}

std::string inspect_help(Paint const& paint) {
    std::string text = fmt::format("{} FILE [--json]\n\n", paint.bold("koine inspect"));
    text +=
        "Shows the tables and views of a SQLite file with columns, keys and checks, how related rows are asked for,\n"
        "and what could not be served and why. The file is only read.\n\n";
    text += line("--json", "the same as one JSON document");
    text += line("--help", "this text");
    text += "\n" + paint.bold("Examples") + "\n";
    text += "  koine inspect music.db\n";
    text += "  koine inspect music.db --json | jq '.entities[].name'\n";
    return text;
}

}  // namespace

std::string help(Verb verb, Paint const& paint) {
    switch (verb) {
        case Verb::serve: return serve_help(paint);
        case Verb::inspect: return inspect_help(paint);
        case Verb::version:
            return fmt::format("{}\n\nShows the versions of koine, its compiler and its libraries.\n", paint.bold("koine version"));
        case Verb::help: return whole_help(paint);
    }
    return {};
}

}  // namespace koine::cli
