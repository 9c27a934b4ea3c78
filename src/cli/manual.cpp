#include "cli/manual.hpp"

#include "cli/catalogue.hpp"
#include "cli/version.hpp"

#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

/// Text that roff takes as it stands: backslashes and dashes escaped, and no line that begins like a request.
std::string roff(std::string_view text) {
    std::string out;
    bool begins = true;
    for (char c : text) {
        if (begins && (c == '.' || c == '\'')) out += "\\&";
        begins = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '~')
            out += "\\(ti";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '`')
            out += "\\(ga";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }
std::string section(std::string_view title) { return fmt::format(".SH {}\n", roff(title)); }
std::string subsection(std::string_view title) { return fmt::format(".SS {}\n", roff(title)); }
/// A term and what it means.
std::string item(std::string_view term, std::string_view text) { return fmt::format(".TP\n{}\n{}\n", term, roff(text)); }
std::string verbatim(std::string_view lines) { return fmt::format(".RS\n.nf\n{}.fi\n.RE\n", roff(lines)); }

/// "\fB--port\fR \fIN\fR".
std::string term(Option const& option) {
    auto const letter = option.letter == '\0' ? std::string() : bold(fmt::format("-{}", option.letter)) + ", ";
    auto const value = option.is_switch() ? std::string() : fmt::format(" \\fI{}\\fR", roff(option.value));
    return letter + bold(option.flag()) + value;
}

std::string synopsis() {
    std::string text = section("SYNOPSIS");
    for (auto const& entry : catalogue()) {
        if (&entry != &catalogue().front()) text += ".br\n";
        auto const operands = entry.operands.empty() ? std::string() : fmt::format(" \\fI{}\\fR", roff(entry.operands));
        text += fmt::format("{}{} [\\fIOPTIONS\\fR]\n", bold(fmt::format("koine {}", entry.name)), operands);
    }
    return text;
}

/// Settings under their headings, then the rest.
std::string options_of_command(Entry const& entry) {
    std::string text;
    std::optional<Group> current;
    for (auto const& option : options_of(entry)) {
        if (option.name == "help") continue;
        if (option.group != current && entry.settings == Takes::everything) {
            current = option.group;
            text += fmt::format(".PP\n\\fI{}\\fR\n", current ? roff(to_string(*current)) : "More");
        }
        text += item(term(option), option.help);
    }
    return text;
}

std::string commands() {
    auto text = section("COMMANDS");
    for (auto const& entry : catalogue()) {
        text += subsection(fmt::format("koine {}{}{}", entry.name, entry.operands.empty() ? "" : " ", entry.operands));
        text += roff(entry.about);
        text += options_of_command(entry);
    }
    return text + ".PP\nEvery command takes " + bold("--help") + ".\n";
}

std::string values() {
    return section("VALUES") + item("\\fISIZE\\fR", "bytes, or with K, M or G (1024 each step): 64K, 64M, 1G") +
           item("\\fIS\\fR, \\fIMS\\fR", "seconds or milliseconds, or with a unit: 500ms, 5s, 2m, 1h") +
           item(
               "\\fINAME\\fR",
               fmt::format("a built-in dialect: {}. What has a slash or ends in .yaml is a file", fmt::join(app::builtin_dialects(), ", "))
           );
}

std::string environment() {
    auto text = section("ENVIRONMENT") +
                "A flag wins over the environment, the environment over the configuration file, the file over the defaults.\n";
    text += item(bold("KOINE_FILE"), "the database");
    text += item(bold("KOINE_CONFIG"), "the configuration file");
    for (auto const& setting : settings()) text += item(bold(setting.variable()), fmt::format("as {}", setting.flag()));
    return text + item(bold("NO_COLOR"), "switches colours off");
}

std::string files() {
    return section("CONFIGURATION FILE") +
           "YAML: the settings' names as keys, and \\fBfile\\fR for the database. Paths in it are relative to its folder.\n" +
           bold("koine help --config-schema") + " prints its JSON Schema.\n" +
           verbatim("file: music.db\nport: 8080\nmax-rows: 500\nstatement-timeout: 2s\naccess-log: on\nlog-format: json\n");
}

std::string exits() {
    auto text = section("EXIT STATUS");
    int code = 0;
    for (auto meaning : exit_codes()) text += item(bold(std::to_string(code++)), meaning);
    return text;
}

std::string examples() {
    auto text = section("EXAMPLES");
    for (auto const& entry : catalogue()) {
        std::string lines;
        for (auto const& line : examples_of(entry)) lines += line + "\n";
        if (!lines.empty()) text += (text.ends_with(".RE\n") ? ".PP\n" : "") + verbatim(lines);
    }
    return text;
}

}  // namespace

std::string manual() {
    auto text = fmt::format(".TH KOINE 1 \"\" \"Koine {}\" \"User Commands\"\n", version());
    text += section("NAME") + "koine \\- an HTTP API from a database file that nobody prepared\n";
    text += synopsis() + section("DESCRIPTION") +
            "Serves the tables and views of a SQLite file over HTTP, in one or several API dialects, and shows what such a file holds.\n";
    return text + commands() + values() + environment() + files() + exits() + examples() + section("SEE ALSO") +
           ".BR sqlite3 (1),\n.BR curl (1)\n";
}

}  // namespace koine::cli
