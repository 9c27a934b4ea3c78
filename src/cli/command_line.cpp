#include "cli/command_line.hpp"

#include "cli/outcome.hpp"
#include "cli/settings.hpp"
#include "model/schema.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace koine::cli {
namespace {

constexpr auto kVerbs = std::to_array<std::pair<std::string_view, Verb>>(
    {{"serve", Verb::serve}, {"inspect", Verb::inspect}, {"version", Verb::version}, {"help", Verb::help}}
);
constexpr std::string_view kWriting =
    "--write: this version only reads; writing comes with the next one. Leave --write out to serve read-only";

Problem unknown_verb(std::string_view word) {
    std::vector<std::string_view> names;
    for (auto const& [name, verb] : kVerbs) names.push_back(name);
    if (auto near = model::nearest(word, names)) return bad_value("command", word, fmt::format("known; did you mean \"koine {}\"?", *near));
    if (word.find_first_of("./") != std::string_view::npos)
        return bad_value("command", word, fmt::format("known; did you mean \"koine serve {}\"?", word));
    return bad_value("command", word, "one of serve, inspect, version and help");
}

Problem unexpected(std::string_view verb, std::vector<std::string> const& words, std::vector<std::string_view> const& flags) {
    for (std::string_view word : words) {
        if (!word.starts_with('-')) continue;
        word = word.substr(0, word.find('='));
        if (auto near = model::nearest(word, flags)) return unknown_flag(word, fmt::format("did you mean {}?", *near));
        return unknown_flag(word, fmt::format("koine {} --help lists those that exist", verb));
    }
    return bad_value("argument", words.front(), fmt::format("expected: koine {} takes one FILE", verb));
}

/// The flags of one verb. CLI11 splits words into flags and values; what it would say of mistakes, we say ourselves.
class Grammar {
public:
    Grammar(std::string_view verb, Command& command) : verb_(verb), command_(command) {
        app_.set_help_flag();
        app_.allow_extras();
        add_switch("-h,--help", "--help", command.help);
    }

    void add_switch(std::string const& names, std::string_view name, bool& into) {
        flags_.emplace_back(name);
        app_.add_flag(names, into);
    }

    void add_text(std::string const& name, std::string& into) {
        flags_.push_back(name);
        app_.add_option(name, into)->take_last();
    }

    void add_file() { app_.add_option("FILE", command_.file); }

    void add_setting(Setting const& setting) {
        flags_.push_back(setting.flag());
        auto name = std::string(setting.name);
        if (setting.is_switch())
            app_.add_flag_function(setting.flag(), [this, name](std::int64_t count) {
                command_.given[name] = {count > 0 ? "true" : "false"};
            });
        else
            app_.add_option_function<std::vector<std::string>>(
                    setting.flag(), [this, name](std::vector<std::string> const& values) { command_.given[name] = values; }
            )->allow_extra_args(false);
    }

    Result<void> parse(std::span<std::string const> words) {
        try {
            app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
        } catch (CLI::Error const&) {
            return missing_value(
                fmt::format("the value of {}", last_flag(words)), fmt::format("koine {} --help tells what it takes", verb_)
            );
        }
        auto rest = app_.remaining();
        // CLI11 leaves the first "--" among the words it didn't know.
        if (auto const mark = std::ranges::find(rest, "--"); mark != rest.end()) rest.erase(mark);
        if (!rest.empty() && !command_.help) return unexpected(verb_, rest, std::vector<std::string_view>(flags_.begin(), flags_.end()));
        return outcome::success();
    }

private:
    /// The only mistake left to CLI11, as unknown words are let through and values are texts: a flag at the end, without its value.
    static std::string last_flag(std::span<std::string const> words) { return words.empty() ? std::string("an option") : words.back(); }

    std::string_view verb_;
    Command& command_;
    CLI::App app_;
    std::vector<std::string> flags_;
};

bool asks_to_write(std::span<std::string const> words) {
    auto const end = std::ranges::find(words, "--");
    return std::any_of(words.begin(), end, [](std::string_view word) { return word == "--write" || word.starts_with("--write="); });
}

Command only(Verb verb, bool help) {
    Command command;
    command.verb = verb;
    command.help = help;
    return command;
}

Result<Command> parse_verb(std::string_view name, Verb verb, std::span<std::string const> words) {
    Command command;
    command.verb = verb;
    Grammar grammar(name, command);
    if (verb == Verb::serve || verb == Verb::inspect) grammar.add_file();
    if (verb == Verb::inspect) grammar.add_switch("--json", "--json", command.json);
    if (verb == Verb::serve) {
        grammar.add_text("--config", command.config);
        for (auto const& setting : settings()) grammar.add_setting(setting);
        if (asks_to_write(words)) return not_yet(kWriting);
    }
    KOINE_TRY(grammar.parse(words));
    return command;
}

}  // namespace

Result<Command> parse_command_line(std::span<std::string const> words) {
    if (words.empty()) return Command{};
    auto const& first = words.front();
    if (first == "-h" || first == "--help") return only(Verb::help, true);
    if (first == "-V" || first == "--version") return only(Verb::version, false);
    auto const* found = std::ranges::find(kVerbs, std::string_view(first), &std::pair<std::string_view, Verb>::first);
    if (found == kVerbs.end()) return unknown_verb(first);
    if (found->second == Verb::help) {
        // `koine help serve` is `koine serve --help`.
        if (words.size() == 2 && words[1] != "help") {
            std::array<std::string, 2> const turned = {words[1], "--help"};
            return parse_command_line(turned);
        }
        return only(Verb::help, true);
    }
    return parse_verb(found->first, found->second, words.subspan(1));
}

}  // namespace koine::cli
