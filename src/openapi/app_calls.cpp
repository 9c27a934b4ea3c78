#include "base/ascii.hpp"
#include "openapi/app_json.hpp"
#include "openapi/app_operations.hpp"
#include "openapi/operation.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace koine::openapi {
namespace {

using boost::json::array;
using boost::json::object;
using description::Input;
using description::Rule;
using format::BodyFormat;

/// The parts of a path that are no holes, with this between them.
std::string words_of(std::string_view path, std::string_view separator) {
    std::string words;
    while (!path.empty()) {
        auto const part = split_off(path, '/');
        if (!part.starts_with('{')) words.append(words.empty() ? "" : separator).append(part);
    }
    return words;
}

/// "{id}/sync-with-cache" → "sync with cache".
std::string summary_of(description::Operation const& operation) {
    if (!operation.summary.empty()) return operation.summary;
    auto const words = words_of(operation.path, "/");
    auto last = words.substr(words.rfind('/') + 1);
    std::ranges::replace_if(last, [](char c) { return c == '-' || c == '_'; }, ' ');
    return last;
}

std::string_view ending_of(description::Operation const& operation, Method method) {
    switch (method) {
        case Method::get: return operation.answer.list ? "list" : "retrieve";
        case Method::put: return "update";
        case Method::patch: return "partial_update";
        case Method::del: return "destroy";
        default: return "create";
    }
}

bool sends_body(Method method) { return method == Method::post || method == Method::put || method == Method::patch; }

/// The default as clients would write it; nothing if that cannot be said.
boost::json::value default_of(Input const& input) {
    using Kind = value::Kind;
    auto const& type = input.type;
    boost::system::error_code error;
    switch (type.kind) {
        case Kind::boolean: return input.otherwise == "1" || input.otherwise == "true";
        case Kind::integer:
        case Kind::real:
        case Kind::json:
        case Kind::list: {
            auto made = boost::json::parse(input.otherwise, error);
            return error ? boost::json::value() : made;
        }
        case Kind::choice: {
            if (!type.numbers) return boost::json::value(input.otherwise);
            auto made = boost::json::parse(input.otherwise, error);
            return error ? boost::json::value() : made;
        }
        case Kind::duration: return {};  // stored as seconds
        default: return boost::json::value(input.otherwise);
    }
}

object schema_of_input(Input const& input) {
    auto schema = schema_of(input.type, input.blank);
    bool const is_text = input.type.kind == value::Kind::text || input.type.kind == value::Kind::slug;
    if (is_text && !input.blank && !schema.contains("minLength")) schema["minLength"] = 1;
    bool const blank_choice = input.type.kind == value::Kind::choice && input.blank;
    if (input.nullable || blank_choice) schema = nullable(std::move(schema));
    if (auto otherwise = default_of(input); input.has_default && !otherwise.is_null()) schema["default"] = std::move(otherwise);
    return schema;
}

object bytes() { return {{"type", "string"}, {"format", "binary"}}; }

object parameter_of(Input const& input) {
    object made{{"name", input.name}, {"in", "query"}};
    if (!input.help.empty()) made["description"] = input.help;
    if (input.required) made["required"] = true;
    auto schema = schema_of_input(input);
    // In a query string there is no null: it is not given.
    schema.erase("nullable");
    if (auto* choices = schema.if_contains("enum"); choices != nullptr && choices->is_array()) {
        auto& all = choices->get_array();
        all.erase(std::remove(all.begin(), all.end(), boost::json::value()), all.end());
    }
    made["schema"] = std::move(schema);
    if (input.type.kind == value::Kind::list) {
        made["style"] = "form";
        made["explode"] = true;
    }
    return made;
}

}  // namespace

