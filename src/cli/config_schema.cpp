#include "cli/config_schema.hpp"

#include "cli/catalogue.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <string_view>

namespace koine::cli {
namespace {

using Kind = Form::Kind;

std::string json_quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

constexpr std::string_view kText = R"("type": "string", "minLength": 1)";
constexpr std::string_view kSizeText = R"({"type": "string", "pattern": "^[0-9]+([Bb]|[KMGkmg]([Ii]?[Bb])?)?$"})";
constexpr std::string_view kTimeText = R"({"type": "string", "pattern": "^[0-9]+([Mm][Ss]|[Ss]|[Mm]|[Hh])?$"})";
constexpr std::string_view kMountText = R"({"type": "string", "pattern": "^[^@]+(@/([A-Za-z0-9_~][A-Za-z0-9._~-]*(/|$))*)?$"})";

std::string whole(Form const& form) { return fmt::format(R"("type": "integer", "minimum": {}, "maximum": {})", form.least, form.most); }

std::string type_of(Setting const& setting) {
    switch (setting.form.kind) {
        case Kind::toggle: return R"("type": "boolean")";
        case Kind::text:
        case Kind::path: return std::string(kText);
        case Kind::words: {
            std::string words;
            for (auto word : split_words(setting.value)) words += fmt::format("{}{}", words.empty() ? "" : ", ", json_quoted(word));
            return fmt::format(R"("enum": [{}])", words);
        }
        case Kind::whole: return whole(setting.form);
        case Kind::size: return fmt::format(R"("anyOf": [{{{}}}, {}])", whole(setting.form), kSizeText);
        case Kind::seconds:
        case Kind::milliseconds: return fmt::format(R"("anyOf": [{{{}}}, {}])", whole(setting.form), kTimeText);
        case Kind::network: return fmt::format(R"("anyOf": [{{{0}}}, {{"type": "array", "items": {{{0}}}}}])", kText);
        case Kind::mount: return fmt::format(R"("anyOf": [{0}, {{"type": "array", "items": {0}}}])", kMountText);
    }
    return {};
}

std::string default_of(Setting const& setting) {
    if (setting.form.kind == Kind::toggle) return R"(, "default": false)";
    if (!setting.otherwise) return {};
    auto const text = setting.otherwise(ServeOptions());
    return fmt::format(R"(, "default": {})", setting.form.kind == Kind::whole ? text : json_quoted(text));
}

/// The help without the default, which has a place of its own.
std::string description_of(Setting const& setting) {
    auto text = std::string(setting.help);
    if (auto const place = text.rfind(" ({})"); place != std::string::npos) text.erase(place);
    return json_quoted(text);
}

std::string property(std::string_view name, std::string_view description, std::string_view rest) {
    return fmt::format("    {}: {{\"description\": {}, {}}}", json_quoted(name), description, rest);
}

}  // namespace

std::string config_schema() {
    std::string text =
        "{\n"
        "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"Configuration of koine serve\",\n"
        "  \"description\": \"What --config reads. Paths are relative to the file's folder.\",\n"
        "  \"type\": [\"object\", \"null\"],\n"
        "  \"additionalProperties\": false,\n"
        "  \"properties\": {\n";
    text += property("file", json_quoted("the SQLite file to serve"), kText);
    for (auto const& setting : settings())
        text += ",\n" + property(setting.name, description_of(setting), type_of(setting) + default_of(setting));
    return text + "\n  }\n}\n";
}

}  // namespace koine::cli
