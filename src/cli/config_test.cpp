#include "cli/config.hpp"

#include "cli/outcome.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace koine::cli {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

/// A folder of its own, removed at the end.
class Folder {
public:
    Folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "koine-config-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    std::string write(std::string_view name, std::string_view text) const {
        auto path = path_ / name;
        std::ofstream(path) << text;
        return path.string();
    }
    std::string at(std::string_view name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

Result<ServeOptions> asked(Words words, Environment const& environment = {}) {
    words.insert(words.begin(), "serve");
    KOINE_TRY(auto command, parse_command_line(words));
    return resolve(command, environment);
}

TEST(Precedence, IsFlagThenEnvironmentThenFileThenDefault) {
    Folder const folder;
    auto const config = folder.write("koine.yaml", "port: 1\nmax-rows: 1\nworkers: 1\n");
    auto const options = asked({"my.db", "--config", config, "--port", "3"}, {{"KOINE_PORT", "2"}, {"KOINE_MAX_ROWS", "2"}});
    ASSERT_TRUE(options) << sentence(options.error());
    EXPECT_EQ(options.value().app.port, 3);
    EXPECT_EQ(options.value().app.max_rows, 2U);
    EXPECT_EQ(options.value().app.workers, 1U);
    EXPECT_EQ(options.value().app.max_head_bytes, app::Options().max_head_bytes);
}

TEST(Precedence, HoldsForTheDatabaseAndTheConfigurationFileToo) {
    Folder const folder;
    auto const config = folder.write("koine.yaml", "file: data/my.db\nport: 7\n");
    auto const from_file = asked({}, {{"KOINE_CONFIG", config}});
    ASSERT_TRUE(from_file) << sentence(from_file.error());
    EXPECT_EQ(from_file.value().app.source, folder.at("data/my.db"));
    EXPECT_EQ(from_file.value().app.port, 7);
    EXPECT_EQ(asked({}, {{"KOINE_CONFIG", config}, {"KOINE_FILE", "env.db"}}).value().app.source, "env.db");
    EXPECT_EQ(asked({"flag.db"}, {{"KOINE_CONFIG", config}, {"KOINE_FILE", "env.db"}}).value().app.source, "flag.db");
}

TEST(Dialects, OfOnePlaceReplaceThoseOfTheOther) {
    Folder const folder;
    auto const config = folder.write("koine.yaml", "dialect:\n  - one\n  - ./mine.yaml@/mine\n");
    auto const from_file = asked({"my.db", "--config", config}).value().app.mounts;
    EXPECT_EQ(from_file, (std::vector<app::Mount>{{"one", ""}, {folder.at("./mine.yaml"), "/mine"}}));
    auto const from_environment = asked({"my.db", "--config", config}, {{"KOINE_DIALECT", "two, three@/c"}}).value().app.mounts;
    EXPECT_EQ(from_environment, (std::vector<app::Mount>{{"two", ""}, {"three", "/c"}}));
    auto const from_flags = asked({"--dialect", "four", "my.db", "--dialect=five@/e"}, {{"KOINE_DIALECT", "two"}}).value().app.mounts;
    EXPECT_EQ(from_flags, (std::vector<app::Mount>{{"four", ""}, {"five", "/e"}}));
}

TEST(Settings, AreReadFromEveryPlace) {
    Folder const folder;
    std::string yaml;
    Environment environment;
    Words words = {"my.db"};
    for (auto const& setting : settings()) {
        if (setting.is_switch()) continue;
        std::string value = "9";
        if (setting.form.kind == Form::Kind::words) value = setting.value.substr(setting.value.rfind('|') + 1);
        if (setting.value == "SIZE") value = "9K";
        if (setting.form.kind == Form::Kind::network) value = "fd00::9/64";
        yaml += fmt::format("{}: {}\n", setting.name, value);
        environment.emplace(setting.variable(), value);
        words.push_back(fmt::format("{}={}", setting.flag(), value));
    }
    auto const config = folder.write("koine.yaml", yaml);
    for (auto const& options : {asked({"my.db", "--config", config}), asked({"my.db"}, environment), asked(words)}) {
        ASSERT_TRUE(options) << sentence(options.error());
        auto const& app = options.value().app;
        EXPECT_EQ(app.mounts, (std::vector<app::Mount>{{"9", ""}}));
        EXPECT_EQ(app.webhooks_to.networks, std::vector{parse_address("fd00::/64").value()});
        EXPECT_FALSE(app.webhooks_to.anywhere);
        EXPECT_EQ(app.host, "9");
        EXPECT_EQ(app.port, 9);
        EXPECT_EQ(app.workers, 9U);
        EXPECT_EQ(app.max_connections, 9U);
        EXPECT_EQ(app.max_rows, 9U);
        EXPECT_EQ(app.max_response_bytes, 9U * 1024);
        EXPECT_EQ(app.max_head_bytes, 9U * 1024);
        EXPECT_EQ(app.max_body_bytes, 9U * 1024);
        EXPECT_EQ(app.plan.max_depth, 9U);
        EXPECT_EQ(app.plan.max_embeds, 9U);
        EXPECT_EQ(app.plan.max_columns, 9U);
        EXPECT_EQ(app.plan.max_terms, 9U);
        EXPECT_EQ(app.plan.max_order_terms, 9U);
        EXPECT_EQ(app.statement_limit, std::chrono::milliseconds(9));
        EXPECT_EQ(app.head_timeout, std::chrono::seconds(9));
        EXPECT_EQ(app.idle_timeout, std::chrono::seconds(9));
        EXPECT_EQ(app.write_timeout, std::chrono::seconds(9));
        EXPECT_EQ(app.drain_timeout, std::chrono::seconds(9));
        EXPECT_EQ(app.access_log, app::AccessLog::json);
    }
}

TEST(Settings, ThatArePathsAreRelativeToTheConfigurationFile) {
    Folder const folder;
    auto const config = folder.write("koine.yaml", "state: keys/my.koine\ntls-cert: /etc/my.pem\n");
    auto const options = asked({"my.db", "--config", config, "--tls-key", "my.key"});
    ASSERT_TRUE(options) << sentence(options.error());
    EXPECT_EQ(options.value().app.state, folder.at("keys/my.koine"));
    EXPECT_EQ(options.value().app.tls_certificate, "/etc/my.pem");
    EXPECT_EQ(options.value().app.tls_key, "my.key");
}

TEST(Logs, AreInTheFormThatOneSettingGivesUnlessTheAccessLogHasItsOwn) {
    struct Case {
        Words words;
        app::AccessLog access;
        app::LogFormat format;
    };
    using app::AccessLog;
    using app::LogFormat;
    for (auto const& [words, access, format] : {
             Case{{}, AccessLog::off, LogFormat::text},
             Case{{"--access-log", "on"}, AccessLog::text, LogFormat::text},
             Case{{"--log-format", "json"}, AccessLog::off, LogFormat::json},
             Case{{"--access-log", "on", "--log-format", "json"}, AccessLog::json, LogFormat::json},
             Case{{"--access-log", "text", "--log-format", "json"}, AccessLog::text, LogFormat::json},
             Case{{"--access-log", "json"}, AccessLog::json, LogFormat::text},
         }) {
        SCOPED_TRACE(testing::PrintToString(words));
        auto all = words;
        all.insert(all.begin(), "my.db");
        auto const options = asked(all);
        ASSERT_TRUE(options);
        EXPECT_EQ(options.value().app.access_log, access);
        EXPECT_EQ(options.value().app.log_format, format);
    }
}

TEST(Settings, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (auto const& setting : settings()) EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
}

TEST(Settings, AcceptTheirDefaultAsItIsShown) {
    for (auto const& setting : settings()) {
        if (!setting.otherwise || setting.name == "dialect") continue;
        ServeOptions options;
        EXPECT_EQ(setting.set(options, setting.otherwise(ServeOptions())), std::nullopt) << setting.name;
        EXPECT_EQ(setting.otherwise(options), setting.otherwise(ServeOptions())) << setting.name;
    }
}

struct Refusal {
    Words words;
    Environment environment;
    ExitCode code;
    std::string_view says;
};

void PrintTo(Refusal const& refusal, std::ostream* out) { *out << refusal.says; }

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, InOneSentenceWithItsCode) {
    auto const& refusal = GetParam();
    auto const options = asked(refusal.words, refusal.environment);
    ASSERT_FALSE(options);
    EXPECT_THAT(sentence(options.error()), HasSubstr(refusal.says));
    EXPECT_EQ(sentence(options.error()).find('\n'), std::string::npos);
    EXPECT_EQ(exit_code_of(options.error()), refusal.code);
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    Refused,
    testing::Values(
        Refusal{{}, {}, ExitCode::usage, "FILE is missing"},
        Refusal{{"my.db", "--port", "x"}, {}, ExitCode::usage, "--port: \"x\" is not a whole number from 0 to 65535"},
        Refusal{{"my.db", "--port", "65536"}, {}, ExitCode::usage, "--port: \"65536\" is not"},
        Refusal{{"my.db", "--port", "-1"}, {}, ExitCode::usage, "--port: \"-1\" is not"},
        Refusal{{"my.db", "--port"}, {}, ExitCode::usage, "the value of --port is missing"},
        Refusal{{"my.db", "--prot", "80"}, {}, ExitCode::usage, "unknown option --prot; did you mean --port?"},
        Refusal{{"my.db", "--prot=80"}, {}, ExitCode::usage, "unknown option --prot; did you mean --port?"},
        Refusal{{"my.db", "--wholly-else"}, {}, ExitCode::usage, "unknown option --wholly-else; koine serve --help"},
        Refusal{{"my.db", "other.db"}, {}, ExitCode::usage, "\"other.db\" is not expected"},
        Refusal{{"my.db", "--max-rows", "0"}, {}, ExitCode::usage, "--max-rows: \"0\" is not a whole number from 1"},
        Refusal{{"my.db", "--max-body-bytes", "1T"}, {}, ExitCode::usage, "is not a size from 0 to 1G"},
        Refusal{{"my.db", "--head-timeout", "500ms"}, {}, ExitCode::usage, "is not a time in whole seconds such as 15s"},
        Refusal{{"my.db", "--access-log", "xml"}, {}, ExitCode::usage, "is not off, on, text or json"},
        Refusal{{"my.db", "--dialect", "rest@api"}, {}, ExitCode::usage, "is not NAME or FILE.yaml, with @/prefix"},
        Refusal{{"my.db", "--host", "http://x"}, {}, ExitCode::usage, "is not a host's name or address"},
        Refusal{{"my.db", "--log-format", "xml"}, {}, ExitCode::usage, "--log-format: \"xml\" is not text or json"},
        Refusal{{"my.db"}, {{"KOINE_PORT", "tcp://10.0.0.1:80"}}, ExitCode::configuration, "KOINE_PORT: \"tcp://10.0.0.1:80\" is not"},
        Refusal{{"my.db"}, {{"KOINE_QUIET", "maybe"}}, ExitCode::configuration, "KOINE_QUIET: \"maybe\" is not true or false"},
        Refusal{{"my.db", "--config", "no-such-file.yaml"}, {}, ExitCode::configuration, "no-such-file.yaml: cannot be read"},
        Refusal{{"postgres://host/db"}, {}, ExitCode::configuration, "databases at an address come in a later version"},
        Refusal{{"file:my.db"}, {}, ExitCode::configuration, "a plain path is expected"}
    )
);

