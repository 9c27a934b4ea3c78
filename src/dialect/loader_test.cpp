#include "dialect/dialect.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

/// A file of one dialect with these axes, each on lines of its own: line 3 is the first of them, indented by 4.
std::string file_with(std::string_view axes) { return "dialects:\n  mine:\n    " + std::string(axes) + "\n"; }

TEST(DialectLoader, TellsEveryMistakeWithItsPlaceAndTheNearestWord) {
    struct Case {
        std::string_view axes;
        std::string_view want;
    } const cases[] = {
        {"filtre: plain", "d.yaml:3:5: unknown axis \"filtre\"; did you mean \"filter\"?"},
        {"filter: doted", "d.yaml:3:13: unknown filter \"doted\"; did you mean \"dotted\"?"},
        {"filter: {dotted: {max_trems: 3}}", "d.yaml:3:23: unknown option \"max_trems\"; did you mean \"max_terms\"?"},
        {"filter: {dotted: {}, plain: {}}", "d.yaml:3:13: expected one strategy, such as dotted"},
        {"filter: [dotted]", "d.yaml:3:13: expected one strategy, such as dotted"},
        {"page: {numbred: {}}", "d.yaml:3:12: unknown page \"numbred\"; did you mean \"numbered\"?"},
        {"select: ~", "d.yaml:3:13: expected one strategy, such as embed"},
        {"sort: {signs: {param: [a]}}", "d.yaml:3:27: expected a text, not a list"},
        {"extends: postgrst", "d.yaml:3:14: unknown dialect \"postgrst\"; did you mean \"postgrest\"?"},
        {"extends: [base]", "d.yaml:3:14: expected the name of one dialect"},
        {"routes: {slash: redirct}", "d.yaml:3:21: unknown word \"redirct\"; did you mean \"redirect\"?"},
        {"routes: {prefix: api}", "d.yaml:3:22: a prefix is empty, or begins with a slash and does not end with one"},
        {"routes: {functions: /rpc/}", "d.yaml:3:25: a path begins with a slash and does not end with one"},
        {"routes: strict", "d.yaml:3:13: expected a map of options, not strict"},
        {"context: {prefer: {known: {count: [exakt]}}}", "d.yaml:3:40: unknown count \"exakt\"; did you mean \"exact\"?"},
        {"context: {prefer: {known: {a: [b]}, echo: [c]}}", "d.yaml:3:48: unknown preference \"c\"; known are a"},
        {"context: {prefer: {echo: [c]}}", "d.yaml:3:23: prefer needs a map of known preferences"},
        {"context: {schema: {}}", "d.yaml:3:23: schema needs the names that may be asked for"},
        {"envelope: {list: {data: $itmes}}", "d.yaml:3:29: unknown name \"itmes\"; did you mean \"items\"?"},
        {"envelope: {list: {total: $total}}", "d.yaml:3:22: the frame holds no $items"},
        {"envelope: {lists: $items}", "d.yaml:3:16: unknown option \"lists\"; did you mean \"list\"?"},
        {"formats: {types: [{as: json}]}", "d.yaml:3:23: a format needs its media type, such as application/json"},
        {"formats: {types: [{type: text/csv, as: cvs}]}", "d.yaml:3:44: unknown word \"cvs\"; did you mean \"csv\"?"},
        {"formats: {types: [{type: text/csv, as: csv, singular: true}]}", "d.yaml:3:23: csv has no singular form"},
        {"formats: {types: []}", "d.yaml:3:22: expected a list of formats"},
        {"headers: {all: {\"a b\": c}}", "d.yaml:3:21: not the name of a header field"},
        {"headers: {lists: {X: $totl}}", "d.yaml:3:26: unknown name \"totl\"; did you mean \"total\"?"},
        {"headers: {cors: {max_age: -1}}", "d.yaml:3:31: expected a number from 0 to 31536000, not -1"},
        {"headers: {all: {X: $warnings}}", "d.yaml:3:24: $warnings does not fit into a header"},
        {"input: {plus: spice}", "d.yaml:3:19: unknown word \"spice\"; did you mean \"space\"?"},
        {"input: strict", "d.yaml:3:12: expected a map of options, not strict"},
        {"values: {nulls: strip}", "d.yaml:3:21: unknown word \"strip\"; known are keep, omit"},
        {"relations: nestd", "d.yaml:3:16: unknown relations \"nestd\"; did you mean \"nested\"?"},
        {"relations: {nested: {levels: 0}}", "d.yaml:3:34: expected a number from 1 to 4, not 0"},
        {"relations: {key: {levels: 1}}", "d.yaml:3:23: unknown option \"levels\"; none is known here"},
        {"errors: {kinds: {invald: {status: 400}}}", "d.yaml:3:22: unknown kind \"invald\"; did you mean \"invalid\"?"},
        {"errors: {reasons: {unknown_colum: {code: x}}}", "d.yaml:3:24: unknown reason \"unknown_colum\"; did you mean \"unknown_column\"?"
        },
        {"errors: {reasons: {unknown_column: {mesage: x}}}", "d.yaml:3:41: unknown option \"mesage\"; did you mean \"message\"?"},
        {"errors: {reasons: {unknown_column: {message: \"{colum}\"}}}", "d.yaml:3:50: unknown name \"colum\"; did you mean \"column\"?"},
        {"errors: {reasons: {unknown_column: {message: \"{suggestion}?\"}}}",
         "d.yaml:3:50: the message may be absent: its last alternative uses an argument that is optional"},
        {"errors: {kinds: {invalid: {status: 4}}}", "d.yaml:3:40: expected a number from 200 to 599, not 4"},
        {"errors: {kinds: {invalid: {message: \"{column}\"}}}", "d.yaml:3:41: unknown name \"column\"; none is known here"},
        {"errors: {body: {a: $mesage}}", "d.yaml:3:24: unknown name \"mesage\"; did you mean \"message\"?"},
        {"errors: {body: {a: $argument.colum}}", "d.yaml:3:24: unknown name \"argument.colum\"; did you mean \"argument.column\"?"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.axes);
        auto const dialect = load_dialect_text(file_with(each.axes), "d.yaml");
        ASSERT_FALSE(dialect);
        EXPECT_EQ(describe(dialect.error()), each.want);
    }
}

