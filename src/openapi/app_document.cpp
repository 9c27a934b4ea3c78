#include "openapi/app_document.hpp"

#include "openapi/app_operations.hpp"

#include <boost/json/serialize.hpp>

namespace koine::openapi {
namespace {

using boost::json::array;
using boost::json::object;

object info_of(description::App const& app) {
    object info{{"title", app.title.empty() ? app.name : app.title}, {"version", app.version.empty() ? "1" : app.version}};
    if (!app.description.empty()) info["description"] = app.description;
    if (!app.license.empty()) info["license"] = object{{"name", app.license}};
    return info;
}

}  // namespace

std::string app_document(AppFacts const& facts) {
    auto const& resources = facts.dialect.resources;
    if (resources == nullptr) return "{}";
    AppOperations operations(facts);
    for (auto const& resource : resources->all) operations.add(*resource);
    for (auto const& operation : resources->app->operations) operations.add(operation);
    operations.add_documents();
    object document{{"openapi", "3.0.3"}, {"info", info_of(*resources->app)}};
    if (!facts.server.empty()) document["servers"] = array{object{{"url", facts.server}}};
    document["tags"] = operations.tags();
    document["paths"] = operations.paths();
    document["components"] = operations.components();
    return boost::json::serialize(document);
}

}  // namespace koine::openapi
