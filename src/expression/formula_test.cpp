#include "expression/formula.hpp"

#include <gtest/gtest.h>

#include <map>

namespace koine::expression {
namespace {

using Kind = Formula::Kind;

std::optional<Class> class_of(std::string_view relation, std::string_view path) {
    static std::map<std::string, Class, std::less<>> const kRow = {
        {"asn", Class::number},
        {"name", Class::text},
        {"active", Class::boolean},
        {"created", Class::time},
        {"router.name", Class::text},
        {"address", Class::text},
        {"data", Class::any},
        {"local", Class::text},
        {"peering.ip", Class::text},
        {"outside", Class::number},
    };
    static std::map<std::string, Class, std::less<>> const kSession = {{"status", Class::text}, {"asn", Class::number}};
    auto const& names = relation.empty() ? kRow : kSession;
    if (!relation.empty() && relation != "sessions") return std::nullopt;
    auto const found = names.find(path);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

std::string_view symbol(Formula::Op op) {
    static constexpr std::string_view kSymbols[] = {"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"};
    return kSymbols[static_cast<std::size_t>(op)];
}

/// As an s-expression.
std::string print(Formula const& formula) {
    std::string head;
    switch (formula.kind) {
        case Kind::null: return "null";
        case Kind::boolean:
        case Kind::number: return formula.literal;
        case Kind::text: return "'" + formula.literal + "'";
        case Kind::path: return (formula.outer ? "^" : "") + formula.path;
        case Kind::negation: head = "not"; break;
        case Kind::all_of: head = "and"; break;
        case Kind::any_of: head = "or"; break;
        case Kind::in: head = "in"; break;
        case Kind::compare:
        case Kind::arithmetic: head = symbol(formula.op); break;
        case Kind::call: head = to_string(formula.function); break;
    }
    if (!formula.relation.empty()) head += " " + formula.relation;
    for (auto const& operand : formula.operands) head += " " + print(operand);
    return "(" + head + ")";
}

std::string parsed(std::string_view text) {
    auto const formula = parse(text, class_of);
    return formula ? print(formula.value()) : describe(formula.error());
}

TEST(Formula, IsReadByTheStrengthOfItsOperators) {
    struct Case {
        std::string_view text;
        std::string_view want;
    };
    std::vector<Case> const cases = {
        {"asn", "asn"},
        {"asn == 64500", "(== asn 64500)"},
        {"active and asn > 1 or not active", "(or (and active (> asn 1)) (not active))"},
        {"active and active and active", "(and active active active)"},
        {"active and (active or active)", "(and active (or active active))"},
        {"not asn == 1", "(not (== asn 1))"},
        {"asn + 2 * 3 - 4", "(- (+ asn (* 2 3)) 4)"},
        {"asn - 2 - 3", "(- (- asn 2) 3)"},
        {"(asn + 2) * 3 < 10", "(< (* (+ asn 2) 3) 10)"},
        {"asn > -1.5", "(> asn -1.5)"},
        {"-asn < 1", "(< (- 0 asn) 1)"},
        {"--1 < 2", "(< (- 0 -1) 2)"},
        {"name == 'it''s'", "(== name 'it's')"},
        {"name in ('a', 'b')", "(in name 'a' 'b')"},
        {"asn not in (1, 2) and active", "(and (not (in asn 1 2)) active)"},
        {"router.name == null", "(== router.name null)"},
        {"null != data", "(!= null data)"},
        {"created > '2026-01-01'", "(> created '2026-01-01')"},
        {"created <= now()", "(<= created (now))"},
        {"if(active, 'a', name)", "(if active 'a' name)"},
        {"coalesce(name, 'none') == 'x'", "(== (coalesce name 'none') 'x')"},
        {"matches(name, '[a-z]+\\d')", "(matches name '[a-z]+\\d')"},
        {"concat('AS', asn)", "(concat 'AS' asn)"},
        {"exists(sessions)", "(exists sessions)"},
        {"exists(sessions, status == 'up' and asn == outer.asn)", "(exists sessions (and (== status 'up') (== asn ^asn)))"},
        {"count(sessions) > 2", "(> (count sessions) 2)"},
        {"network(local) == network(address) or family(address) == 6", "(or (== (network local) (network address)) (== (family address) 6))"
        },
        {"outside == 1", "(== outside 1)"},
        {"data == 1 and data == 'a'", "(and (== data 1) (== data 'a'))"},
    };
    for (auto const& [text, want] : cases) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parsed(text), want);
    }
}

TEST(Formula, TellsAMistakeWithItsColumn) {
    struct Case {
        std::string_view text;
        std::string_view want;
    };
    std::vector<Case> const cases = {
        {"", "column 1: expected a value, found the end"},
        {"asn ==", "column 7: expected a value, found the end"},
        {"asn == )", "column 8: expected a value, found `)`"},
        {"(asn == 1", "column 10: expected `)`, found the end"},
        {"asm == 1", "column 1: there is no field `asm`"},
        {"name == nul", "column 9: there is no field `nul`; perhaps `null`"},
        {"active adn active", "column 8: expected an operator, found `adn`; perhaps `and`"},
        {"asn = 1", "column 5: `=` is written `==` here"},
        {"active && active", "column 8: `&&` is written `and` here"},
        {"asn <> 1", "column 5: `<>` is written `!=` here"},
        {"name == \"a\"", "column 9: texts stand between single quotes: 'text'"},
        {"name == 'a", "column 9: this text has no end: a ' is missing"},
        {"asn == 1x", "column 8: a number is digits, perhaps with a fraction: 12 or 1.5"},
        {"router. == 1", "column 1: a path is names joined by points, as in router.name"},
        {"asn == 1;", "column 9: this character means nothing here"},
        {"lowr(name) == 'a'", "column 1: there is no function `lowr`; perhaps `lower`"},
        {"lower() == 'a'", "column 1: `lower` takes 1 value, not 0"},
        {"if(active, 1)", "column 1: `if` takes 3 values, not 2"},
        {"now(1)", "column 1: `now` takes nothing, not 1"},
        {"lower(asn) == 'a'", "column 7: `lower` takes a text, this is a number"},
        {"asn and active", "column 1: `and` takes a truth value, this is a number"},
        {"asn == 'a'", "column 5: a number cannot be compared with a text"},
        {"asn in (1, 'a')", "column 12: a number cannot be compared with a text"},
        {"asn in ()", "column 5: `in ()` holds of nothing: give it values"},
        {"name in ('a', null)", "column 15: null is never `in` a list: test with == or !="},
        {"asn < null", "column 7: nothing is `<` null: test with == or !="},
        {"active < true", "column 1: `<` takes numbers, texts or times, this is a truth value"},
        {"name + 'a' == 'b'", "column 1: `+` takes a number, this is a text"},
        {"1 < asn < 3", "column 9: comparisons are not chained: join them with `and`"},
        {"if(active, 1, 'a') == 1", "column 15: `if` gives a number or a text: make them one"},
        {"matches(name, name)", "column 15: the expression of `matches` is a literal: '[a-z]+'"},
        {"matches(name, '[')", "column 15: this is no regular expression: missing ]: ["},
        {"outer.asn == 1", "column 1: `outer` is the row around a condition in exists(…) or count(…)"},
        {"exists(sessions, name == 'a')", "column 18: there is no field `name`"},
        {"exists(sessions, exists(sessions))", "column 18: `exists` cannot stand in the condition of another"},
        {"exists('a')", "column 8: expected the name of a relation, found `'a'`"},
        {"asn and", "column 8: expected a value, found the end"},
        {"asn not 1", "column 9: expected `in`, found `1`"},
    };
    for (auto const& [text, want] : cases) {
        SCOPED_TRACE(text);
        EXPECT_EQ(parsed(text), want);
    }
}

TEST(Formula, IsBounded) {
    auto const repeated = [](std::string_view text, std::size_t times) {
        std::string all;
        for (std::size_t i = 0; i < times; ++i) all += text;
        return all;
    };
    EXPECT_EQ(parsed(repeated("(", 60) + "asn" + repeated(")", 60)), "asn");
    for (auto const& text :
         {repeated("(", 4000), repeated("not ", 1000) + "active", repeated("-", 4000), repeated("1+", 2000) + "1", repeated("lower(", 600)
         }) {
        SCOPED_TRACE(text.substr(0, 20));
        EXPECT_NE(parsed(text).find("nested at most 64 deep"), std::string::npos) << parsed(text);
    }
    EXPECT_EQ(parsed(std::string(5000, ' ')), "column 1: a formula has at most 4096 bytes");
    auto const wide = parse(repeated("active and ", 300) + "active", class_of);
    ASSERT_TRUE(wide);
    EXPECT_EQ(wide.value().operands.size(), 301U);
}

Value text(std::string value) { return {.kind = Value::Kind::text, .number = 0, .text = std::move(value)}; }
Value number(double value) { return {.kind = Value::Kind::number, .number = value, .text = {}}; }
Value boolean(bool value) { return {.kind = Value::Kind::boolean, .number = value ? 1.0 : 0.0, .text = {}}; }

/// asn 64500, name "Stark", active, address 198.51.100.0/30; data and all others are null; three sessions.
Value value_of(std::string_view path, bool) {
    static std::map<std::string, Value, std::less<>> const kValues = {
        {"asn", number(64500)},
        {"name", text("Stark")},
        {"active", boolean(true)},
        {"address", text("198.51.100.0/30")},
        {"outside", text("12.50")},
        {"created", text("2026-11-22T14:03:00.000000Z")},
        {"exists(sessions)", boolean(true)},
        {"count(sessions)", number(3)},
    };
    auto const found = kValues.find(path);
    return found == kValues.end() ? Value() : found->second;
}

TEST(Formula, IsWorkedOutInThreeValuedLogic) {
    Value const null;
    struct Case {
        std::string_view text;
        Value want;
    };
    std::vector<Case> const cases = {
        {"asn == 64500", boolean(true)},
        {"asn + 1.5 - 2 * 3", number(64495.5)},
        {"asn / 0", null},
        {"asn < 10 or name > 'Sta'", boolean(true)},
        {"data == 1", null},
        {"not (data == 1)", null},
        {"data == null", boolean(true)},
        {"null != data", boolean(false)},
        {"name != null", boolean(true)},
        {"data == 1 and asn == 1", boolean(false)},
        {"data == 1 and active", null},
        {"data == 1 or active", boolean(true)},
        {"data == 1 or asn == 1", null},
        {"name in ('Tully', 'Stark')", boolean(true)},
        {"name in ('Tully', local)", null},
        {"name not in ('Tully', 'Tyrell')", boolean(true)},
        {"data in (1)", null},
        {"if(data == 1, 'a', 'b')", text("b")},
        {"coalesce(data, local, name)", text("Stark")},
        {"concat('AS', asn, ' - ', name, local)", text("AS64500 - Stark")},
        {"lower(name)", text("stark")},
        {"upper(name)", text("STARK")},
        {"length('größer')", number(6)},
        {"contains(name, 'tar')", boolean(true)},
        {"starts(name, 'star')", boolean(false)},
        {"matches(name, '[A-Z][a-z]+')", boolean(true)},
        {"matches(name, '[a-z]+')", boolean(false)},
        {"lower(local)", null},
        {"host(address)", text("198.51.100.0")},
        {"network('2001:DB8::1/64')", text("2001:db8::/64")},
        {"family(address)", number(4)},
        {"is_network(address)", boolean(true)},
        {"is_broadcast(address)", boolean(false)},
        {"family(name)", null},
        {"outside > 9", boolean(true)},
        {"created > '2026-11-22' and now() > '2026-01-01'", boolean(true)},
        {"exists(sessions, asn == outer.asn)", boolean(true)},
        {"count(sessions) * 2", number(6)},
    };
    for (auto const& [written, want] : cases) {
        SCOPED_TRACE(written);
        auto const formula = parse(written, class_of);
        ASSERT_TRUE(formula) << describe(formula.error());
        EXPECT_EQ(evaluate(formula.value(), value_of), want);
    }
}

TEST(Formula, CallsAgreeWithTheirNames) {
    for (auto name : {"lower", "if", "is_broadcast", "count"}) EXPECT_EQ(to_string(*function_named(name)), name);
    EXPECT_EQ(function_named("choose"), std::nullopt);
    auto const now = call(Function::now, {}).text;
    ASSERT_EQ(now.size(), 27U);
    EXPECT_EQ(now.substr(26), "Z");
    EXPECT_GT(now, "2026-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace koine::expression
