#include "cli/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace koine::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Catalogue, HasEveryFlagOnceInACommand) {
    for (auto const& entry : catalogue()) {
        std::set<std::string_view> names;
        std::set<char> letters;
        for (auto const& option : options_of(entry)) {
            EXPECT_TRUE(names.insert(option.name).second) << entry.name << " " << option.name;
            if (option.letter != '\0') EXPECT_TRUE(letters.insert(option.letter).second) << entry.name << " " << option.letter;
        }
    }
}

TEST(Catalogue, FindsWhatItHolds) {
    for (auto const& entry : catalogue()) {
        EXPECT_EQ(find_entry(entry.name), &entry);
        EXPECT_EQ(&entry_of(entry.verb), &entry);
    }
    EXPECT_EQ(find_entry("srve"), nullptr);
}

TEST(Candidates, AreWhatTheHelpWritesForAValue) {
    EXPECT_THAT(candidates("off|on|text|json").words, ElementsAre("off", "on", "text", "json"));
    EXPECT_FALSE(candidates("off|on").files);
    EXPECT_TRUE(candidates("FILE").files);
    EXPECT_THAT(candidates("FILE").words, IsEmpty());
    EXPECT_TRUE(candidates("NAME|FILE[@/prefix]").files);
    EXPECT_EQ(candidates("NAME|FILE[@/prefix]").words, app::builtin_dialects());
    for (auto const* unknown : {"N", "SIZE", "MS", "H", "URL", ""}) EXPECT_FALSE(candidates(unknown).any()) << unknown;
}

TEST(Operands, AreTakenApart) {
    Entry entry = catalogue().front();
    entry.operands = "create|list [FILE]";
    EXPECT_THAT(operands_of(entry), ElementsAre("create|list", "FILE"));
    entry.operands = "";
    EXPECT_THAT(operands_of(entry), IsEmpty());
}

}  // namespace
}  // namespace koine::cli
