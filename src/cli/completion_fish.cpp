#include "cli/completion.hpp"

#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

constexpr std::string_view kBegin =
    R"(# fish completion for koine, made by: koine completion fish
function __koine_at --argument-names verb least most
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$verb"; or return 1
    test -z "$least"; or test (count $words) -ge $least; or return 1
    test -z "$most"; or test (count $words) -le $most
end
complete -c koine -f
)";

/// In single quotes.
std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

/// The flags of `complete` that offer a value: -r takes one, -f offers no files.
std::string offer(Candidates const& found) {
    std::string text = found.files ? " -r -F" : " -r -f";
    if (!found.words.empty()) text += fmt::format(" -a {}", in_quotes(fmt::format("{}", fmt::join(found.words, " "))));
    return text;
}

std::string lines_of(Entry const& entry) {
    std::string text;
    for (auto const& option : options_of(entry)) {
        auto const letter = option.letter == '\0' ? std::string() : fmt::format(" -s {}", option.letter);
        auto const value = option.is_switch() ? std::string() : offer(candidates(option.value));
        text += fmt::format(
            "complete -c koine -n '__koine_at {}' -l {}{}{} -d {}\n", entry.name, option.name, letter, value, in_quotes(option.help)
        );
    }
    // The words before an operand: the program's name, the command's, and the operands before it.
    int before = 2;
    for (auto operand : operands_of(entry)) {
        auto const found = candidates(operand);
        if (found.files) text += fmt::format("complete -c koine -n '__koine_at {} {}' -F\n", entry.name, before);
        if (!found.words.empty())
            text += fmt::format(
                "complete -c koine -n '__koine_at {} {} {}' -a {}\n",
                entry.name,
                before,
                before,
                in_quotes(fmt::format("{}", fmt::join(found.words, " ")))
            );
        ++before;
    }
    return text;
}

}  // namespace

std::string fish_completion() {
    auto text = std::string(kBegin);
    for (auto const& entry : catalogue())
        text += fmt::format("complete -c koine -n __fish_use_subcommand -a {} -d {}\n", entry.name, in_quotes(entry.summary));
    text += "complete -c koine -n __fish_use_subcommand -l help -s h -d 'explain the program'\n";
    text += "complete -c koine -n __fish_use_subcommand -l version -s V -d 'show the versions'\n";
    for (auto const& entry : catalogue()) text += lines_of(entry);
    return text;
}

}  // namespace koine::cli
