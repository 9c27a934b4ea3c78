#include "cli/command_line.hpp"

#include "cli/outcome.hpp"
#include "model/schema.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace koine::cli {
namespace {

/// "a, b and c".
std::string listed(std::vector<std::string_view> const& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
        text += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " and " : ", ", words[i]);
    return text;
}

Problem unknown_verb(std::string_view word) {
    std::vector<std::string_view> names;
    for (auto const& entry : catalogue()) names.push_back(entry.name);
    if (auto near = model::nearest(word, names)) return bad_value("command", word, fmt::format("known; did you mean \"koine {}\"?", *near));
    if (word.find_first_of("./") != std::string_view::npos)
        return bad_value("command", word, fmt::format("known; did you mean \"koine serve {}\"?", word));
    return bad_value("command", word, fmt::format("one of {}", listed(names)));
}

Problem unexpected(Entry const& entry, std::vector<std::string> const& words, std::vector<std::string_view> const& flags) {
    for (std::string_view word : words) {
        if (!word.starts_with('-')) continue;
        word = word.substr(0, word.find('='));
        if (auto near = model::nearest(word, flags)) return unknown_flag(word, fmt::format("did you mean {}?", *near));
        return unknown_flag(word, fmt::format("koine {} --help lists those that exist", entry.name));
    }
    auto const takes = entry.operands.empty() ? std::string("takes options only") : fmt::format("takes one {}", entry.operands);
    return bad_value("argument", words.front(), fmt::format("expected: koine {} {}", entry.name, takes));
}

/// The flags of one command. CLI11 splits words into flags and values; what it would say of mistakes, we say ourselves.
class Grammar {
public:
    Grammar(Entry const& entry, Command& command) : entry_(entry), command_(command) {
        app_.set_help_flag();
        app_.allow_extras();
        // CLI11 fills operands in the order in which they are made known.
        for (auto operand : operands_of(entry)) app_.add_option(std::string(operand), place_of(operand));
        for (auto const& option : options_of(entry)) add(option);
    }

    Result<void> parse(std::span<std::string const> words) {
        try {
            app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
        } catch (CLI::Error const&) {
            return missing_value(
                fmt::format("the value of {}", last_flag(words)), fmt::format("koine {} --help tells what it takes", entry_.name)
            );
        }
        command_.help = command_.given.erase("help") > 0;
        if (command_.help) return outcome::success();
        auto rest = app_.remaining();
        // CLI11 leaves the first "--" among the words it didn't know.
        if (auto const mark = std::ranges::find(rest, "--"); mark != rest.end()) rest.erase(mark);
        if (!rest.empty()) return unexpected(entry_, rest, std::vector<std::string_view>(flags_.begin(), flags_.end()));
        KOINE_TRY(check_word());
        return check_company();
    }

private:
    std::string& place_of(std::string_view operand) {
        if (operand == "FILE" || operand == "APP" || operand == "FOLDER") return command_.file;
        return operand == "TOKEN" ? command_.token.which : command_.word;
    }

    void add(Option const& option) {
        flags_.push_back(option.flag());
        auto const names = option.letter == '\0' ? option.flag() : fmt::format("-{},{}", option.letter, option.flag());
        auto name = std::string(option.name);
        if (option.is_switch())
            app_.add_flag_function(names, [this, name](std::int64_t count) { command_.given[name] = {count > 0 ? "true" : "false"}; });
        else
            app_.add_option_function<std::vector<std::string>>(
                    names, [this, name](std::vector<std::string> const& values) { command_.given[name] = values; }
            )->allow_extra_args(false);
    }

    /// An operand that is one of some words.
    Result<void> check_word() const {
        for (auto operand : operands_of(entry_)) {
            auto const words = split_words(operand);
            if (words.size() < 2) continue;
            if (command_.word.empty()) return missing_value(operand, fmt::format("name one, as in \"koine {} {}\"", entry_.name, words[0]));
            if (std::ranges::find(words, command_.word) == words.end())
                return bad_value(fmt::format("koine {}", entry_.name), command_.word, fmt::format("one of {}", listed(words)));
        }
        return outcome::success();
    }

    /// Flags that go with one word only.
    Result<void> check_company() const {
        for (auto const& option : options_of(entry_)) {
            if (option.only.empty() || option.only == command_.word || !command_.has(option.name)) continue;
            return unknown_flag(option.flag(), fmt::format("it goes with koine {} {}", entry_.name, option.only));
        }
        return outcome::success();
    }

    /// The only mistake left to CLI11, as unknown words are let through and values are texts: a flag at the end, without its value.
    static std::string last_flag(std::span<std::string const> words) { return words.empty() ? std::string("an option") : words.back(); }

    Entry const& entry_;
    Command& command_;
    CLI::App app_;
    std::vector<std::string> flags_;
};

Command only(Verb verb, bool help) {
    Command command;
    command.verb = verb;
    command.help = help;
    return command;
}

/// `koine help serve` is `koine serve --help`.
Result<Command> turned(Command command) {
    if (!command.word.empty()) {
        auto const* entry = find_entry(command.word);
        if (!entry) return unknown_verb(command.word);
        return only(entry->verb, true);
    }
    command.help = command.help || command.given.empty();
    return command;
}

Result<Command> with_token(Command command) {
    using Action = TokenCommand::Action;
    auto& token = command.token;
    token.action = command.word == "create" ? Action::create : command.word == "revoke" ? Action::revoke : Action::list;
    if (token.action != Action::revoke && !token.which.empty())
        return bad_value("argument", token.which, fmt::format("expected: koine token {} takes one FILE", command.word));
    token.name = command.text("name");
    token.expires = command.text("expires");
    token.state = command.text("state");
    token.write = command.text("write") == "true";
    return command;
}

}  // namespace

std::string Command::text(std::string_view name) const {
    auto const found = given.find(name);
    return found == given.end() ? std::string() : found->second.back();
}

Result<Command> parse_command_line(std::span<std::string const> words) {
    if (words.empty()) return Command{};
    auto const& first = words.front();
    if (first == "-h" || first == "--help") return only(Verb::help, true);
    if (first == "-V" || first == "--version") return only(Verb::version, false);
    auto const* entry = find_entry(first);
    if (!entry) return unknown_verb(first);
    auto command = only(entry->verb, false);
    Grammar grammar(*entry, command);
    KOINE_TRY(grammar.parse(words.subspan(1)));
    command.json = command.text("json") == "true";
    if (command.verb == Verb::token) return command.help ? Result<Command>(command) : with_token(std::move(command));
    if (command.verb == Verb::help) return turned(std::move(command));
    return command;
}

}  // namespace koine::cli