void AppOperations::add_documents() {
    auto const& describing = dialect_.describing;
    auto const add_document = [&](std::string const& at, Rule::Who who) -> object& {
        description::Operation document;
        document.path = at;
        document.methods = {Method::get};
        document.rule.who = who;
        add(document);
        auto const key = std::string(dialect_.routes.prefix()) + dialect_.describe(document).list_path;
        auto& made = paths_[key].get_object()["get"].get_object();
        made["responses"].get_object().erase("2XX");
        return made["responses"].get_object()["200"].get_object();
    };
    auto const reader = resources_.app->login_required ? Rule::Who::user : Rule::Who::anyone;
    for (auto const& [at, json] : describing.documents()) add_document(at, reader)["description"] = "The document";
    if (describing.openapi().empty()) return;
    auto& told = add_document(describing.openapi(), Rule::Who::anyone);
    told["description"] = "This document";
    object content;
    for (auto const* type : {"application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "application/json"})
        content[type] = object{{"schema", object{{"type", "object"}, {"additionalProperties", true}}}};
    told["content"] = std::move(content);
}

void AppOperations::add(description::Operation const& operation) {
    if (operation.rule.who == Rule::Who::nobody || (!facts_.writable && !operation.reads)) return;
    auto const description = dialect_.describe(operation);
    auto& path = paths_[std::string(dialect_.routes.prefix()) + description.list_path];
    if (!path.is_object()) path.emplace_object();
    for (auto const method : operation.methods) path.get_object()[word_of(method)] = called(operation, description, method);
    add_tag(operation.path);
}

object AppOperations::called(description::Operation const& operation, dialect::Description const& description, Method method) {
    auto made = begun(stem_of(words_of(operation.path, "/")), ending_of(operation, method), summary_of(operation), operation.path);
    if (!operation.help.empty()) made["description"] = operation.help;
    array parameters;
    add_parameters(description.key_parameters, parameters);
    for (auto const& input : operation.query) parameters.emplace_back(parameter_of(input));
    for (auto const& shared : description.parameters) {
        // A parameter of the operation's own name goes before one of the convention.
        bool const is_own = shared.in == "query" && std::ranges::find(operation.query, shared.name, &Input::name) != operation.query.end();
        if (!is_own) add_parameters({shared}, parameters);
    }
    if (!parameters.empty()) made["parameters"] = std::move(parameters);
    bool const has_body = sends_body(method) && (operation.body_is_free || operation.body_is_raw || !operation.body.empty());
    if (has_body) made["requestBody"] = body(operation, description);
    made["responses"] = responses(operation, description, has_body);
    if (!schemes_.empty()) made["security"] = security(operation.rule.who == Rule::Who::anyone && !resources_.app->login_required);
    return made;
}

object AppOperations::body(description::Operation const& operation, dialect::Description const& description) {
    if (operation.body_is_raw) return {{"content", object{{"application/octet-stream", object{{"schema", bytes()}}}}}};
    bool const has_files = operation.takes_files();
    bool const needs_file = std::ranges::any_of(operation.body, [](Input const& input) { return input.is_file() && input.required; });
    object json{{"nullable", true}};
    object form{{"type", "object"}};
    bool required = false;
    if (!operation.body_is_free) {
        object properties;
        array needed;
        for (auto const& input : operation.body) {
            auto schema = schema_of_input(input);
            if (!input.help.empty()) schema["description"] = input.help;
            properties[input.name] = std::move(schema);
            if (input.required) needed.emplace_back(input.name);
        }
        required = !needed.empty();
        form["properties"] = std::move(properties);
        if (required) form["required"] = std::move(needed);
        form = reference_to("schemas", schemas_.add(camel(words_of(operation.path, "/")) + "Request", std::move(form)));
        json = form;
    }
    object content;
    if (has_files) content["multipart/form-data"] = object{{"schema", form}};
    for (auto const& one : description.bodies)
        if (one.format != BodyFormat::csv && !needs_file)
            content[media_type(one.type)] = object{{"schema", one.format == BodyFormat::json ? json : form}};
    return {{"required", required}, {"content", std::move(content)}};
}

object AppOperations::answer(description::Operation const& operation) {
    auto const* resource = operation.answer.resource.empty() ? nullptr : resources_.named(operation.answer.resource);
    auto const* view = resource == nullptr ? nullptr : resource->said->view(operation.answer.view.empty() ? "full" : operation.answer.view);
    if (view != nullptr) {
        auto const row = boost::json::serialize(schemas_.row(*resource, *view));
        auto const& envelope = dialect_.envelope;
        return in_formats(lowered_text(operation.answer.list ? envelope.many_schema(row) : envelope.item_schema(row)));
    }
    if (operation.status == 204 || operation.status == 205 || operation.answer.nothing) return {};
    if (operation.kind == description::Operation::Kind::sql) return in_formats(list_of({{"type", "object"}}));
    // What writes may as well say nothing.
    return operation.reads || operation.answer.any ? in_formats({{"nullable", true}}) : object();
}

object AppOperations::file_responses(description::Operation const& operation, dialect::Description const& description) {
    auto const& [name, type, name_is_field, type_is_field, inlined] = operation.file;
    auto const content = object{{type.empty() || type_is_field ? "*/*" : type, object{{"schema", bytes()}}}};
    object made;
    made["200"] = object{{"description", "The file"}, {"content", content}};
    made["206"] = object{{"description", "The part that was asked for"}, {"content", content}};
    made["304"] = object{{"description", "It is the one that is known"}};
    made["416"] = object{{"description", "It has no such part"}};
    std::vector<Reason> reasons = {Reason::not_found};
    if (!schemes_.empty()) reasons.insert(reasons.end(), {Reason::login_required, Reason::unknown_token, Reason::not_permitted});
    add_problems(reasons, description, made);
    return made;
}

object AppOperations::responses(description::Operation const& operation, dialect::Description const& description, bool has_body) {
    if (operation.kind == description::Operation::Kind::file) return file_responses(operation, description);
    object made;
    bool const is_sql = operation.kind == description::Operation::Kind::sql;
    bool const is_list = operation.answer.list || is_sql;
    object success{{"description", is_list ? "The rows" : operation.answer.resource.empty() ? "It is done" : "The row"}};
    if (auto all = headers(description.written_headers); !all.empty()) success["headers"] = std::move(all);
    bool const told = !operation.answer.resource.empty() || operation.answer.nothing || is_sql;
    if (auto content = answer(operation); !content.empty()) success["content"] = std::move(content);
    made[std::to_string(operation.status)] = std::move(success);
    // The function may answer with a status of its own.
    if (!told) made["2XX"] = object{{"description", "It is done, in another way"}};
    std::vector<Reason> reasons = {Reason::not_acceptable};
    if (operation.of_row) reasons.push_back(Reason::not_found);
    if (!operation.query.empty()) reasons.push_back(Reason::invalid_filters);
    if (has_body)
        reasons.insert(
            reasons.end(), {Reason::invalid_body, Reason::invalid_document, Reason::unsupported_media_type, Reason::body_too_large}
        );
    if (!dialect_.formats.parameter().empty()) reasons.push_back(Reason::unknown_format);
    if (!schemes_.empty()) reasons.insert(reasons.end(), {Reason::login_required, Reason::unknown_token, Reason::not_permitted});
    add_problems(reasons, description, made);
    // With a body or without, as the function likes.
    for (auto const status : operation.replies)
        made[std::to_string(status)] = object{{"description", status < 300 ? "It is done, in another way" : title_of(status, description)}};
    return made;
}

}  // namespace koine::openapi
