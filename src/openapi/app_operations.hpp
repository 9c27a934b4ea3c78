/// @file The operations of an app and its resources, with all that they refer to.
#pragma once

#include "dialect/dialect.hpp"
#include "openapi/app_document.hpp"
#include "openapi/app_schemas.hpp"
#include "openapi/writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace koine::openapi {

/// Gathers paths and components. Points to the facts, which must outlive it.
class AppOperations {
public:
    explicit AppOperations(AppFacts const& facts);

    void add(resource::Resource const& resource);
    void add(description::Operation const& operation);
    /// What the describe axis has: this document, and those of the dialect's own.
    void add_documents();

    boost::json::object paths() { return std::move(paths_); }
    /// Once, after all were added.
    boost::json::object components();
    /// The first segments of the paths.
    boost::json::array tags() const;

private:
    using Content = dialect::WrittenDocument::Content;
    /// What one resource's operations have in common.
    struct Subject {
        resource::Resource const& resource;
        dialect::Description description;
        std::string stem;         ///< of its operations' names
        boost::json::object row;  ///< the schema of a row as answers have it
    };

    void add_read(Subject const& subject, bool item, boost::json::object& path);
    void add_write(Subject const& subject, dialect::WriteDocument const& write, boost::json::object& path);
    /// @param stem what its name begins with. @param path which tells its tag.
    boost::json::object begun(std::string_view stem, std::string_view verb, std::string summary, std::string_view path);
    boost::json::object body(Subject const& subject, dialect::WriteDocument const& write);
    boost::json::object content(Subject const& subject, Content content, bool written);
    /// @param written an answer to a write, where several rows have a frame of their own.
    boost::json::object success(
        Subject const& subject,
        std::string description,
        Content content,
        std::vector<dialect::HeaderDocument> const& told,
        bool written = false
    );
    /// One method of an operation.
    boost::json::object called(description::Operation const& operation, dialect::Description const& description, Method method);
    boost::json::object body(description::Operation const& operation, dialect::Description const& description);
    boost::json::object file_responses(description::Operation const& operation, dialect::Description const& description);
    boost::json::object responses(description::Operation const& operation, dialect::Description const& description, bool has_body);
    /// What it answers with; nothing (an empty object) if that is not said.
    boost::json::object answer(description::Operation const& operation);
    /// A schema as all formats of answers have it.
    boost::json::object in_formats(boost::json::object const& schema) const;
    /// What a status is called: by HTTP, or as the dialect speaks of the first problem that has it, which may be one among many.
    static std::string title_of(int status, dialect::Description const& description);
    void add_problems(std::vector<Reason> const& reasons, dialect::Description const& description, boost::json::object& responses);
    boost::json::object problem(std::string description, dialect::Description const& description_of);
    boost::json::object headers(std::vector<dialect::HeaderDocument> const& documents);
    void add_tag(std::string_view path);
    boost::json::array security(Subject const& subject, description::Verb verb) const;
    /// @param open whether credentials may be left out.
    boost::json::array security(bool open) const;

    AppFacts const& facts_;
    dialect::Dialect const& dialect_;
    resource::Resources const& resources_;
    AppSchemas schemas_;
    std::string problem_schema_;
    Names operations_;
    Names header_names_;
    std::map<std::string, std::string> headers_by_content_;
    boost::json::object headers_;
    std::map<std::string, boost::json::object> responses_;
    std::vector<std::pair<std::string, dialect::CredentialDocument>> schemes_;
    std::vector<std::string> tags_;
    boost::json::object paths_;
};

/// A parameter as documents have it.
boost::json::object parameter_object(dialect::ParameterDocument const& parameter);
/// Adds those that OpenAPI has no place of its own for.
void add_parameters(std::vector<dialect::ParameterDocument> const& parameters, boost::json::array& out);
/// "peering/autonomous-systems" → "peering_autonomous_systems".
std::string stem_of(std::string_view path);

}  // namespace koine::openapi
