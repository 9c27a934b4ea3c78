#include "cli/help.hpp"

#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

constexpr std::size_t kColumn = 32;

std::string line(std::string_view left, std::string_view right) {
    if (left.size() + 2 <= kColumn) return fmt::format("  {}{}\n", padded(left, kColumn), right);
    return fmt::format("  {}\n", left) + line("", right);
}

std::string heading(std::string_view text, Paint const& paint) { return fmt::format("\n{}\n", paint.bold(text)); }

std::string codes(Paint const& paint) {
    auto text = heading("Exit codes", paint);
    int code = 0;
    for (auto meaning : exit_codes()) text += fmt::format("  {}  {}\n", code++, meaning);
    return text;
}

std::string call_of(Entry const& entry) {
    return fmt::format("koine {}{}{}", entry.name, entry.operands.empty() ? "" : " ", entry.operands);
}

std::string whole_help(Paint const& paint) {
    auto text = fmt::format("{}: an HTTP API from a database file that nobody prepared\n", paint.bold("koine"));
    text += heading("Commands", paint);
    for (auto const& entry : catalogue()) text += line(call_of(entry), entry.summary);
    text += line("koine COMMAND --help", "explain one command");
    text += heading("Examples", paint);
    text += line("koine serve music.db", "then open the address that it prints");
    text += line("koine serve music.db --port 0", "on any free port");
    text += line("koine inspect music.db", "tables, keys, relationships");
    return text + codes(paint);
}

std::string options(Entry const& entry, Paint const& paint) {
    auto const all = options_of(entry);
    std::string text;
    auto const part = [&](std::string_view title, std::optional<Group> group) {
        std::string lines;
        for (auto const& option : all)
            if (option.group == group) lines += line(option.written(), option.help);
        if (!lines.empty()) text += heading(title, paint) + lines;
    };
    for (auto group : kGroups) part(to_string(group), group);
    part(entry.settings == Takes::everything ? "More" : "Options", {});
    return text;
}

/// What concerns whoever sets something.
std::string about_settings(Paint const& paint) {
    auto text = heading("How values are written", paint);
    text += line("SIZE", "bytes, or 64K, 64M, 1G");
    text += line("S, MS", "seconds or milliseconds, or 500ms, 5s, 2m, 1h");
    text += heading("Other places for settings", paint);
    text += line("environment", "KOINE_ and the name: KOINE_MAX_ROWS=500, KOINE_PORT=8080, KOINE_FILE=my.db");
    text += line("a file, for --config", "the same names as keys:  max-rows: 500");
    text += line("", "A flag wins over the environment, the environment over the file.");
    return text;
}

std::string command_help(Entry const& entry, Paint const& paint) {
    auto text = fmt::format(
        "{}{}{} [OPTIONS]\n\n", paint.bold(fmt::format("koine {}", entry.name)), entry.operands.empty() ? "" : " ", entry.operands
    );
    text += entry.about;
    text += options(entry, paint);
    if (entry.settings == Takes::everything) text += about_settings(paint);
    if (!entry.examples.empty()) {
        text += heading("Examples", paint);
        for (auto line : examples_of(entry)) text += fmt::format("  {}\n", line);
    }
    if (entry.settings != Takes::nothing)
        text += fmt::format("{}  {}\n", heading("Built-in dialects", paint), fmt::join(app::builtin_dialects(), ", "));
    return text + (entry.settings == Takes::everything ? codes(paint) : "");
}

}  // namespace

std::string help(Verb verb, Paint const& paint) { return verb == Verb::help ? whole_help(paint) : command_help(entry_of(verb), paint); }

}  // namespace koine::cli
