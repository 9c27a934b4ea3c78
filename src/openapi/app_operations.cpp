#include "openapi/app_operations.hpp"

#include "base/ascii.hpp"
#include "dialect/list.hpp"
#include "openapi/app_json.hpp"
#include "openapi/operation.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace koine::openapi {
namespace {

using boost::json::array;
using boost::json::object;
using description::Rule;
using description::Verb;
using dialect::ParameterDocument;
using dialect::WriteDocument;
using format::BodyFormat;

std::string_view tag_of(std::string_view path) { return path.substr(0, path.find('/')); }

Verb verb_of(WriteDocument const& write) {
    switch (write.method) {
        case Method::post: return Verb::create;
        case Method::put: return Verb::replace;
        case Method::patch: return Verb::patch;
        default: return Verb::remove;
    }
}

/// The end of an operation's name.
std::string_view ending_of(WriteDocument const& write) {
    switch (verb_of(write)) {
        case Verb::create: return "create";
        case Verb::replace: return write.item ? "update" : "bulk_update";
        case Verb::patch: return write.item ? "partial_update" : "bulk_partial_update";
        default: return write.item ? "destroy" : "bulk_destroy";
    }
}

/// Headers that OpenAPI has places of its own for: as parameters they are ignored.
bool is_told_elsewhere(ParameterDocument const& parameter) {
    if (parameter.in != "header") return false;
    return ascii_equal(parameter.name, "Accept") || ascii_equal(parameter.name, "Content-Type") ||
           ascii_equal(parameter.name, "Authorization");
}

std::string_view scheme_of(dialect::CredentialDocument const& place) {
    using In = dialect::CredentialDocument::In;
    return place.in == In::bearer ? "bearerAuth" : place.in == In::cookie ? "cookieAuth" : "tokenAuth";
}

/// RFC 9110 §15. What is none of these is called as the dialect calls it.
constexpr std::array<std::pair<int, std::string_view>, 16> kStatuses = {{
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

object scheme_object(dialect::CredentialDocument const& place) {
    using In = dialect::CredentialDocument::In;
    if (place.in == In::bearer) return {{"type", "http"}, {"scheme", "bearer"}};
    return {{"type", "apiKey"}, {"in", place.in == In::cookie ? "cookie" : "header"}, {"name", place.name}};
}

AppForms forms_of(dialect::Dialect const& dialect) {
    AppForms made{dialect.forms(), false, dialect.edits != nullptr && dialect.edits->rules().by_attributes};
    dialect::Description description;
    dialect.values.describe(description);
    made.integer_texts = description.integer_texts;
    return made;
}

}  // namespace

object parameter_object(ParameterDocument const& parameter) {
    object schema{{"type", parameter.type}};
    if (!parameter.format.empty()) schema["format"] = parameter.format;
    if (!parameter.pattern.empty()) schema["pattern"] = parameter.pattern;
    if (!parameter.choices.empty()) {
        array choices;
        for (auto const& choice : parameter.choices) {
            auto const number = parameter.type == "integer" ? dialect::to_integer(choice) : std::nullopt;
            number ? choices.emplace_back(*number) : choices.emplace_back(choice);
        }
        schema["enum"] = std::move(choices);
    }
    object made{{"name", parameter.name}, {"in", parameter.in}};
    if (!parameter.description.empty()) made["description"] = parameter.description;
    if (parameter.required || parameter.in == "path") made["required"] = true;
    made["schema"] = parameter.repeated ? list_of(std::move(schema)) : std::move(schema);
    if (parameter.repeated) {
        made["style"] = "form";
        made["explode"] = true;
    }
    return made;
}

std::string stem_of(std::string_view path) {
    std::string stem(path);
    std::ranges::replace_if(stem, [](char c) { return !is_ascii_alphanumeric(c) && c != '_'; }, '_');
    return stem;
}

void add_parameters(std::vector<ParameterDocument> const& parameters, array& out) {
    for (auto const& parameter : parameters)
        if (!is_told_elsewhere(parameter)) out.emplace_back(parameter_object(parameter));
}

AppOperations::AppOperations(AppFacts const& facts)
    : facts_(facts),
      dialect_(facts.dialect),
      resources_(*facts.dialect.resources),
      schemas_(resources_, forms_of(facts.dialect)) {
    problem_schema_ = schemas_.add("Problem", lowered_text(dialect_.errors.body_schema()));
    if (!facts_.accounts) return;
    Names names;
    dialect::Description description;
    dialect_.auth->describe(description);
    for (auto const& place : description.credentials) schemes_.emplace_back(names.take(scheme_of(place)), place);
}

void AppOperations::add(resource::Resource const& resource) {
    Subject subject{resource, dialect_.describe(resource, *resources_.model), stem_of(resource.path()), schemas_.row(resource)};
    auto const& description = subject.description;
    auto const offers = [&](Verb verb) {
        auto const rule = resource.said->rules.find(verb);
        return std::ranges::find(resource.said->verbs, verb) != resource.said->verbs.end() && rule != resource.said->rules.end() &&
               rule->second.who != Rule::Who::nobody;
    };
    for (bool const item : {false, true}) {
        object path;
        if (offers(item ? Verb::get : Verb::list)) add_read(subject, item, path);
        for (auto const& write : description.writes)
            if (facts_.writable && write.item == item && offers(verb_of(write))) add_write(subject, write, path);
        if (path.empty()) continue;
        auto const& address = item ? description.item_path : description.list_path;
        paths_[std::string(dialect_.routes.prefix()) + address] = std::move(path);
    }
    add_tag(resource.path());
}

void AppOperations::add_tag(std::string_view path) {
    auto const tag = tag_of(path);
    if (std::ranges::find(tags_, tag) == tags_.end()) tags_.emplace_back(tag);
}

object AppOperations::begun(std::string_view stem, std::string_view verb, std::string summary, std::string_view path) {
    return {
        {"operationId", operations_.take(fmt::format("{}_{}", stem, verb))},
        {"summary", begun_large(std::move(summary))},
        {"tags", array{tag_of(path)}},
    };
}

void AppOperations::add_read(Subject const& subject, bool item, object& path) {
    auto const& [resource, description, stem, row] = subject;
    auto const& said = *resource.said;
    auto operation = begun(stem, item ? "retrieve" : "list", item ? "One " + said.label : said.label_plural, resource.path());
    array parameters;
    if (item) add_parameters(description.key_parameters, parameters);
    add_parameters(item ? description.item_parameters : description.parameters, parameters);
    operation["parameters"] = std::move(parameters);
    auto const& told = item ? description.item_headers : description.list_headers;
    object responses;
    responses["200"] = success(subject, item ? "The row" : "The rows", item ? Content::item : Content::list, told);
    for (auto const& more : item ? std::vector<dialect::ResponseDocument>() : description.responses)
        responses[std::to_string(more.status)] = success(subject, more.description, Content::list, told);
    std::vector<Reason> reasons = {Reason::not_acceptable};
    if (!item) reasons.insert(reasons.end(), {Reason::invalid_filters, Reason::invalid_parameter, Reason::limit_exceeded});
    if (item) reasons.push_back(Reason::not_found);
    if (!dialect_.formats.parameter().empty()) reasons.push_back(Reason::unknown_format);
    if (!schemes_.empty()) reasons.insert(reasons.end(), {Reason::login_required, Reason::unknown_token, Reason::not_permitted});
    add_problems(reasons, description, responses);
    operation["responses"] = std::move(responses);
    if (!schemes_.empty()) operation["security"] = security(subject, item ? Verb::get : Verb::list);
    path["get"] = std::move(operation);
}

void AppOperations::add_write(Subject const& subject, WriteDocument const& write, object& path) {
    auto const& description = subject.description;
    auto operation = begun(subject.stem, ending_of(write), write.summary, subject.resource.path());
    array parameters;
    if (write.item) add_parameters(description.key_parameters, parameters);
    add_parameters(parameters_of(description, write), parameters);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (write.rows != WriteDocument::Rows::none) operation["requestBody"] = body(subject, write);
    object responses;
    for (auto const& answer : write.answers)
        responses[std::to_string(answer.status)] = success(subject, answer.description, answer.content, description.written_headers, true);
    std::vector<Reason> reasons = {Reason::not_acceptable};
    if (write.item) reasons.push_back(Reason::not_found);
    if (write.rows != WriteDocument::Rows::none)
        reasons.insert(
            reasons.end(), {Reason::invalid_body, Reason::invalid_document, Reason::unsupported_media_type, Reason::body_too_large}
        );
    if (verb_of(write) == Verb::remove) reasons.push_back(Reason::row_is_referenced);
    if (!schemes_.empty()) reasons.insert(reasons.end(), {Reason::login_required, Reason::unknown_token, Reason::not_permitted});
    add_problems(reasons, description, responses);
    operation["responses"] = std::move(responses);
    if (!schemes_.empty()) operation["security"] = security(subject, verb_of(write));
    path[word_of(write.method)] = std::move(operation);
}

object AppOperations::body(Subject const& subject, WriteDocument const& write) {
    auto const verb = verb_of(write);
    // Below the list's address only new rows may come alone.
    bool const is_list = !write.item && verb != Verb::create;
    object row{{"type", "object"}, {"properties", object{{"id", object{{"type", "integer"}}}}}, {"required", array{"id"}}};
    if (verb != Verb::remove) row = reference_to("schemas", schemas_.written(subject.resource, verb == Verb::patch, is_list));
    object content;
    for (auto const& body : subject.description.bodies) {
        bool const is_json = body.format == BodyFormat::json;
        if (body.format == BodyFormat::csv || (is_list && !is_json)) continue;
        auto schema = row;
        if (is_list) schema = list_of(row);
        if (!is_list && is_json && write.rows == WriteDocument::Rows::many) schema = any_of(array{row, list_of(row)});
        content[media_type(body.type)] = object{{"schema", std::move(schema)}};
    }
    return {{"required", true}, {"content", std::move(content)}};
}

object AppOperations::content(Subject const& subject, Content content, bool written) {
    auto const text = boost::json::serialize(subject.row);
    auto item = lowered_text(dialect_.envelope.item_schema(text));
    auto list = lowered_text(dialect_.envelope.list_schema(text));
    auto many = lowered_text(dialect_.envelope.many_schema(text));
    bool const is_framed = !list.contains("type") || list.at("type") != "array";
    object schema;
    if (content == Content::item) {
        schema = std::move(item);
    } else if (content == Content::either) {
        schema = any_of(array{std::move(item), std::move(many)});
    } else if (content == Content::list && written) {
        schema = std::move(many);
    } else {
        schema = std::move(list);
        if (is_framed)
            schema = reference_to("schemas", schemas_.add("Paginated" + schemas_.name_of(subject.resource) + "List", std::move(schema)));
    }
    return in_formats(schema);
}

object AppOperations::in_formats(object const& schema) const {
    object made;
    for (auto const& format : dialect_.formats.all()) {
        auto const type = media_type(format.content_type);
        if (made.contains(type)) continue;
        made[type] = object{{"schema", format.writer == dialect::Format::Writer::csv ? object{{"type", "string"}} : schema}};
    }
    return made;
}

object AppOperations::success(
    Subject const& subject, std::string description, Content content, std::vector<dialect::HeaderDocument> const& told, bool written
) {
    object made{{"description", std::move(description)}};
    if (auto all = headers(told); !all.empty()) made["headers"] = std::move(all);
    if (content != Content::none && content != Content::asked) made["content"] = this->content(subject, content, written);
    return made;
}

std::string AppOperations::title_of(int status, dialect::Description const& description) {
    auto const known = std::ranges::find(kStatuses, status, &std::pair<int, std::string_view>::first);
    if (known != kStatuses.end()) return std::string(known->second);
    auto const told = std::ranges::find(description.errors, status, &dialect::ResponseDocument::status);
    return told != description.errors.end() && !told->description.empty() ? told->description : "A problem";
}

void AppOperations::add_problems(std::vector<Reason> const& reasons, dialect::Description const& description, object& responses) {
    std::vector<int> statuses;
    for (auto const reason : reasons) statuses.push_back(dialect_.errors.status(reason));
    std::ranges::sort(statuses);
    auto const add = [&](std::string const& key, std::string const& name, std::string title) {
        if (responses.contains(key)) return;
        if (!responses_.contains(name)) responses_[name] = problem(std::move(title), description);
        responses[key] = reference_to("responses", name);
    };
    for (auto const status : statuses) {
        auto const key = std::to_string(status);
        add(key, "Problem" + key, title_of(status, description));
    }
    add("default", "Problem", "Any other problem");
}

object AppOperations::problem(std::string description, dialect::Description const& description_of) {
    object made{{"description", std::move(description)}};
    if (auto all = headers(description_of.error_headers); !all.empty()) made["headers"] = std::move(all);
    object schema{{"schema", reference_to("schemas", problem_schema_)}};
    made["content"] = object{{media_type(dialect_.errors.content_type()), std::move(schema)}};
    return made;
}

object AppOperations::headers(std::vector<dialect::HeaderDocument> const& documents) {
    object made;
    for (auto const& document : documents) {
        object header{{"schema", object{{"type", document.type}}}};
        if (!document.description.empty()) header["description"] = document.description;
        auto& name = headers_by_content_[document.name + boost::json::serialize(header)];
        if (name.empty()) {
            name = header_names_.take(document.name);
            headers_[name] = std::move(header);
        }
        made[document.name] = reference_to("headers", name);
    }
    return made;
}

array AppOperations::security(Subject const& subject, Verb verb) const {
    bool const is_read = verb == Verb::list || verb == Verb::get;
    auto const rule = subject.resource.said->rules.find(verb);
    bool const is_open = rule != subject.resource.said->rules.end() && rule->second.who == Rule::Who::anyone;
    return security(is_read && is_open && !resources_.app->login_required);
}

array AppOperations::security(bool open) const {
    array all;
    for (auto const& [name, place] : schemes_) all.emplace_back(object{{name, array()}});
    if (open) all.emplace_back(object());
    return all;
}

array AppOperations::tags() const {
    array all;
    for (auto const& tag : tags_) all.emplace_back(object{{"name", tag}});
    return all;
}

object AppOperations::components() {
    object all{{"schemas", schemas_.components()}};
    object responses;
    for (auto& [name, response] : responses_) responses[name] = std::move(response);
    if (!responses.empty()) all["responses"] = std::move(responses);
    if (!headers_.empty()) all["headers"] = std::move(headers_);
    object schemes;
    for (auto const& [name, place] : schemes_) schemes[name] = scheme_object(place);
    if (!schemes.empty()) all["securitySchemes"] = std::move(schemes);
    return all;
}

}  // namespace koine::openapi