TEST(ConfigurationFile, NamesThePlaceOfAMistake) {
    struct Case {
        std::string_view text;
        std::string_view want;
    };
    for (auto const& [text, want] : {
             Case{"port: 1\nmax_rows: 5\n", "koine.yaml:2:1: unknown option \"max_rows\"; did you mean \"max-rows\"?"},
             Case{"host: x\nport: many\n", "koine.yaml:2:7: port: \"many\" is not a whole number"},
             Case{"port: [1]\n", "koine.yaml:1:7: \"port\" takes one value"},
             Case{"dialect: [[a]]\n", "\"dialect\" takes a list of texts"},
             Case{"dialect: [a, 'b@c']\n", "dialect: \"b@c\" is not NAME"},
             Case{"file: [a]\n", "koine.yaml:1:7: \"file\" takes the path"},
             Case{"- port\n", "koine.yaml:1:1: expected a map of options, not a list"},
             Case{"port: 1\nport: 2\n", "koine.yaml:2:1: "},
             Case{"port: {\n", "koine.yaml:"},
             Case{"write: perhaps\n", "koine.yaml:1:8: write: \"perhaps\" is not true or false"},
             Case{"tls-key: ''\n", "is not a file's path"},
         }) {
        SCOPED_TRACE(text);
        Folder const folder;
        auto const options = asked({"my.db", "--config", folder.write("koine.yaml", text)});
        ASSERT_FALSE(options);
        EXPECT_THAT(sentence(options.error()), HasSubstr(want));
        EXPECT_EQ(exit_code_of(options.error()), ExitCode::configuration);
    }
}

TEST(ConfigurationFile, MayBeEmpty) {
    Folder const folder;
    EXPECT_TRUE(asked({"my.db", "--config", folder.write("koine.yaml", "")}));
    EXPECT_TRUE(asked({"my.db", "--config", folder.write("koine.yaml", "# nothing yet\n")}));
}

TEST(Doubts, AreOfVariablesThatLookMistyped) {
    auto const found = doubts({{"KOINE_PROT", "1"}, {"KOINE_PORT", "1"}, {"KOINE_SKIP_PACKAGES", "1"}, {"KOINE_SERVICE_HOST", "x"}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0], HasSubstr("KOINE_PROT is not one of mine and was ignored; did you mean KOINE_PORT?"));
}

}  // namespace
}  // namespace koine::cli
