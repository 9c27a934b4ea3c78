/// @file The OpenAPI document of an app.
#pragma once

#include "dialect/dialect.hpp"

#include <string>

namespace koine::openapi {

struct AppFacts {
    dialect::Dialect const& dialect;  ///< with the app's resources
    bool writable = true;             ///< whether rows may be written at all: documents then have the operations of writes
    bool accounts = true;             ///< whether it is decided who may do what: documents then tell where credentials are put
    std::string server = {};  ///< where the paths begin ("https://example.net/below"); empty: at the root of where the document comes from
};

/// OpenAPI 3.0.3, as compact JSON: every resource with its operations, their parameters, bodies, answers and problems. Paths hold the dialect's
/// (shortest) prefix; a resource's aliases are not told. Takes some tens of milliseconds for 50 resources: to be kept.
/// Operations are called after the path: peering_autonomous_systems_list, …_retrieve, …_bulk_update; their tag is its first segment.
/// The title, version, description and license are the app's.
std::string app_document(AppFacts const& facts);

}  // namespace koine::openapi
