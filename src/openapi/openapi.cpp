#include "openapi/openapi.hpp"

#include "base/ascii.hpp"
#include "openapi/schemas.hpp"
#include "openapi/shared.hpp"
#include "openapi/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace koine::openapi {
namespace {

using dialect::Description;
using dialect::Format;
using dialect::HeaderDocument;
using dialect::ParameterDocument;
using model::Entity;

/// "application/json; charset=utf-8" as documents key it: without the charset.
std::string_view media_type(std::string_view content_type) { return trimmed(content_type.substr(0, content_type.find("; charset="))); }

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

std::string parameter_json(ParameterDocument const& parameter) {
    return written([&](Json& json) {
        json.object([&] {
            json.member("name", parameter.name);
            json.member("in", parameter.in);
            json.member_if_any("description", parameter.description);
            if (parameter.in == "path") {
                json.key("required");
                json.json("true");
            }
            json.object("schema", [&] { json.member("type", parameter.type); });
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

/// What the media types of an answer say: `Accept` is told by the answer's content, and documents may not say it as a parameter.
bool is_told_by_content(ParameterDocument const& parameter) { return parameter.in == "header" && ascii_equal(parameter.name, "Accept"); }

/// A relation, with the names that it has in the document.
struct Resource {
    Entity const* entity = nullptr;
    Description description;
    std::string schema;  ///< of a row, in components
    std::string list_operation, item_operation, list_head, item_head;
    std::string list_answer, item_answer;  ///< responses in components
    std::string list_frame, item_frame;    ///< schemas in components; empty where the frame is bare
    std::string list_frame_json, item_frame_json;
};

class DocumentWriter {
public:
    DocumentWriter(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts)
        : dialect_(dialect),
          model_(model),
          facts_(facts) {
        for (auto const& entity : model.entities) add(entity);
        problem_schema_ = schemas_.take("problem");
        if (!resources_.empty()) {
            for (auto const& error : resources_.front().description.errors)
                if (!error.writes_only || facts.writable)
                    error_answers_.emplace_back(error, responses_.take(fmt::format("error_{}", error.status)));
        }
    }

    /// Up to the base address.
    std::string before() const {
        auto out = written([&](Json& json) {
            json.object([&] {
                json.member("openapi", "3.1.0");
                json.object("info", [&] {
                    json.member("title", facts_.title);
                    json.member("version", facts_.version);
                    json.member("description", fmt::format("Every table and view of the database, in the dialect {}.", dialect_.name));
                });
            });
        });
        out.pop_back();
        return out += R"(,"servers":[{"url":)";
    }

    /// From behind the base address to the end.
    std::string after() const {
        auto const members = written([&](Json& json) {
            json.object([&] {
                json.list("tags", [&] {
                    for (auto const& resource : resources_)
                        json.object([&] {
                            json.member("name", resource.entity->name);
                            json.member("description", kind_of(*resource.entity));
                        });
                });
                json.object("paths", [&] {
                    for (auto const& resource : resources_) write_paths(resource, json);
                });
                json.object("components", [&] { write_components(json); });
            });
        });
        return "}]," + members.substr(1);
    }

private:
    void add(Entity const& entity) {
        auto& resource = resources_.emplace_back();
        resource.entity = &entity;
        resource.description = dialect_.describe(entity, model_);
        auto& description = resource.description;
        for (auto* parameters : {&description.parameters, &description.item_parameters}) std::erase_if(*parameters, is_told_by_content);
        resource.schema = schemas_.take(entity.name);
        auto const row = fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", resource.schema);
        resource.list_frame_json = dialect_.envelope.list_schema(row);
        resource.item_frame_json = dialect_.envelope.item_schema(row);
        if (resource.list_frame_json != fmt::format(R"({{"type":"array","items":{}}})", row))
            resource.list_frame = schemas_.take(entity.name + ".list");
        if (resource.item_frame_json != row) resource.item_frame = schemas_.take(entity.name + ".item");
        resource.list_answer = responses_.take(entity.name);
        resource.list_operation = operations_.take("list_" + entity.name);
        resource.list_head = operations_.take("head_" + entity.name);
        for (auto const& parameter : description.parameters) parameters_.count(parameter.name, parameter_json(parameter));
        for (auto const& header : description.list_headers) headers_.count(header.name, header_json(header));
        if (has_items(resource)) {
            resource.item_answer = responses_.take(entity.name + ".item");
            resource.item_operation = operations_.take("get_" + entity.name);
            resource.item_head = operations_.take("head_one_" + entity.name);
            for (auto const* parameters : {&description.key_parameters, &description.item_parameters})
                for (auto const& parameter : *parameters) parameters_.count(parameter.name, parameter_json(parameter));
            for (auto const& header : description.item_headers) headers_.count(header.name, header_json(header));
        }
        for (auto const& header : description.error_headers) headers_.count(header.name, header_json(header));
    }

    static bool has_items(Resource const& resource) { return !resource.description.item_path.empty(); }

    static std::string_view kind_of(Entity const& entity) { return entity.kind == model::EntityKind::view ? "View" : "Table"; }

    void write_parameters(std::initializer_list<std::vector<ParameterDocument> const*> lists, Json& json) const {
        json.list("parameters", [&] {
            for (auto const* list : lists)
                for (auto const& parameter : *list) parameters_.write_use(parameter_json(parameter), json);
        });
    }

    void write_headers(std::vector<HeaderDocument> const& headers, Json& json) const {
        if (headers.empty()) return;
        json.object("headers", [&] {
            for (auto const& header : headers) {
                json.key(header.name);
                headers_.write_use(header_json(header), json);
            }
        });
    }

    struct Operation {
        std::string_view tag, id, summary, answer;
        std::vector<dialect::ResponseDocument> const* more = nullptr;  ///< successes beside 200
    };

    void write_get(Operation const& operation, Json& json) const {
        json.object("get", [&] {
            write_head_of(operation, json);
            json.object("responses", [&] {
                json.key("200");
                json.reference("responses", operation.answer);
                if (operation.more != nullptr) {
                    for (auto const& response : *operation.more) {
                        json.key(std::to_string(response.status));
                        json.reference("responses", operation.answer, response.description);
                    }
                }
                for (auto const& [error, name] : error_answers_) {
                    json.key(std::to_string(error.status));
                    json.reference("responses", name);
                }
            });
        });
    }

    /// HEAD answers as GET, without a body.
    static void write_head(Operation const& operation, Json& json) {
        json.object("head", [&] {
            write_head_of(operation, json);
            json.object("responses", [&] {
                for (std::string_view const range : {"2XX", "3XX", "4XX", "5XX"})
                    json.object(range, [&] { json.member("description", "As GET, without the body"); });
            });
        });
    }

    static void write_head_of(Operation const& operation, Json& json) {
        json.list("tags", [&] { json.text(operation.tag); });
        json.member("operationId", operation.id);
        json.member("summary", operation.summary);
    }

    void write_paths(Resource const& resource, Json& json) const {
        auto const& description = resource.description;
        auto const& name = resource.entity->name;
        json.object(description.list_path, [&] {
            write_parameters({&description.parameters}, json);
            write_get({name, resource.list_operation, "Rows of " + name, resource.list_answer, &description.responses}, json);
            write_head({name, resource.list_head, "Headers of the rows of " + name, {}, nullptr}, json);
        });
        if (!has_items(resource)) return;
        json.object(description.item_path, [&] {
            write_parameters({&description.key_parameters, &description.item_parameters}, json);
            write_get({name, resource.item_operation, "One row of " + name, resource.item_answer, nullptr}, json);
            write_head({name, resource.item_head, "Headers of one row of " + name, {}, nullptr}, json);
        });
    }

    void write_frame(std::string const& component, std::string const& schema, Json& json) const {
        if (component.empty())
            json.json(schema);
        else
            json.reference("schemas", component);
    }

    void write_answer(Resource const& resource, bool is_item, Json& json) const {
        auto const& description = resource.description;
        json.object(is_item ? resource.item_answer : resource.list_answer, [&] {
            json.member("description", is_item ? "The row" : "The rows");
            write_headers(is_item ? description.item_headers : description.list_headers, json);
            json.object("content", [&] {
                std::vector<std::string_view> written;
                for (auto const& format : dialect_.formats.all()) {
                    auto const type = media_type(format.content_type);
                    if (std::ranges::find(written, type) != written.end()) continue;
                    written.push_back(type);
                    json.object(type, [&] {
                        json.key("schema");
                        if (format.writer == Format::Writer::csv)
                            json.json(R"({"type":"string"})");
                        else if (is_item || format.singular)
                            write_frame(resource.item_frame, resource.item_frame_json, json);
                        else
                            write_frame(resource.list_frame, resource.list_frame_json, json);
                    });
                }
            });
        });
    }

    void write_components(Json& json) const {
        auto const schema_name = [&](std::string_view relation) {
            return std::ranges::find(
                       resources_, relation, [](Resource const& each) { return std::string_view(each.entity->name); }
            )->schema;
        };
        json.object("schemas", [&] {
            for (auto const& resource : resources_) {
                json.key(resource.schema);
                json.json(row_schema(*resource.entity, model_, resource.description, schema_name, facts_.writable));
                for (auto const& [name, schema] :
                     {std::pair{&resource.list_frame, &resource.list_frame_json}, {&resource.item_frame, &resource.item_frame_json}}) {
                    if (name->empty()) continue;
                    json.key(*name);
                    json.json(*schema);
                }
            }
            json.key(problem_schema_);
            json.json(dialect_.errors.body_schema());
        });
        json.object("responses", [&] {
            for (auto const& resource : resources_) {
                write_answer(resource, false, json);
                if (has_items(resource)) write_answer(resource, true, json);
            }
            for (auto const& [error, name] : error_answers_) {
                json.object(name, [&] {
                    json.member("description", error.description);
                    write_headers(resources_.front().description.error_headers, json);
                    json.object("content", [&] {
                        json.object(media_type(dialect_.errors.content_type()), [&] {
                            json.key("schema");
                            json.reference("schemas", problem_schema_);
                        });
                    });
                });
            }
        });
        parameters_.write_section(json);
        headers_.write_section(json);
    }

    dialect::Dialect const& dialect_;
    model::Model const& model_;
    Facts const& facts_;
    std::vector<Resource> resources_;
    std::vector<std::pair<dialect::ResponseDocument, std::string>> error_answers_;
    std::string problem_schema_;
    Names schemas_;
    Names responses_;
    Names operations_;
    Shared parameters_{"parameters"};
    Shared headers_{"headers"};
};

}  // namespace

Document::Document(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts) {
    DocumentWriter const writer(dialect, model, facts);
    before_ = writer.before();
    after_ = writer.after();
}

void Document::append_to(std::string& out, std::string_view base_url) const {
    out.reserve(out.size() + before_.size() + after_.size() + base_url.size() + 16);
    out += before_;
    represent::append_json_string(out, base_url);
    out += after_;
}

std::string openapi_document(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts) {
    std::string out;
    Document(dialect, model, facts).append_to(out, facts.base_url);
    return out;
}

}  // namespace koine::openapi
