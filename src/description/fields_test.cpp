#include "description/testing.hpp"

namespace koine::description {
namespace {

/// One entity `e` with one field `f`, beside entities to refer to.
std::string with_field(std::string const& said, std::string const& types = "{}") {
    return "types: " + types + "\nentities:\n  t: {fields: {name: text}}\n  e:\n    fields:\n      f: " + said + "\n";
}

TEST(Fields, OneLineSaysTypeLimitsFlagsAndDefault) {
    auto const app = app_of(R"(
entities:
  t: {fields: {name: text}}
  e:
    fields:
      a: int(1..4294967295) unique
      b: text(200) null = ""
      c: enum(new|pre-maintenance|off) = new
      d: ref(t) null cascade
      g: refs(t) inverse(owners)
      h: any_ref(t)
      i: list(int(0..5))
      j: decimal(10.2) indexed readonly
      k: datetime touched
      l: datetime = now immutable
      m: secret hidden = random_key
      n: bool = false
      o: enum(0|4|6) bare = 4
      p: text(3..20) = "two words" untrimmed
      q: ref(t) null required set_null
      r: refs(t) required inverse(others)
      s: text blank required
)");
    auto const& e = *app->entity("e");
    EXPECT_TRUE(e.field("a")->unique && e.field("a")->type.wide && e.field("a")->is_required());
    EXPECT_EQ(e.field("a")->type.most, 4294967295);
    EXPECT_TRUE(e.field("b")->nullable && !e.field("b")->otherwise->null);
    EXPECT_EQ(e.field("b")->type.longest, 200U);
    EXPECT_EQ(e.field("c")->otherwise->text, "new");
    EXPECT_EQ(e.field("c")->type.choices[1], (value::Choice{"pre-maintenance", "Pre-maintenance"}));
    EXPECT_EQ(e.field("d")->reference->on_delete, OnDelete::cascade);
    EXPECT_EQ(e.field("d")->reference->inverse, "e_d");
    EXPECT_EQ(e.field("g")->reference->inverse, "owners");
    EXPECT_EQ(e.field("h")->reference->kind, Reference::Kind::any);
    EXPECT_EQ(e.field("i")->type.item->most, 5);
    EXPECT_TRUE(e.field("j")->indexed && e.field("j")->readonly && e.field("j")->type.scale == 2);
    EXPECT_TRUE(e.field("k")->touched && e.field("l")->immutable);
    EXPECT_EQ(e.field("l")->otherwise->kind, Default::Kind::now);
    EXPECT_EQ(e.field("m")->otherwise->kind, Default::Kind::random_key);
    EXPECT_TRUE(e.field("o")->type.numbers && e.field("o")->type.bare);
    EXPECT_EQ(e.field("p")->otherwise->text, "two words");
    EXPECT_FALSE(e.field("p")->type.trimmed);
    EXPECT_TRUE(e.field("q")->nullable && e.field("q")->is_required());
    EXPECT_TRUE(e.field("r")->is_required() && e.field("s")->blank && e.field("s")->is_required());
    EXPECT_FALSE(e.field("b")->is_required() || e.field("d")->is_required() || e.field("g")->is_required());
}

TEST(Fields, AMapSaysMoreAndTypesOfTheAppCarryTheirNameAndLabel) {
    auto const app = app_of(R"(
types:
  asn: {type: int(1..4294967295), label: ASN}
  color: {type: text(6), pattern: "[0-9a-f]{6}"}
  state: {type: enum, labels: {up: Up and running, down: Down}}
entities:
  e:
    fields:
      asn: asn unique
      tint: color = 9e9e9e
      state: {type: state = up, labels: {down: Gone}, help: how it is}
      extra: {type: json, default: {a: [1, "1", true]}}
      double: {type: int64, computed: asn * 2}
)");
    auto const& e = *app->entity("e");
    EXPECT_EQ(e.field("asn")->type.name, "asn");
    EXPECT_EQ(e.field("asn")->label, "ASN");
    EXPECT_EQ(e.field("tint")->label, "tint");
    EXPECT_EQ(e.field("state")->type.choices, (std::vector<value::Choice>{{"up", "Up and running"}, {"down", "Gone"}}));
    EXPECT_EQ(e.field("state")->help, "how it is");
    EXPECT_EQ(e.field("extra")->otherwise->text, R"({"a":[1,"1",true]})");
    EXPECT_NE(e.field("double")->computed, nullptr);
    EXPECT_FALSE(e.field("double")->is_required());
}

TEST(Fields, WhatIsWrongIsToldWhereItStands) {
    auto const table = std::vector<std::pair<std::string, std::string>>{
        {"intt", R"(6:10: unknown type "intt"; did you mean "int"?)"},
        {"text(200) uniqe", R"(6:20: unknown flag "uniqe"; did you mean "unique"?)"},
        {"int(a..b)", "6:10: (a..b): expected a range as in int(0..100)"},
        {"int(9..1)", "6:10: "},
        {"text(0)", "6:10: (0): expected characters as in text(200) or text(3..200)"},
        {"decimal(2.5)", "6:10: (2.5): expected digits as in decimal(10.2), at most 100"},
        {"decimal", "6:10: decimal wants its parameter: decimal(10.2): 10 digits, 2 of them behind the point"},
        {"bool(1)", "6:10: bool takes nothing in parentheses"},
        {"enum(a|a)", "6:10: the choice a is written twice"},
        {"enum(a|)", "6:10: a choice without a value"},
        {"enum", "6:10: an enum without choices: enum(a|b), or labels"},
        {"enum(a|b) = c", "6:10: the default \"c\" does not fit: not a choice"},
        {"int = many", "6:10: the default \"many\" does not fit: not an integer"},
        {"text = now", "6:10: now is for times"},
        {"text = null", "6:10: null as default, but the field has no flag null"},
        {"text null null", "6:20: null is written twice"},
        {"text = a b", "6:19: unknown flag \"b\"; known are"},
        {"text(", "6:10: expected a type"},
        {"'text \"x'", "6:16: cannot read \"\"x\"; a value with blanks goes between quotes"},
        {"int touched", "6:14: touched is for a datetime only"},
        {"int bare", "6:14: bare is for an enum only"},
        {"int blank", "6:14: blank is for texts only"},
        {"owned(t) required", "6:19: required has no meaning for rows that live with this one"},
        {"int null required = 3", "6:10: required does not go with a default, readonly, touched or computed"},
        {"text required readonly", "6:10: required does not go with a default"},
        {"refs(t) null", "6:18: null has no meaning for a set of rows"},
        {"ref(t) set_null", "6:10: set_null needs the flag null"},
        {"ref(t) cascade protect", "6:25: one of protect, cascade and set_null, not two"},
        {"ref(tt)", "6:7: unknown entity \"tt\"; did you mean \"t\"?"},
        {"text inverse(x)", "6:15: inverse is for references only"},
        {"list(list(list(list(int))))", "lists of lists of lists are as deep as it goes"},
        {"list(ref(t))", "6:10: list(ref(t)): expected a type with all it needs, not a reference"},
        {"password = x", "6:10: a secret has no default that everyone can read"},
        {"blob = x", "6:10: a blob has no default"},
        {"blob required", "6:10: required does not go with a default, readonly"},
        {"list(blob)", "6:10: a list cannot hold a `blob`"},
        {"file", "a file is what operations take; it is kept in a blob"},
        {"[int]", "6:10: expected a field in one line such as \"text(200) null\", not a list"},
        {"{label: x}", "6:7: a field needs a type"},
        {"{type: int, lable: x}", "6:22: unknown word \"lable\"; did you mean \"label\"?"},
        {"{type: int, pattern: x}", "6:31: only a text has a pattern"},
        {"{type: text, pattern: '['}", "6:"},
        {"{type: enum(a), labels: {b: B}}", "unknown choice \"b\""},
        {"{type: int, computed: \"g + 1\"}", "6:"},
        {"{type: int, computed: \"f + 1\"}", "6:32: f is computed of itself"},
        {"{type: bool, computed: \"1 + 1\"}", "6:33: this formula is a number, but true or false is expected"},
        {"{type: int unique, computed: \"1 + 1\"}", "a computed field has no column"},
    };
    for (auto const& [said, wanted] : table) {
        SCOPED_TRACE(said);
        auto const loaded = load_app_texts({{"a.yaml", with_field(said)}});
        ASSERT_EQ(loaded.mistakes.size(), 1U) << told(loaded);
        EXPECT_NE(told(loaded).find(wanted), std::string::npos) << told(loaded);
    }
}

TEST(Fields, TypesMadeOfThemselvesEndAndAreToldOnce) {
    auto const text = told(load_app_texts({{"a.yaml", with_field("one", "{one: two, two: one}")}}));
    EXPECT_NE(text.find("is made of itself"), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(Fields, OneMistakeIsNotToldAgainByWhatUsesTheField) {
    EXPECT_EQ(
        told(load_app_texts({{"a.yaml", R"(
entities:
  t: {fields: {name: text}}
  e:
    fields: {a: refff(t), b: ref(t) unqiue, n: ref(nowhere)}
    order: [a.name, -n.name]
    unique: [[a, b]]
    checks: [{expr: "a.x == 1", message: "{n.y}"}]
resources:
  es: {entity: e, members: [a, b, {c: {text: "{a.name}"}}], filters: [{x: a.y}, {y: n.name}], search: [zzz]}
)"}})),
        "a.yaml:5:17: unknown type \"refff\"; did you mean \"ref\"?\n"
        "a.yaml:5:37: unknown flag \"unqiue\"; did you mean \"unique\"?\n"
        "a.yaml:5:45: unknown entity \"nowhere\"; known are t, e\n"
        "a.yaml:10:104: e has no field \"zzz\"\n"
    );
}

}  // namespace
}  // namespace koine::description
