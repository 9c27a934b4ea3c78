#include "value/type.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace koine::value {
namespace {

using Give = query::Given::Kind;

/// What is stored, or the reason with what it says beyond value and type.
std::string outcome_of(Type const& type, Give kind, std::string_view text) {
    Arena arena;
    auto const cell = accept(type, {.kind = kind, .text = text}, arena);
    if (!cell) {
        auto const& problem = cell.error();
        EXPECT_TRUE(problem.argument("value"));
        EXPECT_EQ(
            problem.argument("type"), type.kind == Kind::list && problem.reason() != Reason::not_a_list ? type.item->name : type.name
        );
        std::string told(to_string(problem.reason()));
        for (auto name : {"minimum", "maximum", "family", "given", "choices", "pattern"})
            if (auto const argument = problem.argument(name)) told += fmt::format(" {}={}", name, *argument);
        return told;
    }
    switch (cell.value().kind()) {
        case query::Cell::Kind::integer: return fmt::format("{}", cell.value().integer());
        case query::Cell::Kind::real: return fmt::format("{}r", cell.value().real());
        default: return fmt::format("'{}'", cell.value().view());
    }
}

Type made(Type type) {
    auto const done = finish(type);
    EXPECT_TRUE(done) << describe(done.error());
    return type;
}
Type plain(Kind kind) {
    Type type;
    type.kind = kind;
    return made(std::move(type));
}

struct Case {
    Give kind;
    std::string_view text;
    std::string_view want;
};

void expect(Type const& type, std::vector<Case> const& cases) {
    for (auto const& [kind, text, want] : cases) {
        SCOPED_TRACE(fmt::format("{} {}", type.name, text.substr(0, 60)));
        EXPECT_EQ(outcome_of(type, kind, text), want);
    }
}

TEST(Accept, TakesTruthInManyWords) {
    expect(
        plain(Kind::boolean),
        {
            {Give::boolean, "true", "1"},
            {Give::boolean, "false", "0"},
            {Give::text, "True", "1"},
            {Give::text, " off ", "0"},
            {Give::text, "1", "1"},
            {Give::number, "0", "0"},
            {Give::number, "1.0", "1"},
            {Give::number, "2", "not_a_boolean"},
            {Give::text, "", "not_a_boolean"},
            {Give::text, "maybe", "not_a_boolean"},
            {Give::json, "[]", "not_a_boolean"},
        }
    );
}

TEST(Accept, TakesIntegersInTheirRange) {
    expect(
        plain(Kind::integer),
        {
            {Give::number, "12", "12"},
            {Give::text, " 12 ", "12"},
            {Give::text, "-7", "-7"},
            {Give::text, "+7", "7"},
            {Give::number, "1.0", "1"},
            {Give::text, "1.00", "1"},
            {Give::number, "1.5", "not_an_integer"},
            {Give::number, "1e2", "100"},
            {Give::text, "1e2", "not_an_integer"},
            {Give::number, "15e-1", "not_an_integer"},
            {Give::boolean, "true", "not_an_integer"},
            {Give::text, "", "not_an_integer"},
            {Give::text, "-", "not_an_integer"},
            {Give::text, "+-1", "not_an_integer"},
            {Give::text, ".0", "not_an_integer"},
            {Give::json, "{}", "not_an_integer"},
            {Give::number, "2147483648", "number_too_large maximum=2147483647"},
            {Give::number, "-2147483649", "number_too_small minimum=-2147483648"},
            {Give::number, "99999999999999999999", "number_too_large maximum=2147483647"},
            {Give::number, "-1e400", "number_too_small minimum=-2147483648"},
        }
    );
    Type asn;
    asn.kind = Kind::integer;
    asn.name = "asn";
    asn.least = 1;
    asn.most = 4294967295;
    expect(
        made(asn),
        {
            {Give::number, "4294967295", "4294967295"},
            {Give::text, "64535", "64535"},
            {Give::number, "0", "number_too_small minimum=1"},
            {Give::number, "4294967296", "number_too_large maximum=4294967295"},
            {Give::text, "AS1", "not_an_integer"},
        }
    );
    EXPECT_EQ(stored_as(asn), model::Type::bigint);
}

TEST(Accept, TakesNumbersAndKeepsAllDigitsOfDecimals) {
    expect(
        plain(Kind::real),
        {
            {Give::number, "1.5", "1.5r"},
            {Give::text, "-2e3", "-2000r"},
            {Give::text, "nan", "not_a_number"},
            {Give::text, "inf", "not_a_number"},
            {Give::number, "1e999", "not_a_number"},
            {Give::text, "", "not_a_number"},
            {Give::boolean, "true", "not_a_number"},
        }
    );
    Type price;
    price.kind = Kind::decimal;
    price.longest = 6;
    price.scale = 2;
    expect(
        made(price),
        {
            {Give::number, "12", "'12.00'"},
            {Give::text, "1.5", "'1.50'"},
            {Give::text, "-.5", "'-0.50'"},
            {Give::text, "0012.50", "'12.50'"},
            {Give::number, "1e2", "'100.00'"},
            {Give::text, "-0", "'0.00'"},
            {Give::text, "15e-1", "'1.50'"},
            {Give::text, "0e9", "'0.00'"},
            {Give::text, "1.234", "too_many_decimals maximum=2"},
            {Give::text, "12345.67", "too_many_digits maximum=6"},
            {Give::text, "12345", "too_many_digits maximum=4"},
            {Give::text, "1e999", "too_many_digits maximum=6"},
            {Give::text, "1e99999999999", "not_a_number"},
            {Give::text, "1e+-3", "not_a_number"},
            {Give::text, ".", "not_a_number"},
            {Give::text, "1.2.3", "not_a_number"},
            {Give::text, "", "not_a_number"},
        }
    );
}

TEST(Accept, TakesTextsTrimmedAndCountsCharacters) {
    Type name;
    name.longest = 5;
    name.shortest = 2;
    expect(
        made(name),
        {
            {Give::text, "Stark", "'Stark'"},
            {Give::text,
             " \t\xC2\xA0"
             "ab\xE3\x80\x80\n",
             "'ab'"},
            {Give::number, "12.50", "'12.50'"},
            {Give::text, "größe", "'größe'"},
            {Give::text, "Starks", "text_too_long maximum=5"},
            {Give::text, "ö", "text_too_short minimum=2"},
            {Give::text, "   ", "''"},
            {Give::boolean, "true", "not_a_text"},
            {Give::json, "[1]", "not_a_text"},
            {Give::text, std::string_view("a\0b", 3), "not_a_text"},
        }
    );
    name = Type();
    name.trimmed = false;
    expect(made(name), {{Give::text, " a ", "' a '"}});
    Type color;
    color.name = "color";
    color.pattern = "[0-9a-f]{6}";
    expect(
        made(color),
        {
            {Give::text, "9e9e9e", "'9e9e9e'"},
            {Give::text, "9e9e9e0", "pattern_mismatch pattern=[0-9a-f]{6}"},
            {Give::text, "", "''"},
        }
    );
}

TEST(Accept, KnowsSlugsEmailsUrlsAndUuids) {
    expect(
        plain(Kind::slug),
        {
            {Give::text, "juniper-junos_2", "'juniper-junos_2'"},
            {Give::text, "a b", "invalid_slug"},
            {Give::text, "ä", "invalid_slug"},
        }
    );
    expect(
        plain(Kind::email),
        {
            {Give::text, "noc@example.net", "'noc@example.net'"},
            {Give::text, "a.b+c@sub.example.co", "'a.b+c@sub.example.co'"},
            {Give::text, "\"a b\"@example.net", "'\"a b\"@example.net'"},
            {Give::text, "a@[192.0.2.1]", "'a@[192.0.2.1]'"},
            {Give::text, "root@localhost", "'root@localhost'"},
            {Give::text, "noc", "invalid_email"},
            {Give::text, "noc@", "invalid_email"},
            {Give::text, "@example.net", "invalid_email"},
            {Give::text, "noc@example", "invalid_email"},
            {Give::text, "a..b@example.net", "invalid_email"},
            {Give::text, "a b@example.net", "invalid_email"},
            {Give::text, "\"a\"b\"@example.net", "invalid_email"},
            {Give::text, "\"\"\"@example.net", "invalid_email"},
            {Give::text, "noc@example.net.", "invalid_email"},
            {Give::text, "noc@-a.net", "invalid_email"},
        }
    );
    expect(
        plain(Kind::url),
        {
            {Give::text, "https://example.net/a?b#c", "'https://example.net/a?b#c'"},
            {Give::text, "http://u:p@[2001:db8::1]:8080/", "'http://u:p@[2001:db8::1]:8080/'"},
            {Give::text, "http://localhost:80", "'http://localhost:80'"},
            {Give::text, "ftp://192.0.2.1", "'ftp://192.0.2.1'"},
            {Give::text, "example.net", "invalid_url"},
            {Give::text, "javascript://example.net/%0aalert(1)", "invalid_url"},
            {Give::text, "http://", "invalid_url"},
            {Give::text, "http://a b.net", "invalid_url"},
            {Give::text, "http://example.net:99999", "invalid_url"},
            {Give::text, "http://example", "invalid_url"},
        }
    );
    constexpr std::string_view kUuid = "'0b1ee3a6-8a3b-4d8c-9a55-0123456789ab'";
    expect(
        plain(Kind::uuid),
        {
            {Give::text, "0b1ee3a6-8a3b-4d8c-9a55-0123456789ab", kUuid},
            {Give::text, "0B1EE3A68A3B4D8C9A550123456789AB", kUuid},
            {Give::text, "{0b1ee3a6-8a3b-4d8c-9a55-0123456789ab}", kUuid},
            {Give::text, "urn:uuid:0b1ee3a6-8a3b-4d8c-9a55-0123456789ab", kUuid},
            {Give::text, "0b1ee3a6-8a3b-4d8c-9a55-0123456789a", "invalid_uuid"},
            {Give::text, "0b1ee3a68-a3b-4d8c-9a55-0123456789ab", "invalid_uuid"},
            {Give::text, "nope", "invalid_uuid"},
            {Give::text, "", "invalid_uuid"},
            {Give::text, "{", "invalid_uuid"},
        }
    );
}

TEST(Accept, KeepsOrDropsTheLengthOfAnAddress) {
    Type host;
    host.kind = Kind::ip;
    expect(
        made(host),
        {
            {Give::text, "192.0.2.143/24", "'192.0.2.143'"},
            {Give::text, "2001:DB8:0::1", "'2001:db8::1'"},
            {Give::text, "bad", "invalid_address"},
            {Give::number, "5", "invalid_address"},
            {Give::text, "", "invalid_address"},
        }
    );
    Type interface = host;
    interface.address = Type::Address::interface;
    interface.family = 4;
    expect(
        made(interface),
        {
            {Give::text, "192.0.2.3", "'192.0.2.3/32'"},
            {Give::text, " 192.0.2.3/24 ", "'192.0.2.3/24'"},
            {Give::text, "::1", "invalid_address family=4"},
            {Give::text, "bad", "invalid_address"},
        }
    );
    Type network = host;
    network.address = Type::Address::network;
    expect(
        made(network),
        {
            {Give::text, "203.0.113.0/24", "'203.0.113.0/24'"},
            {Give::text, "203.0.113.1/24", "invalid_address"},
            {Give::text, "2001:db8::1", "'2001:db8::1/128'"},
        }
    );
    expect(
        plain(Kind::mac),
        {
            {Give::text, "79:0e:00:91:9c:97", "'79:0e:00:91:9c:97'"},
            {Give::text, "79-0E-00-91-9C-97", "'79:0e:00:91:9c:97'"},
            {Give::text, "790e.0091.9c97", "'79:0e:00:91:9c:97'"},
            {Give::text, "790e00919c97", "'79:0e:00:91:9c:97'"},
            {Give::text, "9:e:0:91:9c:97", "'09:0e:00:91:9c:97'"},
            {Give::text, "zz", "invalid_mac"},
            {Give::text, "790e00919c9", "invalid_mac"},
            {Give::text, "79:0e:00:91:9c:97:00", "invalid_mac"},
            {Give::text, ":::::", "invalid_mac"},
            {Give::text, "79:0e:00:91:9c", "invalid_mac"},
            {Give::text, "", "invalid_mac"},
        }
    );
}

TEST(Accept, StoresTimesInOneForm) {
    expect(
        plain(Kind::date),
        {
            {Give::text, "2026-11-22", "'2026-11-22'"},
            {Give::text, "2024-2-29", "'2024-02-29'"},
            {Give::text, "2026-02-29", "not_a_date"},
            {Give::text, "2026-11-22T00:00", "not_a_date"},
            {Give::text, "22.11.2026", "not_a_date"},
            {Give::text, "0000-01-01", "not_a_date"},
            {Give::number, "2026", "not_a_date"},
        }
    );
    expect(
        plain(Kind::time),
        {
            {Give::text, "14:03", "'14:03:00.000000'"},
            {Give::text, "9:03:07.5", "'09:03:07.500000'"},
            {Give::text, "24:00", "not_a_time"},
            {Give::text, "14", "not_a_time"},
        }
    );
    expect(
        plain(Kind::datetime),
        {
            {Give::text, "2026-01-01", "'2026-01-01T00:00:00.000000Z'"},
            {Give::text, "2026-01-01 00:00:00", "'2026-01-01T00:00:00.000000Z'"},
            {Give::text, "2026-11-22T14:03:00.562426Z", "'2026-11-22T14:03:00.562426Z'"},
            {Give::text, "2026-11-22T03:41:00.5+02:00", "'2026-11-22T01:41:00.500000Z'"},
            {Give::text, "2026-01-01T00:30:00 +0100", "'2025-12-31T23:30:00.000000Z'"},
            {Give::text, "2026-01-01T23:30-08", "'2026-01-02T07:30:00.000000Z'"},
            {Give::text, "2026-01-01t00:00:00.1234567z", "'2026-01-01T00:00:00.123456Z'"},
            {Give::text, "2026-01-01T00:00:60Z", "not_a_datetime"},
            {Give::text, "2026-01-01T", "not_a_datetime"},
            {Give::text, "2026-01-01T00:00:00.Z", "not_a_datetime"},
            {Give::text, "2026-01-01T00:00:00+1", "not_a_datetime"},
            {Give::text, "0001-01-01T00:00:00+01:00", "not_a_datetime"},
            {Give::text, "9999-12-31T23:59:59-01:00", "not_a_datetime"},
            {Give::text, "yesterday", "not_a_datetime"},
            {Give::text, "", "not_a_datetime"},
            {Give::number, "1700000000", "not_a_datetime"},
        }
    );
    expect(
        plain(Kind::duration),
        {
            {Give::number, "90", "90"},
            {Give::number, "1.5", "1.5r"},
            {Give::text, "4:08", "248"},
            {Give::text, "3 days, 04:05:06", "273906"},
            {Give::text, "-1:00:00", "-3600"},
            {Give::text, "P1DT2H3M4.5S", "93784.5r"},
            {Give::text, "P1W", "604800"},
            {Give::number, "1e3", "1000"},
            {Give::text, "P", "not_a_duration"},
            {Give::text, "PT", "not_a_duration"},
            {Give::text, "P1M", "not_a_duration"},
            {Give::text, "PT1S2M", "not_a_duration"},
            {Give::text, "1:2:3:4", "not_a_duration"},
            {Give::text, "999999999999:00:00", "not_a_duration"},
            {Give::text, "P999999999999W", "not_a_duration"},
            {Give::text, "soon", "not_a_duration"},
            {Give::json, "{}", "not_a_duration"},
        }
    );
}

TEST(Accept, TakesChoicesByTheirValue) {
    Type status;
    status.kind = Kind::choice;
    status.choices = {{"enabled", "Enabled"}, {"pre-maintenance", "Pre-maintenance"}};
    expect(
        made(status),
        {
            {Give::text, "enabled", "'enabled'"},
            {Give::text, "Enabled", "not_a_choice choices=enabled, pre-maintenance"},
            {Give::text, "", "not_a_choice choices=enabled, pre-maintenance"},
            {Give::json, "{\"value\":\"enabled\"}", "choice_not_scalar"},
            {Give::boolean, "true", "not_a_choice choices=enabled, pre-maintenance"},
        }
    );
    EXPECT_EQ(label_of(status, "pre-maintenance"), "Pre-maintenance");
    EXPECT_EQ(label_of(status, "nope"), "");
    Type family;
    family.kind = Kind::choice;
    family.numbers = true;
    family.choices = {{"0", "All"}, {"4", "IPv4"}, {"6", "IPv6"}};
    expect(made(family), {{Give::number, "6", "6"}, {Give::text, "4", "4"}, {Give::number, "5", "not_a_choice choices=0, 4, 6"}});
}

TEST(Accept, TakesDocumentsAndLists) {
    Type document;
    document.kind = Kind::json;
    expect(
        made(document),
        {
            {Give::json, "{\"a\":1}", "'{\"a\":1}'"},
            {Give::text, "a\"b\n", "'\"a\\\"b\\u000a\"'"},
            {Give::number, "1.50", "'1.50'"},
            {Give::boolean, "true", "'true'"},
        }
    );
    document.document = Type::Document::object;
    expect(made(document), {{Give::json, "{}", "'{}'"}, {Give::json, "[]", "not_json_object"}, {Give::text, "{}", "not_json_object"}});
    document.document = Type::Document::list;
    expect(
        made(document),
        {{Give::json, "[1]", "'[1]'"}, {Give::json, "{}", "not_a_list given=dict"}, {Give::number, "1.5", "not_a_list given=float"}}
    );
    Type list;
    list.kind = Kind::list;
    list.item = std::make_shared<Type>(plain(Kind::integer));
    expect(
        made(list),
        {
            {Give::json, "[]", "'[]'"},
            {Give::json, "[1,\"2\",3.0]", "'[1,2,3]'"},
            {Give::json, "[1,null]", "not_an_integer"},
            {Give::json, "[1,", "not_a_list given=list"},
            {Give::json, "{}", "not_a_list given=dict"},
            {Give::number, "5", "not_a_list given=int"},
            {Give::text, "a", "not_a_list given=str"},
        }
    );
}

TEST(Accept, UnescapesTheTextsOfLists) {
    Type list;
    list.kind = Kind::list;
    list.item = std::make_shared<Type>(plain(Kind::text));
    auto const type = made(list);
    expect(
        type,
        {
            {Give::json, R"(["a\"b", "\u00e9\ud83d\ude00", "\ud83d", "\n"])", "'[\"a\\\"b\",\"é😀\",\"\xEF\xBF\xBD\",\"\"]'"},
            {Give::json, R"([" a ",5,"\\u0041"])", R"('["a","5","\\u0041"]')"},
        }
    );
}

