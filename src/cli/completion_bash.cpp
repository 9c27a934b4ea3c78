#include "cli/completion.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace koine::cli {
namespace {

/// Splits what bash made of the line (it breaks words at "=") into: `verb`, `before` (the flag whose value is being written), `word`.
constexpr std::string_view kBegin = R"(# bash completion for koine, made by: koine completion bash
_koine() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words='' files='' place=0 at
    COMPREPLY=()
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        words='@VERBS@'
    else
        # How many operands stand before the word.
        for ((at = 2; at < COMP_CWORD; at++)); do
            [[ ${COMP_WORDS[at]} == -- ]] && before=--
            [[ ${COMP_WORDS[at]} == -* || ${COMP_WORDS[at]} == = ]] && continue
            _koine_takes_value "$verb" "${COMP_WORDS[at - 1]}" || [[ ${COMP_WORDS[at - 1]} == = ]] || ((++place))
        done
        case $verb:$before in
)";

constexpr std::string_view kEnd = R"(    fi
    [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    if [[ -n $files ]]; then
        local -a found
        mapfile -t found < <(compgen -f -- "$word")
        COMPREPLY+=("${found[@]}")
        compopt -o filenames 2>/dev/null
    fi
}
complete -F _koine koine
)";

std::string joined_flags(std::vector<Option> const& options) {
    std::string text;
    for (auto const& option : options) text += (text.empty() ? "" : " ") + option.flag();
    return text;
}

/// The assignments that offer these candidates.
std::string offer(Candidates const& found) {
    std::string text;
    if (!found.words.empty()) text = fmt::format("words='{}'", fmt::join(found.words, " "));
    if (found.files) text += text.empty() ? "files=1" : " files=1";
    return text.empty() ? ":" : text;
}

/// `verb:--flag | verb:-f) offer ;;` of every flag that takes a value.
std::string flag_cases(Entry const& entry, std::vector<Option> const& options) {
    std::string text;
    for (auto const& option : options) {
        if (option.is_switch()) continue;
        auto const letter = option.letter == '\0' ? std::string() : fmt::format(" | {}:-{}", entry.name, option.letter);
        text += fmt::format("            {}:{}{}) {} ;;\n", entry.name, option.flag(), letter, offer(candidates(option.value)));
    }
    return text;
}

/// What is offered where no flag waits for its value: flags after a dash, else the operand whose turn it is.
std::string operand_case(Entry const& entry, std::vector<Option> const& options) {
    std::string text = fmt::format("            {}:*)\n", entry.name);
    text += "                if [[ $word == -* && $before != -- ]]; then\n";
    text += fmt::format("                    words='{}'\n", joined_flags(options));
    std::size_t place = 0;
    for (auto operand : operands_of(entry)) {
        text += fmt::format("                elif ((place == {})); then\n", place++);
        text += fmt::format("                    {}\n", offer(candidates(operand)));
    }
    return text + "                fi\n                ;;\n";
}

std::string value_flags() {
    std::string text = "_koine_takes_value() {\n    case $1:$2 in\n";
    for (auto const& entry : catalogue()) {
        std::string patterns;
        for (auto const& option : options_of(entry)) {
            if (option.is_switch()) continue;
            patterns += fmt::format("{}{}:{}", patterns.empty() ? "" : " | ", entry.name, option.flag());
            if (option.letter != '\0') patterns += fmt::format(" | {}:-{}", entry.name, option.letter);
        }
        if (!patterns.empty()) text += fmt::format("        {}) return 0 ;;\n", patterns);
    }
    return text + "    esac\n    return 1\n}\n";
}

}  // namespace

std::string bash_completion() {
    std::string verbs;
    for (auto const& entry : catalogue()) verbs += fmt::format("{} ", entry.name);
    auto text = std::string(kBegin);
    constexpr std::string_view place = "@VERBS@";
    text.replace(text.find(place), place.size(), verbs + "--help --version");
    for (auto const& entry : catalogue()) {
        auto const options = options_of(entry);
        text += flag_cases(entry, options) + operand_case(entry, options);
    }
    text += "        esac\n";
    auto const first_line = text.find('\n') + 1;
    return text.insert(first_line, value_flags()).append(kEnd);
}

}  // namespace koine::cli
