/// @file The words of the command line, taken apart. What they mean is config.hpp's business.
#pragma once

#include "base/result.hpp"
#include "cli/catalogue.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::cli {

/// `koine token ACTION FILE [TOKEN]`.
struct TokenCommand {
    enum class Action : std::uint8_t { create, list, revoke };
    Action action = Action::list;
    std::string which;    ///< revoke: ID or NAME as written; empty if absent
    std::string name;     ///< of --name; empty if absent
    std::string expires;  ///< of --expires, as written; empty if absent
    std::string state;    ///< of --state; empty if absent
    bool write = false;   ///< of --write
};

/// `koine VERB FILE --flags`.
struct Command {
    Verb verb = Verb::help;
    bool help = false;   ///< of the verb: nothing else is looked at
    std::string file;    ///< the operand FILE, APP or FOLDER as written; empty if absent
    std::string word;    ///< the operand that is one of some words (catalogue.hpp); empty if absent
    bool json = false;   ///< of --json
    TokenCommand token;  ///< of Verb::token
    std::map<std::string, std::vector<std::string>, std::less<>> given;  ///< a flag's name → its values, in order; of a switch "true"

    /// Whether the flag was given.
    bool has(std::string_view name) const { return given.contains(name); }
    /// The last value of the flag; empty if it was not given.
    std::string text(std::string_view name) const;
};

/// @param words the arguments without the program's name. None at all asks for help.
/// @return mistakes of the command line (Kind::invalid): an unknown word or flag with the nearest known one, a flag without its value.
Result<Command> parse_command_line(std::span<std::string const> words);

}  // namespace koine::cli
