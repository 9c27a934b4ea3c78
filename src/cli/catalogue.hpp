/// @file The table of the commands: what each takes and what is said of it. Parser, help, manual and completion follow from it.
#pragma once

#include "cli/settings.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::cli {

enum class Verb : std::uint8_t { help, serve, inspect, openapi, token, check, new_app, migrate, completion, version };

/// A flag of one command that is no setting.
struct Flag {
    std::string_view name;   ///< "json"
    std::string_view value;  ///< as Setting::value: "FILE", "text|json"; empty for a switch
    std::string_view help;
    char letter = '\0';          ///< the short form, as in -o; none if 0
    std::string_view only = {};  ///< the first operand that it goes with: "create"; any if empty
};

/// Which settings a command takes as flags.
enum class Takes : std::uint8_t { nothing, storing, describing, everything };

/// A command.
struct Entry {
    Verb verb;
    std::string_view name;
    /// Words in order, between spaces: FILE, APP, FOLDER, or alternatives such as "bash|zsh|fish"; in brackets where it may be left out.
    std::string_view operands;
    std::string_view summary;  ///< a line
    std::string_view about;    ///< some lines, each with its end
    std::span<Flag const> flags;
    Takes settings = Takes::nothing;
    std::string_view examples;  ///< lines; {} stands for the default dialect
};

/// All commands, in the order of the help.
std::span<Entry const> catalogue();
/// The command of that name; null if there is none.
Entry const* find_entry(std::string_view name);
Entry const& entry_of(Verb verb);

/// A flag of a command, wherever it is from.
struct Option {
    std::string_view name;
    std::string_view value;
    std::string help;  ///< with the default in its place
    char letter = '\0';
    bool repeated = false;
    std::optional<Group> group;  ///< of a setting
    std::string_view only = {};  ///< as Flag::only
    bool is_switch() const { return value.empty(); }
    std::string flag() const;     ///< "--max-rows"
    std::string written() const;  ///< "--max-rows N", "-o, --output FILE"
};

/// The settings in the order of their table, then the command's own flags, then --config (where settings are taken) and --help.
std::vector<Option> options_of(Entry const& entry);
/// The operands of a command, one by one, without brackets.
std::vector<std::string_view> operands_of(Entry const& entry);
/// Its examples, a line each.
std::vector<std::string> examples_of(Entry const& entry);

/// What may stand for a value such as "NAME|FILE[@/prefix]" or "text|json".
struct Candidates {
    std::vector<std::string> words;  ///< those that are fixed, and the built-in dialects' names for NAME
    bool files = false;
    bool any() const { return files || !words.empty(); }
};
Candidates candidates(std::string_view value);
/// "a|b|c" taken apart.
std::vector<std::string_view> split_words(std::string_view value);

/// What the exit codes mean, in their order.
std::span<std::string_view const> exit_codes();

}  // namespace koine::cli
