#include "value/type.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace koine::value {
namespace {

std::shared_ptr<Type const> uuid() {
    auto type = std::make_shared<Type>();
    type->kind = Kind::uuid;
    return type;
}

TEST(Type, IsRefusedWhenItsParametersDisagree) {
    struct Case {
        void (*make)(Type&);
        std::string_view want;
    };
    std::vector<Case> const cases = {
        {[](Type& type) { type.kind = Kind::integer, type.least = 5, type.most = 1; }, "no integer is at least 5 and at most 1"},
        {[](Type& type) { type.most = 5; }, "`text` takes no range of integers"},
        {[](Type& type) { type.longest = 2, type.shortest = 3; }, "no text has at least 3 and at most 2 characters"},
        {[](Type& type) { type.kind = Kind::boolean, type.longest = 2; }, "`bool` takes no length"},
        {[](Type& type) { type.kind = Kind::decimal, type.longest = 2, type.scale = 3; },
         "a decimal of 2 digits cannot have 3 of them behind the point"},
        {[](Type& type) { type.kind = Kind::choice; }, "`enum` needs at least one choice"},
        {[](Type& type) { type.kind = Kind::choice, type.choices = {{"a", ""}, {"b", ""}, {"a", ""}}; }, "the choice `a` is given twice"},
        {[](Type& type) { type.kind = Kind::choice, type.numbers = true, type.choices = {{"04", ""}}; },
         "the choice `04` is no integer, as those of numbers are"},
        {[](Type& type) { type.kind = Kind::ip, type.family = 5; }, "the family of addresses is 4 or 6, not 5"},
        {[](Type& type) { type.pattern = "["; }, "the pattern of `text` is no regular expression: missing ]: ["},
        {[](Type& type) { type.kind = Kind::list; }, "a list needs the type of its items, as in list(int)"},
    };
    for (auto const& [make, want] : cases) {
        SCOPED_TRACE(want);
        Type type;
        make(type);
        auto const done = finish(type);
        ASSERT_FALSE(done);
        EXPECT_EQ(describe(done.error()), want);
    }
}

TEST(Type, IsAJsonSchema) {
    struct Case {
        void (*make)(Type&);
        std::string_view want;
    };
    std::vector<Case> const cases = {
        {[](Type& type) { type.kind = Kind::integer, type.least = 1, type.most = 4294967295; },
         R"("type":"integer","format":"int64","minimum":1,"maximum":4294967295)"},
        {[](Type& type) { type.kind = Kind::integer; }, R"("type":"integer","format":"int32")"},
        {[](Type& type) { type.longest = 6, type.pattern = "\\d+"; }, R"("type":"string","maxLength":6,"pattern":"^(?:\\d+)$")"},
        {[](Type& type) { type.kind = Kind::decimal, type.longest = 6, type.scale = 2; },
         R"("type":"string","format":"decimal","pattern":"^-?\\d{1,4}\\.\\d{2}$")"},
        {[](Type& type) { type.kind = Kind::choice, type.choices = {{"a", "A"}, {"b", "B"}}; }, R"("type":"string","enum":["a","b"])"},
        {[](Type& type) { type.kind = Kind::ip, type.family = 6; }, R"("type":"string","format":"ipv6")"},
        {[](Type& type) { type.kind = Kind::datetime; }, R"("type":"string","format":"date-time")"},
        {[](Type& type) { type.kind = Kind::json; }, ""},
        {[](Type& type) { type.kind = Kind::list, type.item = uuid(); }, R"("type":"array","items":{"type":"string","format":"uuid"})"},
    };
    for (auto const& [make, want] : cases) {
        Type type;
        make(type);
        ASSERT_TRUE(finish(type));
        std::string out;
        append_schema(type, out);
        EXPECT_EQ(out, want);
    }
}

TEST(Datetime, IsShownInAZone) {
    struct Case {
        std::string_view stored;
        DatetimeForm form;
        std::string_view want;
    };
    std::vector<Case> const cases = {
        {"2026-11-22T14:03:00.562426Z", {}, "2026-11-22T14:03:00.562426+00:00"},
        {"2026-11-22T14:03:00.562426Z", {.zone = "UTC", .digits = 3, .zulu = true}, "2026-11-22T14:03:00.562Z"},
        {"2026-11-22T14:03:00.562426Z", {.zone = "Europe/Paris", .digits = 0}, "2026-11-22T15:03:00+01:00"},
        {"2026-07-01T23:30:00.000001Z", {.zone = "Europe/Paris"}, "2026-07-02T01:30:00.000001+02:00"},
        {"2026-03-29T00:59:59.999999Z", {.zone = "Europe/Paris", .digits = 6, .zulu = true}, "2026-03-29T01:59:59.999999+01:00"},
        {"2026-03-29T01:00:00.000000Z", {.zone = "Europe/Paris", .digits = 0}, "2026-03-29T03:00:00+02:00"},
        {"2026-10-25T00:59:59.000000Z", {.zone = "Europe/Paris", .digits = 0}, "2026-10-25T02:59:59+02:00"},
        {"2026-10-25T01:00:00.000000Z", {.zone = "Europe/Paris", .digits = 0}, "2026-10-25T02:00:00+01:00"},
        {"2026-01-01T02:00:00.000000Z", {.zone = "America/St_Johns", .digits = 0}, "2025-12-31T22:30:00-03:30"},
        {"1900-01-01T00:00:00.000000Z", {.zone = "Europe/Paris", .digits = 0}, "1900-01-01T00:09:21+00:09:21"},
        {"2026-01-01T02:00:00.000000Z", {.zone = "Europe/London", .digits = 0, .zulu = true}, "2026-01-01T02:00:00Z"},
        {"0001-01-01T00:00:00.000000Z", {.zone = "America/New_York", .digits = 0}, "0000-12-31T19:03:58-04:56:02"},
        {"2026-11-22", {}, "2026-11-22"},
        {"2026-11-22 14:03:00.562426Z", {}, "2026-11-22 14:03:00.562426Z"},
        {"2026-99-99T14:03:00.000000Z", {.zone = "Europe/Paris", .digits = 0}, "2026-99-99T14:03:00+00:00"},
    };
    for (auto const& [stored, form, want] : cases) {
        SCOPED_TRACE(want);
        for (int again = 0; again < 2; ++again) {
            std::string out = "=";
            append_datetime(stored, form, out);
            EXPECT_EQ(out, "=" + std::string(want));
        }
    }
    EXPECT_EQ(now().size(), 27U);
}

TEST(Zone, IsOneOfTheDatabase) {
    for (auto name : {"UTC", "Europe/Paris", "Etc/UTC", "America/Argentina/Buenos_Aires"}) EXPECT_TRUE(is_zone(name)) << name;
    for (auto name : {"", "Europe/Nowhere", "+01:00", "GMT+05:00", "Etc/Unknown", "\xFF"}) EXPECT_FALSE(is_zone(name)) << name;
}

TEST(Password, IsStoredAsArgon2idWithASaltOfItsOwn) {
    Type type;
    type.kind = Kind::password;
    ASSERT_TRUE(finish(type));
    Arena arena;
    query::Given const given{.kind = query::Given::Kind::text, .text = " correct horse "};
    auto const first = accept(type, given, arena);
    auto const second = accept(type, given, arena);
    ASSERT_TRUE(first && second);
    auto const stored = first.value().view();
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=20480,t=2,p=1$"));
    EXPECT_NE(stored, second.value().view());
    EXPECT_TRUE(verify_password(stored, " correct horse "));
    EXPECT_FALSE(verify_password(stored, "correct horse"));
    EXPECT_TRUE(takes_usual_time(stored));
    auto const made = hash_password("x").value();
    EXPECT_TRUE(verify_password(made, "x") && takes_usual_time(made) && made != hash_password("x").value()) << made;
    EXPECT_EQ(hash_password(std::string(1025, 'x')).error().reason(), Reason::text_too_long);
    // Of the reference implementation's tests, with other parameters.
    constexpr std::string_view published = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    EXPECT_TRUE(verify_password(published, "password"));
    EXPECT_FALSE(verify_password(published, "Password"));
    EXPECT_FALSE(takes_usual_time(published));
    EXPECT_FALSE(verify_password(stored, ""));
    for (auto foreign :
         {"",
          "correct horse",
          "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$AAAA",
          "$argon2id$v=19$m=20480,t=2,p=1$",
          "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA"})
        EXPECT_FALSE(verify_password(foreign, foreign)) << foreign;
    EXPECT_EQ(type.longest, 128U);
    for (std::uint32_t longest : {128U, 4U}) {
        type.longest = longest;
        std::string const text(longest + 1, 'x');
        auto const refused = accept(type, {query::Given::Kind::text, text}, arena);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().reason(), Reason::text_too_long);
        EXPECT_EQ(refused.error().argument("value"), "");
        EXPECT_EQ(refused.error().argument("maximum"), std::to_string(longest));
    }
}

}  // namespace
}  // namespace koine::value
