#include "openapi/openapi.hpp"

#include "base/ascii.hpp"
#include "openapi/operation.hpp"
#include "openapi/schemas.hpp"
#include "openapi/shared.hpp"
#include "openapi/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace koine::openapi {
namespace {

using dialect::Description;
using dialect::Format;
using dialect::HeaderDocument;
using Content = dialect::WrittenDocument::Content;
using dialect::ParameterDocument;
using model::Entity;

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
    std::string written_schema;  ///< of what a body says of a row, in components; empty if nothing is written
    std::vector<Operation> writes;
    std::map<Content, std::string> written_answers;  ///< responses in components
};

class DocumentWriter {
public:
    DocumentWriter(dialect::Dialect const& dialect, model::Model const& model, Facts const& facts)
        : dialect_(dialect),
          model_(model),
          facts_(facts) {
        Description places;
        dialect.auth->describe(places);
        if (facts.tokens)
            for (auto const& place : places.credentials) schemes_.emplace_back(scheme_names_.take(scheme_name(place)), place);
        resources_.reserve(model.entities.size());  // operations refer to their resource's description
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
                write_security(facts_.anonymous_reads, json);
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
        if (facts_.writable)
            for (auto const& write : description.writes) add(resource, write);
    }

    void add(Resource& resource, dialect::WriteDocument const& write) {
        auto const& name = resource.entity->name;
        auto& operation = resource.writes.emplace_back();
        operation.write = &write;
        operation.id = operations_.take(fmt::format("{}_{}{}", verb_of(write.method), write.item ? "one_" : "", name));
        operation.parameters = parameters_of(resource.description, write);
        for (auto const& parameter : operation.parameters) parameters_.count(parameter.name, parameter_json(parameter));
        if (write.rows != dialect::WriteDocument::Rows::none && resource.written_schema.empty())
            resource.written_schema = schemas_.take(name + ".write");
        for (auto const& answer : write.answers) operation.answers.push_back(written_answer(resource, answer.content));
        for (auto const& header : resource.description.written_headers) headers_.count(header.name, header_json(header));
    }

    /// An answer without a body is the same for all relations.
    std::string const& written_answer(Resource& resource, Content content) {
        if (content == Content::none || content == Content::asked) {
            if (done_.empty()) done_ = responses_.take("done");
            return done_;
        }
        auto& name = resource.written_answers[content];
        auto const end = content == Content::list ? ".written" : content == Content::item ? ".item.written" : ".made";
        if (name.empty()) name = responses_.take(resource.entity->name + end);
        return name;
    }

