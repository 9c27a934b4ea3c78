#include "cli/completion.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace koine::cli {
namespace {

/// Bash breaks words at "=", ":" and "@" as well: what belongs together is told from its neighbours.
constexpr std::string_view kBegin = R"(_koine() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words='' files='' place=0 ended='' at
    COMPREPLY=()
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    # How many operands stand before the word, and whether "--" does.
    for ((at = 2; at < COMP_CWORD; at++)); do
        if [[ ${COMP_WORDS[at]} == -- ]]; then
            ended=1
        elif [[ ${COMP_WORDS[at]} != -* && ${COMP_WORDS[at]} != [=:@] && ${COMP_WORDS[at - 1]} != [=:@] ]]; then
            _koine_takes_value "$verb" "${COMP_WORDS[at - 1]}" || ((++place))
        fi
    done
)";

constexpr std::string_view kEnd = R"(    [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [[ -n $files ]]; then
        local -a found
        mapfile -t found < <(compgen -f -- "$word")
        COMPREPLY+=("${found[@]}")
        compopt -o filenames 2>/dev/null
    fi
}
complete -F _koine koine
)";

/// The assignments that offer these candidates.
std::string offer(Candidates const& found) {
    std::string text;
    if (!found.words.empty()) text = fmt::format("words='{}'", fmt::join(found.words, " "));
    if (found.files) text += text.empty() ? "files=1" : " files=1";
    return text;
}

/// "serve:--output | serve:-o".
std::string pattern(Entry const& entry, Option const& option) {
    auto const letter = option.letter == '\0' ? std::string() : fmt::format(" | {}:-{}", entry.name, option.letter);
    return fmt::format("{}:{}{}", entry.name, option.flag(), letter);
}

/// A function that tells whether a flag of a command takes a value.
std::string takes_value() {
    std::string text = "_koine_takes_value() {\n    case $1:$2 in\n";
    for (auto const& entry : catalogue()) {
        std::vector<std::string> patterns;
        for (auto const& option : options_of(entry))
            if (!option.is_switch()) patterns.push_back(pattern(entry, option));
        if (!patterns.empty()) text += fmt::format("        {}) return 0 ;;\n", fmt::join(patterns, " | "));
    }
    return text + "    esac\n    return 1\n}\n";
}

/// What is offered for the values of flags.
std::string value_cases() {
    std::string text;
    for (auto const& entry : catalogue()) {
        for (auto const& option : options_of(entry)) {
            if (auto const found = candidates(option.value); found.any())
                text += fmt::format("            {}) {} ;;\n", pattern(entry, option), offer(found));
        }
    }
    return text;
}

/// The flags of every command.
std::string flag_cases() {
    std::string text;
    for (auto const& entry : catalogue()) {
        std::vector<std::string> flags;
        for (auto const& option : options_of(entry)) flags.push_back(option.flag());
        text += fmt::format("            {}) words='{}' ;;\n", entry.name, fmt::join(flags, " "));
    }
    return text;
}

/// What is offered for operands, by how many stand before.
std::string operand_cases() {
    std::string text;
    for (auto const& entry : catalogue()) {
        std::size_t place = 0;
        for (auto operand : operands_of(entry)) {
            auto const found = candidates(operand);
            if (found.any()) text += fmt::format("            {}:{}) {} ;;\n", entry.name, place, offer(found));
            ++place;
        }
    }
    return text;
}

}  // namespace

std::string bash_completion() {
    std::vector<std::string_view> verbs;
    for (auto const& entry : catalogue()) verbs.push_back(entry.name);
    std::string text = "# bash completion for koine, made by: koine completion bash\n";
    text.append(takes_value()).append(kBegin);
    text += fmt::format("    if ((COMP_CWORD == 1)); then\n        words='{} --help --version'\n", fmt::join(verbs, " "));
    text += "    elif _koine_takes_value \"$verb\" \"$before\"; then\n        case $verb:$before in\n" + value_cases() + "        esac\n";
    text += "    elif [[ $word == -* && -z $ended ]]; then\n        case $verb in\n" + flag_cases() + "        esac\n";
    text += "    else\n        case $verb:$place in\n" + operand_cases() + "        esac\n    fi\n";
    return text.append(kEnd);
}

}  // namespace koine::cli
