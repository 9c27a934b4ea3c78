#include "cli/catalogue.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace koine::cli {
namespace {

constexpr auto kInspectFlags = std::to_array<Flag>({{"json", "", "the same as one JSON document"}});
constexpr auto kOpenApiFlags = std::to_array<Flag>({
    {"base-url", "URL", "where clients reach the server (http://HOST:PORT as it would listen)"},
    {"output", "FILE", "write to this file instead of stdout", 'o'},
});
constexpr auto kTokenFlags = std::to_array<Flag>({
    {"name", "TEXT", "what to call it (its id)", '\0', "create"},
    {"write", "", "it may write, too; without, only read", '\0', "create"},
    {"expires", "TIME", "how long it counts: 90d, 12h, 2w (for ever)", '\0', "create"},
    {"json", "", "the list as one JSON document", '\0', "list"},
    {"state", "FILE", "where tokens are kept, if not beside the database; KOINE_STATE says it, too"},
});
constexpr auto kCheckFlags = std::to_array<Flag>({{"schema", "", "print the JSON Schema of an app's files instead"}});
constexpr auto kMigrateFlags = std::to_array<Flag>({
    {"apply", "", "do it, in one transaction"},
    {"allow-loss", "", "with --apply: also what loses data"},
});
constexpr auto kHelpFlags = std::to_array<Flag>({
    {"man", "", "the manual page, for man(1)"},
    {"config-schema", "", "the JSON Schema of the configuration file"},
});

constexpr auto kCatalogue = std::to_array<Entry>({
    {Verb::serve,
     "serve",
     "FILE",
     "serve a SQLite file or an app over HTTP",
     "Serves every table and view of a SQLite file over HTTP until Ctrl-C: on this machine only, and read-only\n"
     "unless --write is given. An app (a folder of YAML files, or one) is served as its files say.\n",
     {},
     Takes::everything,
     "koine serve music.db\n"
     "koine serve music.db --port 8080 --max-rows 500 --access-log on\n"
     "koine serve music.db --dialect {} --dialect ./mine.yaml@/api\n"
     "koine serve notes --store notes.db --watch\n"
     "KOINE_PORT=8080 koine serve --config koine.yaml\n"},
    {Verb::inspect,
     "inspect",
     "FILE",
     "show what the file holds and how it will be served",
     "Shows the tables and views of a SQLite file with columns, keys and checks, how related rows are asked for,\n"
     "and what could not be served and why. The file is only read.\n",
     kInspectFlags,
     Takes::nothing,
     "koine inspect music.db\n"
     "koine inspect music.db --json | jq '.entities[].name'\n"},
    {Verb::openapi,
     "openapi",
     "FILE",
     "print the OpenAPI document of what would be served",
     "Prints the OpenAPI 3.1 document (JSON) that a server with the same settings shows at /-/openapi.json, without\n"
     "serving; of several dialects, that of the one at the shortest place. The file is only read.\n",
     kOpenApiFlags,
     Takes::describing,
     "koine openapi music.db --base-url https://api.example.org -o music.json\n"
     "koine openapi music.db --dialect ./mine.yaml | jq '.paths | keys'\n"},
    {Verb::token,
     "token",
     "create|list|revoke FILE [TOKEN]",
     "make, list or revoke tokens that let programs in",
     "Tokens let programs in that say them: koine serve FILE asks for one to write (if it serves with --write), and to\n"
     "read where others than this machine can reach it. The secret is shown once; a hash of it is kept beside the\n"
     "database, in FILE.koine. A running server notices within a second. TOKEN, to revoke, is an id or name as listed.\n",
     kTokenFlags,
     Takes::nothing,
     "TOKEN=$(koine token create music.db --name deploy --write --expires 90d)\n"
     "curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:3000/artist\n"
     "koine token list music.db\n"
     "koine token revoke music.db deploy\n"},
    {Verb::check,
     "check",
     "[APP]",
     "tell all mistakes in the files of an app",
     "Reads the YAML files of an app, a folder or one file, and checks every name, type, path and formula in them. All\n"
     "mistakes are told, each with file, line and column, and the exit code is 1; nothing is served or written.\n",
     kCheckFlags,
     Takes::nothing,
     "koine check notes\n"
     "koine check --schema >app.schema.json\n"},
    {Verb::new_app,
     "new",
     "FOLDER",
     "make the folder of a new app",
     "Makes a folder with a small app to begin with: app.yaml, data/ with sample rows, and a README.\n",
     {},
     Takes::nothing,
     "koine new notes\n"},
    {Verb::migrate,
     "migrate",
     "APP",
     "bring an app's database up to date",
     "Shows what must be done to the database of an app to fit its files, a line each; with --apply it is done, all or\n"
     "nothing. Serving does it, too, but never what loses data: that takes --allow-loss here.\n",
     kMigrateFlags,
     Takes::storing,
     "koine migrate notes\n"
     "koine migrate notes --apply --allow-loss\n"},
    {Verb::completion,
     "completion",
     "bash|zsh|fish",
     "print the completion of commands and flags for a shell",
     "Prints what makes a shell complete commands, flags, their values and files. The Debian package brings it along.\n",
     {},
     Takes::nothing,
     "eval \"$(koine completion bash)\"                                      in ~/.bashrc\n"
     "koine completion zsh >~/.zfunc/_koine                                a folder of $fpath\n"
     "koine completion fish >~/.config/fish/completions/koine.fish\n"},
    {Verb::version,
     "version",
     "",
     "show the versions of koine and what it is built with",
     "Shows the versions of koine, its compiler and its libraries.\n",
     {},
     Takes::nothing,
     ""},
    {Verb::help,
     "help",
     "[COMMAND]",
     "explain the program or one command",
     "Explains the program, or one command as its --help does.\n",
     kHelpFlags,
     Takes::nothing,
     "koine help serve\n"
     "koine help --man | man -l -\n"},
});

constexpr auto kExitCodes = std::to_array<std::string_view>({
    "stopped as asked (Ctrl-C, SIGTERM), or the command is done",
    "it failed while running",
    "the command line is wrong",
    "a setting, a dialect, the database or the address can't be used",
});

/// What an OpenAPI document depends on, but for the address; the rest is read from the other places, where only
/// the host has a say: whether reading takes a token.
constexpr auto kDescribing = std::to_array<std::string_view>({"dialect", "write", "state"});

bool takes(Entry const& entry, Setting const& setting) {
    if (entry.settings == Takes::storing) return setting.name == "store";
    if (entry.settings == Takes::describing) return std::ranges::find(kDescribing, setting.name) != kDescribing.end();
    return entry.settings == Takes::everything;
}

}  // namespace

