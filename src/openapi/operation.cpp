#include "openapi/operation.hpp"

#include "base/ascii.hpp"
#include "openapi/schemas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace koine::openapi {
namespace {

using dialect::CredentialDocument;
using dialect::Description;
using dialect::HeaderDocument;
using dialect::ParameterDocument;
using dialect::WriteDocument;
using model::Entity;

/// An example as a value of its type; a text where it isn't one.
void write_example(ParameterDocument const& parameter, Json& json) {
    if (parameter.example.empty()) return;
    json.key("example");
    auto const& text = parameter.example;
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool const is_number = error == std::errc() && end == text.data() + text.size();
    bool const is_typed = (is_number && (parameter.type == "integer" || parameter.type == "number")) ||
                          (parameter.type == "boolean" && (text == "true" || text == "false"));
    is_typed ? json.json(text) : json.text(text);
}

}  // namespace

std::string_view media_type(std::string_view content_type) { return trimmed(content_type.substr(0, content_type.find("; charset="))); }

std::string parameter_json(ParameterDocument const& parameter) {
    return written([&](Json& json) {
        json.object([&] {
            json.member("name", parameter.name);
            json.member("in", parameter.in);
            json.member_if_any("description", parameter.description);
            if (parameter.in == "path" || parameter.required) {
                json.key("required");
                json.json("true");
            }
            json.object("schema", [&] {
                json.member("type", parameter.type);
                json.member_if_any("pattern", parameter.pattern);
            });
            write_example(parameter, json);
        });
    });
}

std::string header_json(HeaderDocument const& header) {
    return written([&](Json& json) {
        json.object([&] {
            json.member_if_any("description", header.description);
            json.object("schema", [&] { json.member("type", header.type); });
        });
    });
}

std::string_view word_of(Method method) {
    switch (method) {
        case Method::get: return "get";
        case Method::post: return "post";
        case Method::put: return "put";
        case Method::patch: return "patch";
        default: return "delete";
    }
}

std::string_view verb_of(Method method) {
    switch (method) {
        case Method::post: return "create";
        case Method::put: return "put";
        case Method::patch: return "update";
        default: return "delete";
    }
}

std::vector<ParameterDocument> parameters_of(Description const& description, WriteDocument const& write) {
    auto parameters = write.parameters;
    for (auto const& parameter : write.item ? description.item_parameters : description.parameters) {
        bool const heeded = parameter.in == "query" && std::ranges::find(write.uses, parameter.use) != write.uses.end();
        if (heeded && std::ranges::find(write.parameters, parameter.name, &ParameterDocument::name) == write.parameters.end())
            parameters.push_back(parameter);
    }
    parameters.insert(parameters.end(), description.write_parameters.begin(), description.write_parameters.end());
    return parameters;
}

void write_body(Entity const& entity, Description const& description, WriteDocument const& write, std::string_view schema, Json& json) {
    auto row = fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", schema);
    if (!write.required.empty()) {
        auto const required = written([&](Json& names) {
            names.object([&] {
                names.list("required", [&] {
                    for (auto const& name : write.required) names.text(name);
                });
            });
        });
        row = fmt::format(R"({{"allOf":[{},{}]}})", row, required);
    }
    auto const rows = fmt::format(R"({{"anyOf":[{},{{"type":"array","items":{}}}]}})", row, row);
    bool const is_many = write.rows == WriteDocument::Rows::many;
    json.object("requestBody", [&] {
        json.key("required");
        json.json("true");
        json.object("content", [&] {
            for (auto const& body : description.bodies) {
                json.object(body.type, [&] {
                    json.key("schema");
                    bool const is_json = body.format == format::BodyFormat::json;
                    json.json(body.format == format::BodyFormat::csv ? R"({"type":"string"})" : is_many && is_json ? rows : row);
                    if (!is_json) return;
                    json.key("example");
                    json.json(example_row(entity, write.required));
                });
            }
        });
    });
}

std::string_view scheme_name(CredentialDocument const& place) {
    return place.in == CredentialDocument::In::bearer ? "bearer" : std::string_view(place.name);
}

void write_scheme(CredentialDocument const& place, Json& json) {
    bool const is_bearer = place.in == CredentialDocument::In::bearer;
    json.member("type", is_bearer ? "http" : "apiKey");
    if (is_bearer) return json.member("scheme", "bearer");
    json.member("in", place.in == CredentialDocument::In::cookie ? "cookie" : "header");
    json.member("name", place.name);
}

}  // namespace koine::openapi
