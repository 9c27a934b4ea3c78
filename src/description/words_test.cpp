#include "description/words.hpp"

#include "description/testing.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace koine::description {
namespace {

/// What stands above a line of each form, and how far the line is indented.
struct Context {
    std::string above;
    int indent = 0;
};

std::map<std::string_view, Context> contexts() {
    std::string const entities = "entities:\n  t: {fields: {name: text}}\n  e:\n    fields: {f: text, u: ref(t), j: json, s: refs(t)}\n";
    std::string const resource = entities + "resources:\n  es:\n    entity: e\n";
    return {
        {"file", {"", 0}},
        {"app", {"app:\n", 2}},
        {"field_map", {"entities:\n  e:\n    fields:\n      f:\n        type: enum(a)\n", 8}},
        {"type_map", {"types:\n  t:\n    type: enum(a)\n", 4}},
        {"mixin",
         {"entities:\n  e: {mixins: [m], fields: {f: text}}\nresources:\n  es: {entity: e, mixins: [m], members: [f]}\nmixins:\n  m:\n", 4}
        },
        {"entity", {"entities:\n  e:\n", 4}},
        {"check", {entities + "    checks:\n    - message: x\n      expr: f == 'a'\n", 6}},
        {"resource", {resource + "    members: [f]\n", 4}},
        {"member_map", {resource + "    members:\n    - f:\n", 8}},
        {"merge", {resource + "    members:\n    - f:\n        merge:\n          rows: s\n          path: name\n", 10}},
        {"view", {resource + "    members: [f]\n    views:\n      v:\n", 8}},
        {"values", {resource + "    members: [f]\n    views:\n      v:\n        values:\n", 10}},
        {"filter_map", {resource + "    members: [f]\n    filters:\n    - f:\n", 8}},
        {"allow", {resource + "    members: [f]\n    allow:\n", 6}},
        {"operation", {"operations:\n  POST x:\n", 4}},
        {"jobs", {entities + "jobs:\n  entity: e\n", 2}},
        {"job_words", {entities + "jobs:\n  entity: e\n  status: f\n  words:\n", 4}},
        {"schedule", {"jobs:\n  every:\n    s:\n", 6}},
        {"webhooks", {entities + "webhooks:\n  entity: e\n", 2}},
        {"target", {"webhooks:\n  targets:\n    t:\n", 6}},
        {"hooks", {resource + "    members: [f]\n    before:\n", 6}},
        {"identity", {entities + "identity:\n", 2}},
        {"identity_user", {entities + "identity:\n  user:\n    entity: e\n", 4}},
        {"identity_group", {entities + "identity:\n  user: {entity: e, name: f, groups: s}\n  group:\n    entity: t\n", 4}},
        {"identity_token", {entities + "identity:\n  user: {entity: t, name: name}\n  token:\n    entity: e\n", 4}},
        {"identity_session", {entities + "identity:\n  user: {entity: t, name: name}\n  session:\n    entity: e\n", 4}},
        {"identity_log", {entities + "identity:\n  log:\n    entity: e\n", 4}},
    };
}

/// The text with the key in a line of its own at the end, instead of a line that says it already; and that line's number.
std::pair<std::string, int> said(Context const& context, std::string_view key, std::string_view value) {
    std::istringstream lines(context.above);
    std::string text, line;
    std::string const mine = std::string(static_cast<std::size_t>(context.indent), ' ') + std::string(key) + ":";
    std::string const first_mine = mine.size() < 3 ? mine : mine.substr(0, mine.size() - key.size() - 3) + "- " + std::string(key) + ":";
    int count = 0;
    while (std::getline(lines, line)) {
        bool const same = line.starts_with(mine + " ") || line == mine;
        // A list's first line carries its dash; what it says moves to the line at the end.
        if (line.starts_with(first_mine + " ") && line != first_mine) line = line.substr(0, line.find('-')) + "- #";
        if (same) continue;
        text += line + "\n";
        ++count;
    }
    return {text + mine + " " + std::string(value) + "\n", count + 1};
}

bool told_in_line(Loaded const& loaded, int line) {
    for (auto const& mistake : loaded.mistakes)
        if (mistake.argument("line") == std::to_string(line)) return true;
    return false;
}

TEST(Words, TheLoaderReadsEveryKeyOfEveryForm) {
    auto const all = contexts();
    for (auto const& form : forms()) {
        ASSERT_TRUE(all.contains(form.name)) << form.name;
        for (auto const& key : form.keys) {
            if (key.shape == "any" || key.shape == "map:any") continue;
            auto const [text, line] = said(all.at(form.name), key.name, "{zzz: [[{}]]}");
            auto const loaded = load_app_texts({{"a.yaml", text}});
            EXPECT_TRUE(told_in_line(loaded, line)) << text << told(loaded);
            EXPECT_EQ(told(loaded).find("unknown word \"" + std::string(key.name) + "\""), std::string::npos) << told(loaded);
        }
    }
}

TEST(Words, TheLoaderRefusesAnyOtherKey) {
    for (auto const& [name, context] : contexts()) {
        auto const [text, line] = said(context, "zzz", "1");
        auto const loaded = load_app_texts({{"a.yaml", text}});
        EXPECT_NE(
            told(loaded).find("a.yaml:" + std::to_string(line) + ":" + std::to_string(context.indent + 1) + ": unknown word \"zzz\""),
            std::string::npos
        ) << text
          << told(loaded);
    }
}

TEST(Words, TheSchemaHasTheKeysOfEveryFormAndTheWordsOfTheNotation) {
    auto const schema = boost::json::parse(app_schema()).as_object();
    auto const& definitions = schema.at("$defs").as_object();
    for (auto const& form : forms()) {
        auto const& definition = definitions.at(form.name).as_object();
        std::set<std::string_view> properties;
        for (auto const& property : definition.at("properties").as_object()) properties.insert(property.key());
        auto const words = form.words();
        EXPECT_EQ(properties, (std::set<std::string_view>(words.begin(), words.end()))) << form.name;
        EXPECT_FALSE(definition.at("additionalProperties").as_bool());
    }
    auto const notation = std::string(definitions.at("notation").as_object().at("description").as_string());
    for (auto const& word : type_words()) EXPECT_NE(notation.find(" " + std::string(word.name) + " ("), std::string::npos) << word.name;
    for (auto const& word : flags()) EXPECT_NE(notation.find(" " + std::string(word.name) + " ("), std::string::npos) << word.name;
    for (std::string_view shape : {"endpoint", "relation", "writes", "comparison", "combine", "bare", "digest"})
        EXPECT_EQ(definitions.at(shape).as_object().at("enum").as_array().size(), words_of(shape).size());
}

std::string content(char const* path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Words, TheExampleOfTheGuideIsSound) {
    auto const guide = content("docs/apps.md");
    auto const begin = guide.find("```yaml\n");
    ASSERT_NE(begin, std::string::npos);
    auto const app = app_of(guide.substr(begin + 8, guide.find("\n```", begin) - begin - 8));
    EXPECT_EQ(app->resources.size(), 2U);
}

TEST(Words, TheCommittedSchemaIsThisOne) {
    EXPECT_EQ(content("docs/app.schema.json"), app_schema()) << "write it anew: koine check --schema >docs/app.schema.json";
}

}  // namespace
}  // namespace koine::description
