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
             Case{{"--port"}, "\"--port\" is not one of serve, inspect, version and help"},
             Case{{"inspect", "my.db", "--jsn"}, "unknown option --jsn; did you mean --json?"},
             Case{{"inspect", "my.db", "--port", "1"}, "unknown option --port; koine inspect --help"},
             Case{{"version", "please"}, "\"please\" is not expected"},
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
