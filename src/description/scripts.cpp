#include "base/ascii.hpp"
#include "description/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace koine::description {
namespace {

constexpr std::size_t kLargestScript = 1024 * 1024;
constexpr std::size_t kLongestName = 100;
constexpr auto kReserved = std::to_array<std::string_view>({
    "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
    "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while",
});

/// Whether Lua takes it as a name.
bool is_identifier(std::string_view text) {
    auto const fits = [](char c) { return c == '_' || is_ascii_alphanumeric(c); };
    return !text.empty() && text.size() <= kLongestName && !is_ascii_digit(text[0]) && std::ranges::all_of(text, fits) &&
           !contains(kReserved, text);
}

std::vector<std::string_view> scripts(App const& app, bool is_sql) {
    std::vector<std::string_view> names;
    for (auto const& script : app.scripts)
        if (script.is_sql == is_sql) names.emplace_back(script.name);
    return names;
}

/// Whether there is that file; told if not.
bool is_there(Draft& draft, yaml::Node const& node, std::string_view name, bool is_sql) {
    auto const known = scripts(draft.app, is_sql);
    if (contains(known, name)) return true;
    if (draft.vague_scripts.contains(name)) return false;
    std::string_view const suffix = is_sql ? ".sql" : ".lua";
    if (contains(scripts(draft.app, !is_sql), name)) {
        draft.mistakes.at(
            node, fmt::format("operations/{0}{1} is no {2} file: say {3}", name, is_sql ? ".lua" : ".sql", suffix, is_sql ? "call" : "sql")
        );
    } else if (known.empty()) {
        draft.mistakes.at(node, fmt::format("there is no file operations/{}{}", name.substr(0, kLongestName), suffix));
    } else {
        draft.mistakes.add(yaml::unknown_word(node, fmt::format("{} file", suffix), name, known));
    }
    return false;
}

}  // namespace

void add_script(Draft& draft, std::string const& file, std::string text) {
    auto const path = std::filesystem::path(file);
    Script script{path.stem().string(), file, std::move(text), path.extension() == ".sql"};
    auto const wrong = [&](std::string_view message) {
        draft.vague_scripts.insert(script.name);
        draft.mistakes.add(configuration_problem(file, 0, 0, message));
    };
    if (!is_identifier(script.name))
        return wrong("the name of a file of operations is letters, digits and underscores, no digit first, and no word of Lua's own");
    if (script.text.size() > kLargestScript) return wrong(fmt::format("is larger than {} bytes", kLargestScript));
    auto const twin = std::ranges::find(draft.app.scripts, script.name, &Script::name);
    if (twin != draft.app.scripts.end()) return wrong(fmt::format("{} has this name, too", twin->file));
    draft.app.scripts.push_back(std::move(script));
}

std::string function_at(Draft& draft, yaml::Node const& node) {
    if (!is_text(node, "file.function", draft.mistakes)) return {};
    auto rest = std::string_view(node.text);
    auto const file = split_off(rest, '.');
    if (!is_identifier(file) || !is_identifier(rest)) {
        draft.mistakes.at(node, fmt::format("expected file.function as in rules.check, not {}", shown(node)));
        return {};
    }
    return is_there(draft, node, file, false) ? node.text : std::string();
}

std::string statement_at(Draft& draft, yaml::Node const& node) {
    if (!is_text(node, "the name of a .sql file", draft.mistakes)) return {};
    if (is_identifier(node.text)) return is_there(draft, node, node.text, true) ? node.text : std::string();
    draft.mistakes.at(node, fmt::format("expected the name of a file of operations without .sql, not {}", shown(node)));
    return {};
}

}  // namespace koine::description
