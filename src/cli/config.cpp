#include "cli/config.hpp"

#include "base/ascii.hpp"
#include "cli/outcome.hpp"
#include "model/schema.hpp"
#include "model/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace koine::cli {
namespace {

using Path = std::filesystem::path;

constexpr std::string_view kPrefix = "KOINE_";
constexpr std::string_view kFileKey = "file";

bool is_yaml(std::string_view path) {
    auto const ends = [&](std::string_view ending) {
        return path.size() >= ending.size() && ascii_equal(path.substr(path.size() - ending.size()), ending);
    };
    return ends(".yaml") || ends(".yml");
}

/// As app::Mount tells a file from a built-in name.
bool names_a_file(std::string_view dialect) { return is_yaml(dialect) || dialect.find('/') != std::string_view::npos; }

std::string beside(std::string const& config, std::string_view path) { return (Path(config).parent_path() / Path(path)).string(); }

std::optional<std::string> set_all(
    ServeOptions& options, Setting const& setting, std::vector<std::string> const& values, std::string& bad
) {
    if (setting.clear != nullptr) setting.clear(options);
    for (auto const& value : values) {
        if (auto expected = setting.set(options, value)) {
            bad = value;
            return expected;
        }
    }
    return std::nullopt;
}

// --- the configuration file ----------------------------------------------------------------------------------------------------------

Result<std::vector<std::string>> values_of(yaml::Node const& node, Setting const& setting) {
    if (node.is_scalar()) return std::vector{node.text};
    if (!setting.repeated || !node.is_list()) return node.problem(fmt::format("\"{}\" takes one value", setting.name));
    std::vector<std::string> values;
    for (auto const& item : node.items) {
        if (!item.is_scalar()) return item.problem(fmt::format("\"{}\" takes a list of texts", setting.name));
        values.push_back(item.text);
    }
    return values;
}

Result<void> apply_node(ServeOptions& options, Setting const& setting, yaml::Node const& node) {
    KOINE_TRY(auto values, values_of(node, setting));
    std::string bad;
    if (setting.form.kind == Form::Kind::path)
        for (auto& value : values) value = value.empty() ? value : beside(*node.file, value);
    if (auto expected = set_all(options, setting, values, bad))
        return node.problem(fmt::format("{}: \"{}\" is not {}", setting.name, bad, *expected));
    return outcome::success();
}

Result<void> apply_file(ServeOptions& options, std::string const& path) {
    KOINE_TRY(auto root, yaml::load(path));
    yaml::Options known(root);
    if (auto const* source = known.node(kFileKey)) {
        if (!source->is_scalar()) return source->problem("\"file\" takes the path of a database file");
        options.app.source = source->text.find("://") == std::string::npos ? beside(path, source->text) : source->text;
    }
    for (auto const& setting : settings()) {
        if (auto const* node = known.node(setting.name)) {
            KOINE_TRY(apply_node(options, setting, *node));
        }
    }
    for (auto& mount : options.app.mounts)
        if (names_a_file(mount.dialect)) mount.dialect = beside(path, mount.dialect);
    return known.done();
}

// --- the environment -----------------------------------------------------------------------------------------------------------------

std::optional<std::string_view> variable(Environment const& environment, std::string_view name) {
    auto const found = environment.find(name);
    if (found == environment.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> values;
    while (!text.empty()) {
        if (auto const item = trimmed(split_off(text, ',')); !item.empty()) values.emplace_back(item);
    }
    return values;
}

Result<void> apply_environment(ServeOptions& options, Environment const& environment) {
    for (auto const& setting : settings()) {
        auto const name = setting.variable();
        auto const text = variable(environment, name);
        if (!text) continue;
        auto const values = setting.repeated ? split_list(*text) : std::vector{std::string(*text)};
        std::string bad;
        if (auto expected = set_all(options, setting, values, bad))
            return configuration_problem(name, 0, 0, fmt::format("\"{}\" is not {}", bad, *expected));
    }
    if (auto const file = variable(environment, "KOINE_FILE")) options.app.source = *file;
    return outcome::success();
}

// --- the flags -----------------------------------------------------------------------------------------------------------------------

Result<void> apply_flags(ServeOptions& options, Command const& command) {
    for (auto const& setting : settings()) {
        auto const found = command.given.find(setting.name);
        if (found == command.given.end()) continue;
        auto values = found->second;
        if (!setting.repeated) values = {values.back()};
        std::string bad;
        if (auto expected = set_all(options, setting, values, bad)) return bad_value(setting.flag(), bad, *expected);
    }
    if (!command.file.empty()) options.app.source = command.file;
    return outcome::success();
}

/// Where only an app will do.
Result<void> check_app(std::string const& source) {
    if (source.empty()) return missing_value("APP", "name the folder of an app, as in \"koine migrate notes\"");
    std::error_code error;
    if (!std::filesystem::exists(source, error)) return configuration_problem(source, 0, 0, "there is no such folder or file");
    if (!app::names_app(source)) return configuration_problem(source, 0, 0, "this is no app: name its folder, or its YAML file");
    return outcome::success();
}

/// Only now it is known which form `on` stands for.
void settle_logs(ServeOptions& options) {
    auto const json = options.app.log_format == app::LogFormat::json;
    switch (options.access_log) {
        case AccessLogWish::off: options.app.access_log = app::AccessLog::off; break;
        case AccessLogWish::on: options.app.access_log = json ? app::AccessLog::json : app::AccessLog::text; break;
        case AccessLogWish::text: options.app.access_log = app::AccessLog::text; break;
        case AccessLogWish::json: options.app.access_log = app::AccessLog::json; break;
    }
}

}  // namespace

Environment read_environment() {
    Environment found;
    for (char** entry = environ; entry && *entry; ++entry) {
        std::string_view rest = *entry;
        if (!rest.starts_with(kPrefix)) continue;
        auto const name = split_off(rest, '=');
        found.emplace(name, rest);
    }
    return found;
}

Result<ServeOptions> resolve(Command const& command, Environment const& environment) {
    ServeOptions options;
    auto config = command.text("config");
    if (config.empty()) config = variable(environment, "KOINE_CONFIG").value_or("");
    if (!config.empty()) {
        KOINE_TRY(apply_file(options, config));
    }
    KOINE_TRY(apply_environment(options, environment));
    KOINE_TRY(apply_flags(options, command));
    settle_logs(options);
    if (command.verb == Verb::migrate) {
        KOINE_TRY(check_app(options.app.source));
        return options;
    }
    if (options.app.source.empty())
        return missing_value(
            "FILE", fmt::format("name a SQLite database, as in \"koine {0} my.db\" (koine {0} --help)", entry_of(command.verb).name)
        );
    bool const apps_too = command.verb == Verb::serve && app::names_app(options.app.source);
    if (!apps_too) {
        KOINE_TRY(check_source(options.app.source));
    }
    return options;
}

Result<void> check_source(std::string const& source) {
    auto const refused = [&](std::string_view why) { return configuration_problem(source, 0, 0, why); };
    std::error_code error;
    if (std::filesystem::is_directory(source, error)) return refused("this is a folder; name a SQLite file in it");
    if (is_yaml(source)) return refused("this is YAML; name a SQLite file (--config reads settings)");
    // A file may be called anything, also "file:x.db".
    if (std::filesystem::exists(source, error)) return outcome::success();
    if (source.starts_with("file:"))
        return refused("a plain path is expected, without \"file:\"; this version serves a SQLite file: koine serve my.db");
    if (source.find("://") != std::string::npos)
        return refused("databases at an address come in a later version; this one serves a SQLite file: koine serve my.db");
    return outcome::success();
}

std::vector<std::string> doubts(Environment const& environment) {
    std::vector<std::string> variables = {"KOINE_FILE", "KOINE_CONFIG"};
    for (auto const& setting : settings()) variables.push_back(setting.variable());
    std::vector<std::string_view> names;
    for (std::string_view name : variables) names.push_back(name.substr(kPrefix.size()));
    std::vector<std::string> sentences;
    for (auto const& [name, value] : environment) {
        auto const own = std::string_view(name).substr(kPrefix.size());
        if (std::ranges::find(names, own) != names.end()) continue;
        if (auto near = model::nearest(own, names))
            sentences.push_back(fmt::format("the variable {} is not one of mine and was ignored; did you mean {}{}?", name, kPrefix, *near)
            );
    }
    return sentences;
}

}  // namespace koine::cli
