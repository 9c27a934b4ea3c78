#include "cli/completion.hpp"

#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

/// For the inside of single quotes, with those characters escaped that mean something in a specification of _arguments.
std::string described(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '\'')
            out += R"('\'')";
        else if (c == '[' || c == ']' || c == ':' || c == '\\')
            out.append("\\").push_back(c);
        else
            out += c;
    }
    return out;
}

/// ":message:action" of a value or operand.
std::string action(std::string_view value) {
    auto const found = candidates(value);
    auto const words = found.words.empty() ? std::string() : fmt::format("({})", fmt::join(found.words, " "));
    // A blank in front keeps _arguments from adding words of its own to the call.
    if (found.files && !found.words.empty()) return fmt::format(":{}: _koine_words_or_files {}", value, fmt::join(found.words, " "));
    return fmt::format(":{}:{}", value, found.files ? "_files" : words.empty() ? " " : words);
}

std::string specification(Option const& option) {
    auto const many = option.repeated ? "*" : "";
    auto const tail = fmt::format("[{}]{}", described(option.help), option.is_switch() ? std::string() : action(option.value));
    auto const equals = option.is_switch() ? "" : "=";
    auto text = fmt::format("'{}{}{}{}'", many, option.flag(), equals, tail);
    if (option.letter != '\0') text += fmt::format(" '-{}{}'", option.letter, tail);
    return text;
}

std::string function_of(Entry const& entry) {
    std::string text = fmt::format("        {})\n            _arguments -s", entry.name);
    for (auto const& option : options_of(entry)) text += fmt::format(" \\\n                {}", specification(option));
    std::size_t place = 1;
    for (auto operand : operands_of(entry)) text += fmt::format(" \\\n                '{}{}'", place++, action(operand));
    return text + "\n            ;;\n";
}

}  // namespace

std::string zsh_completion() {
    std::string text =
        "#compdef koine\n# zsh completion for koine, made by: koine completion zsh\n"
        "_koine_words_or_files() {\n    _alternative \"words:word:($*)\" 'files:file:_files'\n}\n"
        "_koine() {\n"
        "    local curcontext=\"$curcontext\" state line\n    typeset -A opt_args\n"
        "    local -a commands=(\n";
    for (auto const& entry : catalogue()) text += fmt::format("        '{}:{}'\n", entry.name, described(entry.summary));
    text +=
        "    )\n"
        "    _arguments -C '(- *)--help[explain the program]' '(- *)--version[show the versions]' '1: :->command' '*:: :->rest'\n"
        "    case $state in\n"
        "        command) _describe -t commands command commands; return ;;\n"
        "        rest) ;;\n"
        "        *) return ;;\n"
        "    esac\n"
        "    case $line[1] in\n";
    for (auto const& entry : catalogue()) text += function_of(entry);
    return text + "    esac\n}\nif [[ $funcstack[1] == _koine ]]; then\n    _koine \"$@\"\nelse\n    compdef _koine koine\nfi\n";
}

}  // namespace koine::cli