TEST(DialectLoader, TellsWhatIsWrongWithTheFile) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"", "d.yaml:1:1: expected a section dialects with at least one dialect"},
        {"dialects: {}", "d.yaml:1:11: expected a section dialects with at least one dialect"},
        {"dialect: {a: {}}", "d.yaml:1:1: unknown option \"dialect\"; did you mean \"dialects\"?"},
        {"dialects: {a: 1}", "d.yaml:1:15: expected the axes of a dialect"},
        {"dialects: {a: {}, b: {}}", "d.yaml:1:12: several dialects and none called main: name one after a #"},
        {"dialects:\n  a: {extends: b}\n  main: {extends: a}\n  b: {extends: a}\n", "d.yaml:4:16: this dialect extends itself"},
        {"dialects: {a: {extends: a}}", "d.yaml:1:25: unknown dialect \"a\"; known are base, drf, postgrest, rest"},
        {"dialects: [", "d.yaml:1:1: end of sequence flow not found"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.text);
        auto const dialect = load_dialect_text(each.text, "d.yaml");
        ASSERT_FALSE(dialect);
        EXPECT_EQ(describe(dialect.error()), each.want);
    }
    EXPECT_EQ(describe(load_dialect("postgrst").error()), "unknown dialect \"postgrst\"; did you mean \"postgrest\"?");
    EXPECT_EQ(describe(load_dialect("no/such.yaml").error()), "no/such.yaml: cannot be read");
    EXPECT_EQ(
        describe(load_dialect_text("dialects: {a: {}, b: {}}", "d.yaml", "c").error()), "d.yaml:1:12: unknown dialect \"c\"; known are a, b"
    );
}

