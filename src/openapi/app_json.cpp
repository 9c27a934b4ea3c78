#include "openapi/app_json.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace koine::openapi {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

bool is_null_schema(value const& schema) {
    auto const* members = schema.if_object();
    auto const* type = members != nullptr ? members->if_contains("type") : nullptr;
    return type != nullptr && type->is_string() && type->get_string() == "null";
}

/// `"type": ["string", "null"]` as one type that may be null; of several others any.
object lowered_types(object schema) {
    auto types = std::move(schema.at("type").as_array());
    auto const* const none = std::ranges::find(types, value("null"));
    bool const may_be_null = none != types.end();
    if (may_be_null) types.erase(none);
    if (types.size() == 1) {
        schema["type"] = std::move(types.front());
    } else {
        schema.erase("type");
        array choices;
        for (auto& type : types) {
            object one{{"type", type}};
            if (type == "array") one["items"] = object{{"nullable", true}};
            choices.emplace_back(std::move(one));
        }
        if (!choices.empty()) schema["anyOf"] = std::move(choices);
    }
    if (may_be_null) schema["nullable"] = true;
    return schema;
}

object lowered_object(object schema) {
    for (auto& member : schema) {
        if (member.key() != "enum" && member.key() != "example" && member.key() != "required")
            member.value() = lowered(std::move(member.value()));
    }
    if (auto const* constant = schema.if_contains("const")) {
        array only{*constant};
        schema.erase("const");
        schema["enum"] = std::move(only);
    }
    // This version knows no lists whose elements differ by place.
    if (auto* places = schema.if_contains("prefixItems"); places != nullptr && places->is_array()) {
        auto elements = std::move(places->get_array());
        schema.erase("prefixItems");
        schema["items"] = any_of(std::move(elements));
    }
    if (is_null_schema(schema)) {
        schema.erase("type");
        schema["nullable"] = true;
        schema["enum"] = array{nullptr};
    }
    if (auto* types = schema.if_contains("type"); types != nullptr && types->is_array()) schema = lowered_types(std::move(schema));
    return schema;
}

}  // namespace

object reference_to(std::string_view part, std::string_view name) {
    return {{"$ref", std::string("#/components/").append(part).append("/").append(name)}};
}

object nullable(object schema) {
    if (schema.contains("$ref")) return {{"allOf", array{std::move(schema)}}, {"nullable", true}};
    schema["nullable"] = true;
    if (auto* choices = schema.if_contains("enum"); choices != nullptr && choices->is_array()) {
        auto& all = choices->get_array();
        if (std::ranges::find(all, value(nullptr)) == all.end()) all.emplace_back(nullptr);
    }
    return schema;
}

object any_of(array schemas) {
    if (schemas.size() == 1 && schemas.front().is_object()) return std::move(schemas.front().get_object());
    return {{"anyOf", std::move(schemas)}};
}

object list_of(object items) { return {{"type", "array"}, {"items", std::move(items)}}; }

value lowered(value schema) {
    if (schema.is_object()) return lowered_object(std::move(schema.get_object()));
    if (schema.is_array())
        for (auto& element : schema.get_array()) element = lowered(std::move(element));
    return schema;
}

object lowered_text(std::string_view schema) {
    boost::system::error_code error;
    auto parsed = lowered(boost::json::parse(schema, error));
    return !error && parsed.is_object() ? std::move(parsed.get_object()) : object();
}

}  // namespace koine::openapi