    /// Any of the schemes; also none, if `optional`.
    void write_security(bool optional, Json& json) const {
        if (schemes_.empty()) return;
        json.list("security", [&] {
            if (optional) json.object([] {});
            for (auto const& [name, place] : schemes_) json.object([&] { json.list(name, [] {}); });
        });
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

    struct Reading {
        std::string_view tag, id;
        std::string summary;
        std::string_view answer;
        std::vector<dialect::ResponseDocument> const* more = nullptr;  ///< successes beside 200
        std::vector<ParameterDocument> const* parameters = nullptr;    ///< where the path's other operations do not share them
    };

    void write_get(Reading const& operation, Json& json) const {
        json.object("get", [&] {
            write_head_of(operation, json);
            if (operation.parameters != nullptr) write_parameters({operation.parameters}, json);
            json.object("responses", [&] {
                json.key("200");
                json.reference("responses", operation.answer);
                if (operation.more != nullptr) {
                    for (auto const& response : *operation.more) {
                        json.key(std::to_string(response.status));
                        json.reference("responses", operation.answer, response.description);
                    }
                }
                write_errors(false, json);
            });
        });
    }

    void write_errors(bool of_writes, Json& json) const {
        for (auto const& [error, name] : error_answers_) {
            if (error.writes_only && !of_writes) continue;
            json.key(std::to_string(error.status));
            json.reference("responses", name);
        }
    }

    void write_write(Resource const& resource, Operation const& operation, Json& json) const {
        auto const& write = *operation.write;
        json.object(word_of(write.method), [&] {
            write_head_of({resource.entity->name, operation.id, write.summary, {}}, json);
            write_parameters({&operation.parameters}, json);
            if (write.rows != dialect::WriteDocument::Rows::none)
                write_body(*resource.entity, resource.description, write, resource.written_schema, json);
            json.object("responses", [&] {
                for (std::size_t i = 0; i < write.answers.size(); ++i) {
                    json.key(std::to_string(write.answers[i].status));
                    json.reference("responses", operation.answers[i], write.answers[i].description);
                }
                write_errors(true, json);
            });
            write_security(false, json);
        });
    }

    /// HEAD answers as GET, without a body.
    static void write_head(Reading const& operation, Json& json) {
        json.object("head", [&] {
            write_head_of(operation, json);
            json.object("responses", [&] {
                for (std::string_view const range : {"2XX", "3XX", "4XX", "5XX"})
                    json.object(range, [&] { json.member("description", "As GET, without the body"); });
            });
        });
    }

    static void write_head_of(Reading const& operation, Json& json) {
        json.list("tags", [&] { json.text(operation.tag); });
        json.member("operationId", operation.id);
        json.member("summary", operation.summary);
    }

    void write_paths(Resource const& resource, Json& json) const {
        auto const& description = resource.description;
        auto const& name = resource.entity->name;
        Reading const list{name, resource.list_operation, "Rows of " + name, resource.list_answer, &description.responses};
        write_path(resource, false, list, {name, resource.list_head, "Headers of the rows of " + name, {}}, json);
        if (!has_items(resource)) return;
        Reading const item{name, resource.item_operation, "One row of " + name, resource.item_answer};
        write_path(resource, true, item, {name, resource.item_head, "Headers of one row of " + name, {}}, json);
    }

    /// Where only reads are, the path has their parameters; else each operation its own.
    void write_path(Resource const& resource, bool is_item, Reading get, Reading const& head, Json& json) const {
        auto const& description = resource.description;
        auto const& parameters = is_item ? description.item_parameters : description.parameters;
        bool const has_writes = std::ranges::any_of(resource.writes, [&](Operation const& each) { return each.write->item == is_item; });
        if (has_writes) get.parameters = &parameters;
        static std::vector<ParameterDocument> const none;
        json.object(is_item ? description.item_path : description.list_path, [&] {
            write_parameters({is_item ? &description.key_parameters : &none, has_writes ? &none : &parameters}, json);
            write_get(get, json);
            write_head(head, json);
            for (auto const& operation : resource.writes)
                if (operation.write->item == is_item) write_write(resource, operation, json);
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
            write_content(resource, is_item ? Content::item : Content::list, json);
        });
    }

    void write_content(Resource const& resource, Content content, Json& json) const {
        json.object("content", [&] {
            std::vector<std::string_view> types;
            for (auto const& format : dialect_.formats.all()) {
                auto const type = media_type(format.content_type);
                if (std::ranges::find(types, type) != types.end()) continue;
                types.push_back(type);
                json.object(type, [&] {
                    json.key("schema");
                    if (format.writer == Format::Writer::csv)
                        json.json(R"({"type":"string"})");
                    else if (content == Content::item || format.singular)
                        write_frame(resource.item_frame, resource.item_frame_json, json);
                    else if (content == Content::list)
                        write_frame(resource.list_frame, resource.list_frame_json, json);
                    else
                        write_either(resource, json);
                });
            }
        });
    }

    void write_either(Resource const& resource, Json& json) const {
        json.object([&] {
            json.list("anyOf", [&] {
                write_frame(resource.item_frame, resource.item_frame_json, json);
                write_frame(resource.list_frame, resource.list_frame_json, json);
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
                if (resource.written_schema.empty()) continue;
                json.key(resource.written_schema);
                json.json(written_row_schema(*resource.entity, model_, resource.description));
            }
            json.key(problem_schema_);
            json.json(dialect_.errors.body_schema());
        });
        json.object("responses", [&] {
            for (auto const& resource : resources_) {
                write_answer(resource, false, json);
                if (has_items(resource)) write_answer(resource, true, json);
                for (auto const& [content, name] : resource.written_answers) {
                    json.object(name, [&] {
                        json.member("description", "What was written");
                        write_headers(resource.description.written_headers, json);
                        write_content(resource, content, json);
                    });
                }
            }
            if (!done_.empty()) {
                json.object(done_, [&] {
                    json.member("description", "It is done");
                    write_headers(resources_.front().description.written_headers, json);
                });
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
        write_schemes(json);
    }

    void write_schemes(Json& json) const {
        if (schemes_.empty()) return;
        json.object("securitySchemes", [&] {
            for (auto const& [name, place] : schemes_) json.object(name, [&] { write_scheme(place, json); });
        });
    }

    dialect::Dialect const& dialect_;
    model::Model const& model_;
    Facts const& facts_;
    std::vector<std::pair<std::string, dialect::CredentialDocument>> schemes_;
    std::string done_;  // response of writes without a body, in components
    Names scheme_names_;
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