TEST(DialectLoader, ChoosesTheOnlyOneTheMainOneOrTheNamedOne) {
    EXPECT_EQ(load_dialect_text("dialects: {a: {}}", "d.yaml").value().name, "a");
    EXPECT_EQ(load_dialect_text("dialects: {a: {}, main: {}}", "d.yaml").value().name, "main");
    EXPECT_EQ(load_dialect_text("dialects: {a: {}, b: {}}", "d.yaml", "b").value().name, "b");
}

TEST(DialectLoader, ExtendsMapsAndReplacesTheRest) {
    auto const node = [](std::string_view text) { return yaml::parse(text, "x.yaml").value(); };
    auto const parent = node(
        "{routes: {slash: strict, prefix: [a, b]}, page: {offset: {max: 5}}, filter: {plain: {sep: x}}, "
        "errors: {body: {a: 1, b: 2}, reasons: {not_found: {code: x, message: y}}}}"
    );
    auto const child = node(
        "{routes: {prefix: [c]}, page: {offset: {default: 2}}, filter: dotted, errors: {body: {c: 3}, reasons: {not_found: {message: z}}}}"
    );
    auto const merged = extended(child, parent);
    EXPECT_EQ(merged.find("routes")->find("slash")->text, "strict");
    EXPECT_EQ(merged.find("routes")->find("prefix")->items.size(), 1u);
    EXPECT_EQ(merged.find("page")->find("offset")->members.size(), 2u);
    EXPECT_EQ(merged.find("filter")->text, "dotted");
    EXPECT_EQ(merged.find("errors")->find("body")->members.size(), 1u);
    auto const& entry = *merged.find("errors")->find("reasons")->find("not_found");
    EXPECT_EQ(entry.find("code")->text, "x");
    EXPECT_EQ(entry.find("message")->text, "z");
}

TEST(DialectLoader, ADialectMayExtendASiblingOrABuiltInOfItsOwnName) {
    auto const sibling = load_dialect_text("dialects:\n  a: {routes: {item: segment}}\n  main: {extends: a}\n", "d.yaml");
    ASSERT_TRUE(sibling) << describe(sibling.error());
    EXPECT_EQ(sibling.value().routes.find("/x/1").value().endpoint.kind, Endpoint::Kind::item);
    auto const own = load_dialect_text("dialects: {rest: {extends: rest, routes: {prefix: /v1}}}", "d.yaml");
    ASSERT_TRUE(own) << describe(own.error());
    EXPECT_EQ(own.value().routes.find("/v1/x/1").value().endpoint.kind, Endpoint::Kind::item);
}

TEST(DialectLoader, AnAppIsSpokenByStrategiesThatKeepToItsResources) {
    auto const loaded = [](std::string_view text, std::string_view name = "main") {
        auto const made = load_dialect_section(text.empty() ? yaml::Node{} : yaml::parse(text, "app.yaml").value(), name);
        return made ? std::string(made.value().edits ? "edits" : "no edits") : describe(made.error());
    };
    EXPECT_EQ(loaded(""), "edits");
    EXPECT_EQ(loaded("", "drf"), "edits");
    EXPECT_EQ(loaded("main: {routes: {prefix: /v1}}"), "edits");
    EXPECT_EQ(loaded("main: {extends: other}\nother: {sort: {signs: {param: by}}}"), "edits");
    EXPECT_EQ(loaded("main: {filter: dotted}"), "app.yaml:1:16: filter \"dotted\" is for bare databases; apps take lookups");
    EXPECT_EQ(loaded("main: {select: {fields: {}}}"), "app.yaml:1:17: select \"fields\" is for bare databases; apps take views");
    EXPECT_EQ(loaded("main: {write: prefer}"), "app.yaml:1:15: write \"prefer\" is for bare databases; apps take documents");
    EXPECT_NE(loaded("main: {extends: rest}").find("is for bare databases"), std::string::npos);
}

}  // namespace
}  // namespace koine::dialect
