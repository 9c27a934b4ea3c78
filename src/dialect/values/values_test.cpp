#include "dialect/values/values.hpp"

#include "dialect/testing/mistakes.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

Result<Values> compiled(std::string_view options) {
    auto node = yaml::parse(options, "test.yaml");
    EXPECT_TRUE(node);
    return Values::compile(node.value());
}

TEST(Values, AreSpelledAsUsualIfNothingIsSaid) {
    auto const values = compiled("");
    ASSERT_TRUE(values);
    EXPECT_TRUE(values.value().spelling().is_usual());
    EXPECT_EQ(values.value().nulls(), represent::Nulls::keep);
}

TEST(Values, FollowTheirOptions) {
    auto const values = compiled("{nulls: omit, bytes: base64, big_integers: text}");
    ASSERT_TRUE(values);
    EXPECT_EQ(values.value().spelling(), (format::Spelling{.base64 = true, .exact_texts = true}));
    EXPECT_EQ(values.value().nulls(), represent::Nulls::strip);
    Description description;
    values.value().describe(description);
    EXPECT_TRUE(description.base64 && description.integer_texts && description.nulls_omitted);
}

TEST(Values, TellMistakesWithTheirPlace) {
    testing::expect_told(
        compiled,
        {
            {"nulls: drop", "test.yaml:1:8: unknown word \"drop\"; known are keep, omit"},
            {"bytes: base46", "test.yaml:1:8: unknown word \"base46\"; did you mean \"base64\"?"},
            {"big_integers: [text]", "test.yaml:1:15: expected one of number, text, not a list"},
            {"datetime: {zone: Mars/Base}", "test.yaml:1:18: this machine knows no such time zone"},
            {"bigints: text", "test.yaml:1:1: unknown option \"bigints\"; known are nulls, bytes, big_integers, enum, datetime"},
        }
    );
}

TEST(Values, SayHowTheViewsOfAnAppRead) {
    resource::Forms forms;
    resource::Forms want;
    want.datetime.zulu = true;
    compiled("").value().form(forms);
    EXPECT_EQ(forms, want);
    want.labelled_choices = true;
    want.datetime.digits = 3;
    want.datetime.zulu = false;
    compiled("{enum: value_label, datetime: {digits: 3, zone: UTC, zulu: false}}").value().form(forms);
    EXPECT_EQ(forms, want);
}

}  // namespace
}  // namespace koine::dialect
