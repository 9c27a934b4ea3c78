#include "description/words.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <array>
#include <string>

namespace koine::description {
namespace {

std::string json_quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

std::string list_of(std::vector<std::string_view> const& words) {
    std::string text;
    for (auto word : words) text += fmt::format("{}{}", text.empty() ? "" : ", ", json_quoted(word));
    return fmt::format("[{}]", text);
}

std::string prefixed(std::string_view shape, std::string_view prefix) { return std::string(shape.substr(prefix.size())); }

/// The schema of a shape, in one line.
std::string shaped(std::string_view shape) {
    if (shape.starts_with("map:"))
        return fmt::format(R"({{"type": ["object", "null"], "additionalProperties": {}}})", shaped(prefixed(shape, "map:")));
    if (shape.starts_with("list:")) return fmt::format(R"({{"type": ["array", "null"], "items": {}}})", shaped(prefixed(shape, "list:")));
    if (shape.starts_with("some:")) {
        auto const one = shaped(prefixed(shape, "some:"));
        return fmt::format(R"({{"anyOf": [{}, {{"type": "array", "items": {}}}]}})", one, one);
    }
    return fmt::format(R"({{"$ref": "#/$defs/{}"}})", shape);
}

/// A shape that is no form: its name and schema.
struct Shape {
    std::string_view name;
    std::string schema;
};

/// The words of the notation, for its description.
std::string notation() {
    std::string text = "A type, flags, a default: int(1..10) unique = 3.";
    text += " Types:";
    for (auto const& word : type_words()) text += fmt::format(" {} ({});", word.name, word.help);
    text += " types of the app's own. Flags:";
    for (auto const& word : flags()) text += fmt::format(" {} ({});", word.name, word.help);
    text += " Behind = a value or:";
    for (auto const& word : moments()) text += fmt::format(" {} ({});", word.name, word.help);
    return fmt::format(R"({{"type": "string", "pattern": "^[ \\t]*[A-Za-z0-9_]", "description": {}}})", json_quoted(text));
}

std::string one_of(std::string_view shape) { return fmt::format(R"({{"enum": {}}})", list_of(words_of(shape))); }

std::string text_or(std::string_view form) {
    return fmt::format(R"({{"anyOf": [{{"$ref": "#/$defs/scalar"}}, {{"$ref": "#/$defs/{}"}}]}})", form);
}

std::vector<Shape> shapes() {
    constexpr std::string_view kText = R"({"type": ["string", "number", "boolean"]})";
    return {
        {"any", "true"},
        {"scalar", R"({"type": ["string", "number", "boolean", "null"]})"},
        {"text", std::string(kText)},
        {"boolean", R"({"type": "boolean"})"},
        {"name", std::string(kText)},
        {"path", std::string(kText)},
        {"formula", std::string(kText)},
        {"call", R"({"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*[.][A-Za-z_][A-Za-z0-9_]*$"})"},
        {"answer", std::string(kText)},
        {"status", R"({"type": "integer", "minimum": 200, "maximum": 299})"},
        {"reply", R"({"type": "integer", "minimum": 200, "maximum": 599})"},
        {"attempts", R"({"type": "integer", "minimum": 1, "maximum": 20})"},
        {"period", R"({"type": "string", "pattern": "^[0-9]+[smhd]$"})"},
        {"event", std::string(kText)},
        {"body", R"({"anyOf": [{"enum": ["any", "raw"]}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/field"}}]})"},
        {"order", R"({"type": "string", "pattern": "^-?[a-z]"})"},
        {"notation", notation()},
        {"type", R"({"anyOf": [{"$ref": "#/$defs/notation"}, {"$ref": "#/$defs/type_map"}]})"},
        {"field", R"({"anyOf": [{"$ref": "#/$defs/notation"}, {"$ref": "#/$defs/field_map"}]})"},
        {"member", text_or("member_map")},
        {"members",
         R"({"anyOf": [{"$ref": "#/$defs/name"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/member"}}, {"type": "array", "items": {"$ref": "#/$defs/members"}}]})"
        },
        {"filter",
         R"({"anyOf": [{"$ref": "#/$defs/name"}, {"type": "object", "additionalProperties": {"anyOf": [{"$ref": "#/$defs/path"}, {"$ref": "#/$defs/filter_map"}]}}]})"
        },
        {"search", R"({"anyOf": [{"$ref": "#/$defs/path"}, {"type": "object", "additionalProperties": {"$ref": "#/$defs/comparison"}}]})"},
        {"comparison", one_of("comparison")},
        {"endpoint", one_of("endpoint")},
        {"relation", one_of("relation")},
        {"writes", one_of("writes")},
        {"combine", one_of("combine")},
        {"bare", one_of("bare")},
        {"digest", one_of("digest")},
        {"rule", fmt::format(R"({{"anyOf": [{}, {{"type": "string", "pattern": "^permission\\(.+\\)$"}}]}})", one_of("rule"))},
    };
}

std::string of_form(Form const& form) {
    auto text = fmt::format("{{\n      \"description\": {},\n      \"type\": [\"object\", \"null\"],\n", json_quoted(form.about));
    text += "      \"additionalProperties\": false,\n      \"properties\": {";
    std::string_view comma;
    for (auto const& key : form.keys) {
        text += fmt::format(
            "{}\n        {}: {{\"description\": {}, \"allOf\": [{}]}}",
            comma,
            json_quoted(key.name),
            json_quoted(key.help),
            shaped(key.shape)
        );
        comma = ",";
    }
    return text + "\n      }\n    }";
}

}  // namespace

std::string app_schema() {
    std::string text =
        "{\n"
        "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"A file of a koine app\",\n"
        "  \"description\": \"Any of the sections may stand in any file of the app's folder. See docs/apps.md.\",\n"
        "  \"$ref\": \"#/$defs/file\",\n"
        "  \"$defs\": {";
    std::string_view comma;
    for (auto const& form : forms()) {
        text += fmt::format("{}\n    {}: {}", comma, json_quoted(form.name), of_form(form));
        comma = ",";
    }
    for (auto const& [name, schema] : shapes()) text += fmt::format(",\n    {}: {}", json_quoted(name), schema);
    return text + "\n  }\n}\n";
}

}  // namespace koine::description