std::span<Entry const> catalogue() { return kCatalogue; }

Entry const* find_entry(std::string_view name) {
    auto const* found = std::ranges::find(kCatalogue, name, &Entry::name);
    return found == kCatalogue.end() ? nullptr : found;
}

Entry const& entry_of(Verb verb) { return *std::ranges::find(kCatalogue, verb, &Entry::verb); }

std::string Option::flag() const { return fmt::format("--{}", name); }

std::string Option::written() const {
    auto const letters = letter == '\0' ? std::string() : fmt::format("-{}, ", letter);
    return is_switch() ? letters + flag() : fmt::format("{}{} {}", letters, flag(), value);
}

std::vector<Option> options_of(Entry const& entry) {
    std::vector<Option> options;
    for (auto const& setting : settings()) {
        if (!takes(entry, setting)) continue;
        options.push_back({setting.name, setting.value, setting.explained(), '\0', setting.repeated, setting.group});
    }
    for (auto const& flag : entry.flags) {
        auto help = flag.only.empty() ? std::string(flag.help) : fmt::format("{}: {}", flag.only, flag.help);
        options.push_back({flag.name, flag.value, std::move(help), flag.letter, false, {}, flag.only});
    }
    if (entry.settings != Takes::nothing) options.push_back({"config", "FILE", "read settings from a YAML file", '\0', false, {}});
    options.push_back({"help", "", "this text", 'h', false, {}});
    return options;
}

std::vector<std::string_view> operands_of(Entry const& entry) {
    std::vector<std::string_view> operands;
    for (auto rest = entry.operands; !rest.empty();) {
        auto word = split_off(rest, ' ');
        if (word.starts_with('[') && word.ends_with(']')) word = word.substr(1, word.size() - 2);
        operands.push_back(word);
    }
    return operands;
}

std::vector<std::string> examples_of(Entry const& entry) {
    std::vector<std::string> lines;
    for (auto rest = entry.examples; !rest.empty();) {
        std::string line(split_off(rest, '\n'));
        if (auto const place = line.find("{}"); place != std::string::npos) line.replace(place, 2, app::default_dialect());
        lines.push_back(std::move(line));
    }
    return lines;
}

Candidates candidates(std::string_view value) {
    Candidates found;
    for (auto word : split_words(value.substr(0, value.find('[')))) {
        if (word == "FILE" || word == "APP" || word == "FOLDER")
            found.files = true;
        else if (word == "NAME")
            for (auto& name : app::builtin_dialects()) found.words.push_back(std::move(name));
        else if (word == "COMMAND")
            for (auto const& entry : catalogue()) found.words.emplace_back(entry.name);
        else if (!word.empty() && word.front() >= 'a' && word.front() <= 'z')
            found.words.emplace_back(word);
    }
    return found;
}

std::vector<std::string_view> split_words(std::string_view value) {
    std::vector<std::string_view> words;
    while (!value.empty()) words.push_back(split_off(value, '|'));
    return words;
}

std::span<std::string_view const> exit_codes() { return kExitCodes; }

}  // namespace koine::cli
