#include "cli/command_line.hpp"

#include "cli/outcome.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::cli {
namespace {

using Words = std::vector<std::string>;

TEST(CommandLine, FindsTheVerb) {
    struct Case {
        Words words;
        Verb verb;
        bool help;
    };
    for (auto const& [words, verb, help] : {
             Case{{}, Verb::help, false},
             Case{{"--help"}, Verb::help, true},
             Case{{"help"}, Verb::help, true},
             Case{{"help", "serve"}, Verb::serve, true},
             Case{{"serve", "--help"}, Verb::serve, true},
             Case{{"serve", "my.db", "--port", "1", "-h"}, Verb::serve, true},
             Case{{"inspect", "-h"}, Verb::inspect, true},
             Case{{"version"}, Verb::version, false},
             Case{{"--version"}, Verb::version, false},
             Case{{"serve", "version"}, Verb::serve, false},
             Case{{"help", "help"}, Verb::help, true},
             Case{{"help", "--man"}, Verb::help, false},
             Case{{"openapi", "my.db", "-o", "x.json"}, Verb::openapi, false},
         }) {
        SCOPED_TRACE(testing::PrintToString(words));
        auto const command = parse_command_line(words);
        ASSERT_TRUE(command) << sentence(command.error());
        EXPECT_EQ(command.value().verb, verb);
        EXPECT_EQ(command.value().help, help);
    }
}

TEST(CommandLine, TakesFlagsBeforeAndAfterTheFile) {
    for (auto const& words : {
             Words{"serve", "my.db", "--port", "8", "--quiet", "--dialect", "a", "--dialect", "b"},
             Words{"serve", "--quiet", "--dialect=a", "--dialect", "b", "--port=8", "my.db"},
             Words{"serve", "--quiet", "--dialect=a", "--dialect", "b", "--port=8", "--", "my.db"},
         }) {
        SCOPED_TRACE(testing::PrintToString(words));
        auto const command = parse_command_line(words);
        ASSERT_TRUE(command) << sentence(command.error());
        EXPECT_EQ(command.value().file, "my.db");
        EXPECT_EQ(command.value().given.at("port"), Words{"8"});
        EXPECT_EQ(command.value().given.at("quiet"), Words{"true"});
        EXPECT_EQ(command.value().given.at("dialect"), (Words{"a", "b"}));
    }
}

TEST(CommandLine, KnowsWhatToDoWithTokens) {
    using Action = TokenCommand::Action;
    auto const create =
        parse_command_line(Words{"token", "create", "--name", "ci", "my.db", "--write", "--expires=90d", "--state", "my.tokens"}).value();
    EXPECT_EQ(create.verb, Verb::token);
    EXPECT_EQ(create.file, "my.db");
    EXPECT_EQ(create.token.action, Action::create);
    EXPECT_EQ(create.token.name, "ci");
    EXPECT_EQ(create.token.expires, "90d");
    EXPECT_EQ(create.token.state, "my.tokens");
    EXPECT_TRUE(create.token.write);
    auto const list = parse_command_line(Words{"token", "list", "my.db", "--json"}).value();
    EXPECT_EQ(list.token.action, Action::list);
    EXPECT_TRUE(list.json);
    auto const revoke = parse_command_line(Words{"token", "revoke", "my.db", "ci"}).value();
    EXPECT_EQ(revoke.token.action, Action::revoke);
    EXPECT_EQ(revoke.file, "my.db");
    EXPECT_EQ(revoke.token.which, "ci");
    for (auto const& words : {Words{"token", "--help"}, Words{"help", "token"}, Words{"token", "create", "x.db", "-h"}}) {
        EXPECT_EQ(parse_command_line(words).value().verb, Verb::token);
        EXPECT_TRUE(parse_command_line(words).value().help);
    }
}

TEST(CommandLine, TakesAFileAfterTwoDashesAsItIs) {
    EXPECT_EQ(parse_command_line(Words{"inspect", "--", "--odd.db"}).value().file, "--odd.db");
    EXPECT_EQ(parse_command_line(Words{"serve", "--", "--write"}).value().file, "--write");
}

TEST(CommandLine, TellsWhatAnUnknownWordMayHaveMeant) {
    struct Case {
        Words words;
        std::string_view want;
    };
    for (auto const& [words, want] : {
             Case{{"srve", "my.db"}, "did you mean \"koine serve\"?"},
             Case{{"my.db"}, "did you mean \"koine serve my.db\"?"},
             Case{{"--port"}, "\"--port\" is not one of serve, inspect, openapi, token, check, new, migrate, completion, version and help"},
             Case{{"inspect", "my.db", "--jsn"}, "unknown option --jsn; did you mean --json?"},
             Case{{"inspect", "my.db", "--port", "1"}, "unknown option --port; koine inspect --help"},
             Case{{"version", "please"}, "\"please\" is not expected: koine version takes options only"},
             Case{{"help", "srve"}, "did you mean \"koine serve\"?"},
             Case{{"completion"}, "bash|zsh|fish is missing: name one, as in \"koine completion bash\""},
             Case{{"token"}, "create|list|revoke is missing"},
             Case{{"token", "make"}, "koine token: \"make\" is not one of create, list and revoke"},
             Case{{"token", "list", "my.db", "--write"}, "--write; it goes with koine token create"},
             Case{{"token", "create", "my.db", "--expire", "1d"}, "unknown option --expire; did you mean --expires?"},
             Case{{"token", "create", "my.db", "--name"}, "the value of --name is missing: koine token --help"},
             Case{{"token", "create", "my.db", "x"}, "\"x\" is not expected: koine token create takes one FILE"},
             Case{{"completion", "tcsh"}, "\"tcsh\" is not one of bash, zsh and fish"},
             Case{{"openapi", "my.db", "-o"}, "the value of -o is missing"},
         }) {
        SCOPED_TRACE(testing::PrintToString(words));
        auto const command = parse_command_line(words);
        ASSERT_FALSE(command);
        EXPECT_THAT(sentence(command.error()), testing::HasSubstr(want));
        EXPECT_EQ(exit_code_of(command.error()), ExitCode::usage);
    }
}

}  // namespace
}  // namespace koine::cli
