/// @file The little that documents of apps need of JSON values: schemas as version 3.0 of OpenAPI spells them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace koine::openapi {

/// `{"$ref": "#/components/PART/NAME"}`.
boost::json::object reference_to(std::string_view part, std::string_view name);
/// The schema, or null. A reference says nothing beside itself in this version, so that it is put inside.
boost::json::object nullable(boost::json::object schema);
/// Any of these; the only one as it is.
boost::json::object any_of(boost::json::array schemas);
boost::json::object list_of(boost::json::object items);

/// A schema of OpenAPI 3.1 (which is JSON Schema) as 3.0 spells it: several types, null, constants. Other things stay as they are.
boost::json::value lowered(boost::json::value schema);
/// The same of a text that is JSON of ours: an empty schema if it is none.
boost::json::object lowered_text(std::string_view schema);

}  // namespace koine::openapi