TEST(Literal, IsWhatIsStored) {
    Type interface;
    interface.kind = Kind::ip;
    interface.address = Type::Address::interface;
    Type price;
    price.kind = Kind::decimal;
    price.longest = 6;
    price.scale = 2;
    Type list;
    list.kind = Kind::list;
    list.item = std::make_shared<Type>(plain(Kind::mac));
    struct Asked {
        Type type;
        std::string_view text;
        std::string_view want;
    };
    std::vector<Asked> const cases = {
        {plain(Kind::integer), "99999999999", "99999999999"},
        {plain(Kind::integer), "1.0", "1"},
        {plain(Kind::integer), "x", "not_an_integer"},
        {plain(Kind::boolean), "True", "true"},
        {plain(Kind::datetime), "2026-01-01", "2026-01-01T00:00:00.000000Z"},
        {plain(Kind::datetime), "nope", "not_a_datetime"},
        {plain(Kind::slug), " not a slug ", "not a slug"},
        {made(interface), "192.0.2.3", "192.0.2.3"},
        {made(interface), "2001:DB8::1/64", "2001:db8::1/64"},
        {made(list), "790e00919c97", "79:0e:00:91:9c:97"},
        {plain(Kind::real), "1.50", "1.5"},
        {made(price), " 4.2 ", "4.20"},
        {made(price), "-18", "-18.00"},
        {made(price), "4.2000000", "4.20"},
        {made(price), "4.2000001", "4.2000001"},
        {made(price), "-0.0000", "0.00"},
        {made(price), "1234567", "1234567.00"},
        {made(price), "5e-3", "0.005"},
        {made(price), "1e2", "100.00"},
        {made(price), "1e1001", "not_a_number"},
        {made(price), "four", "not_a_number"},
        {plain(Kind::secret), "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (auto const& [type, text, want] : cases) {
        SCOPED_TRACE(fmt::format("{} {}", type.name, text));
        auto const made_of = literal(type, text);
        EXPECT_EQ(made_of ? made_of.value() : std::string(to_string(made_of.error().reason())), want);
    }
}
}  // namespace
}  // namespace koine::value
