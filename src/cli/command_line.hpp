/// @file The words of the command line, taken apart. What they mean is config.hpp's business.
#pragma once

#include "base/result.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace koine::cli {

enum class Verb : std::uint8_t { help, serve, inspect, version };

/// `koine VERB FILE --flags`.
struct Command {
    Verb verb = Verb::help;
    bool help = false;                                                   ///< of the verb: nothing else is looked at
    std::string file;                                                    ///< FILE as written; empty if absent
    std::string config;                                                  ///< of --config; empty if absent
    bool json = false;                                                   ///< of --json
    std::map<std::string, std::vector<std::string>, std::less<>> given;  ///< a setting's name → the values of its flags, in order
};

/// @param words the arguments without the program's name. None at all asks for help.
/// @return mistakes of the command line (Kind::invalid): an unknown word or flag with the nearest known one, a flag without its value.
Result<Command> parse_command_line(std::span<std::string const> words);

}  // namespace koine::cli
