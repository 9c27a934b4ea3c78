#include "model/yaml.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace koine::yaml {
namespace {

Node parsed(std::string_view text) {
    auto node = parse(text, "f.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    return node ? node.value() : Node{};
}

TEST(Yaml, KeepsKindOrderQuotesAndPlace) {
    auto const root = parsed("b: 12\na: \"12\"\nlist:\n  - x\n  - {k: null}\n");
    ASSERT_TRUE(root.is_map());
    ASSERT_EQ(root.members.size(), 3u);
    EXPECT_EQ(root.members[0].key.text, "b");
    EXPECT_FALSE(root.find("b")->quoted);
    EXPECT_TRUE(root.find("a")->quoted);
    EXPECT_EQ(root.find("a")->text, "12");
    auto const& list = *root.find("list");
    ASSERT_TRUE(list.is_list());
    EXPECT_EQ(list.items[0].line, 4);
    EXPECT_EQ(list.items[0].column, 5);
    EXPECT_EQ(list.items[1].find("k")->kind, Node::Kind::null);
    EXPECT_EQ(root.find("none"), nullptr);
    EXPECT_EQ(list.items[0].find("none"), nullptr);
}

TEST(Yaml, ReadsAnEmptyFileAsNull) { EXPECT_EQ(parsed("# nothing\n").kind, Node::Kind::null); }

TEST(Yaml, RefusesWhatWouldPassSilently) {
    struct Case {
        std::string_view name;
        std::string text;
        std::string_view want;
    } const cases[] = {
        {"duplicate key", "a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key \"a\" is written twice"},
        {"duplicate key inside", "a: {x: 1, x: 2}\n", "f.yaml:1:11: the key \"x\" is written twice"},
        {"alias", "a: 1\nb: *a\n", "f.yaml:2:4: the referenced anchor is not defined"},
        {"anchor", "a: &x 1\nb: *x\n", "f.yaml:1:4: anchors (&name) are not allowed, since aliases are not"},
        {"merge key", "a:\n  <<: {b: 1}\n", "f.yaml:2:3: merge keys (<<) are not allowed"},
        {"second document", "a: 1\n---\nb: 2\n", "f.yaml:2:1: a file holds one document; a second one begins here"},
        {"tag", "a: !thing 1\n", "f.yaml:1:4: the tag !thing has no meaning here"},
        {"key that is a list", "? [a]\n: 1\n", "f.yaml:1:3: a key must be text"},
        {"key that is null", "~: 1\n", "f.yaml:1:1: a key must be text"},
        {"syntax", "a: [1, 2\n", "f.yaml:2:1: end of sequence flow not found"},
        {"bytes", "a: 1\nb: \xFF\n", "f.yaml:2: not valid UTF-8 text"},
        {"zero byte", std::string("a: 1\0", 5), "f.yaml:1: not valid UTF-8 text"},
        {"depth", std::string(65, '[') + std::string(65, ']'), "f.yaml:1:65: nested deeper than 64 levels"},
        {"great depth", std::string(20000, '[') + std::string(20000, ']'), "f.yaml:1:65: nested deeper than 64 levels"},
        {"size", std::string(4 * 1024 * 1024 + 1, ' '), "f.yaml: larger than 4194304 bytes"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.name);
        auto const node = parse(each.text, "f.yaml");
        ASSERT_FALSE(node);
        EXPECT_EQ(describe(node.error()), each.want);
    }
}

TEST(Yaml, LoadTellsOfAFileThatIsNotThere) {
    auto const node = load("no/such/file.yaml");
    ASSERT_FALSE(node);
    EXPECT_EQ(describe(node.error()), "no/such/file.yaml: cannot be read");
}

TEST(Yaml, LoadReadsAFile) {
    std::string path = ::testing::TempDir() + "koine_yaml_XXXXXX";
    int const handle = ::mkstemp(path.data());
    ASSERT_GE(handle, 0);
    std::ofstream(path) << "a: 1\n";
    auto const node = load(path);
    std::remove(path.c_str());
    ASSERT_TRUE(node) << describe(node.error());
    EXPECT_EQ(node.value().find("a")->text, "1");
}

TEST(YamlOptions, ReadsEveryKindWithItsDefault) {
    auto const root = parsed("text: x\nnumber: 7\nflag: true\nword: b\none: x\nmany: [x, y]\nraw: {}\n");
    Options options(root);
    EXPECT_EQ(options.text("text", "-"), "x");
    EXPECT_EQ(options.text("absent", "-"), "-");
    EXPECT_EQ(options.integer("number", 1, 0, 10), 7);
    EXPECT_EQ(options.integer("absent", 1, 0, 10), 1);
    EXPECT_TRUE(options.boolean("flag", false));
    EXPECT_EQ(options.word("word", {"a", "b"}, "a"), 1u);
    EXPECT_EQ(options.word("absent", {"a", "b"}, "a"), 0u);
    EXPECT_EQ(options.texts("one"), std::vector<std::string>{"x"});
    EXPECT_EQ(options.texts("many"), (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(options.texts("absent", {"z"}), std::vector<std::string>{"z"});
    EXPECT_NE(options.node("raw"), nullptr);
    EXPECT_TRUE(options.done());
}

TEST(YamlOptions, TellsTheFirstMistakeWithItsPlace) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"nubmer: 1\n", "f.yaml:1:1: unknown option \"nubmer\"; did you mean \"number\"?"},
        {"zzzzzzzz: 1\n", "f.yaml:1:1: unknown option \"zzzzzzzz\"; known are number, flag, word, text, list"},
        {"number: 11\n", "f.yaml:1:9: expected a number from 0 to 10, not 11"},
        {"number: 1.5\n", "f.yaml:1:9: expected a number from 0 to 10, not 1.5"},
        {"number: \"1\"\n", "f.yaml:1:9: expected a number from 0 to 10, not 1"},
        {"flag: yes\n", "f.yaml:1:7: expected true or false, not yes"},
        {"word: strct\n", "f.yaml:1:7: unknown word \"strct\"; did you mean \"strict\"?"},
        {"word: {}\n", "f.yaml:1:7: expected one of strict, either, not a map"},
        {"text: [a]\n", "f.yaml:1:7: expected a text, not a list"},
        {"list: {a: b}\n", "f.yaml:1:7: expected a text or a list of texts, not a map"},
        {"list: [a, {}]\n", "f.yaml:1:11: expected a text, not a map"},
        {"just text", "f.yaml:1:1: expected a map of options, not just text"},
        {"~", ""},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.text);
        auto const root = parsed(each.text);
        Options options(root);
        options.integer("number", 0, 0, 10);
        options.boolean("flag", false);
        options.word("word", {"strict", "either"}, "either");
        options.text("text", "");
        options.texts("list");
        auto const done = options.done();
        EXPECT_EQ(done ? "" : describe(done.error()), each.want);
    }
}

}  // namespace
}  // namespace koine::yaml
