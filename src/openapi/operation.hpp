/// @file The parts of one operation: its parameters, headers and body, and where its credentials are put.
#pragma once

#include "dialect/axes.hpp"
#include "model/schema.hpp"
#include "openapi/writer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::openapi {

/// "application/json; charset=utf-8" as documents key it: without the charset. A view of the text.
std::string_view media_type(std::string_view content_type);
/// As JSON.
std::string parameter_json(dialect::ParameterDocument const& parameter);
std::string header_json(dialect::HeaderDocument const& header);

/// One way to write, with the names that it has in the document.
struct Operation {
    dialect::WriteDocument const* write = nullptr;  ///< of the resource's description
    std::string id;
    std::vector<dialect::ParameterDocument> parameters;
    std::vector<std::string> answers;  ///< responses in components, one for each of the write's
};

/// The method as documents key it.
std::string_view word_of(Method method);
/// "create", "put", "update", "delete": what names of operations begin with.
std::string_view verb_of(Method method);
/// What the write heeds, its own parameters first.
std::vector<dialect::ParameterDocument> parameters_of(dialect::Description const& description, dialect::WriteDocument const& write);
/// The member `requestBody`. @param schema of what a body says of a row, in components.
void write_body(
    model::Entity const& entity,
    dialect::Description const& description,
    dialect::WriteDocument const& write,
    std::string_view schema,
    Json& json
);

/// What a security scheme would like to be called.
std::string_view scheme_name(dialect::CredentialDocument const& place);
/// The members of a security scheme.
void write_scheme(dialect::CredentialDocument const& place, Json& json);

}  // namespace koine::openapi
