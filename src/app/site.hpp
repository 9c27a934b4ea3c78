/// @file Site: what a person or a program finds about the API: its documents, the start page, and whether the server is well.
#pragma once

#include "app/turn.hpp"

#include <string>
#include <string_view>

namespace koine::app {

/// The root of a dialect: the start page for a browser, else the document of what this caller may do. Asks itself whether the caller may.
/// @return not_acceptable, authentication_required.
Awaitable<Result<void>> index(Turn& turn);
/// /-/health (this program answers) and /-/ready (it serves the database as that is now); they need no database, and tell nothing of it.
/// @return false if the request is for neither.
bool respond_health(Applications const& applications, http::Request const& request, http::Answer& answer);
/// Where the document of a dialect is, whatever a client accepts.
std::string document_path(MountedDialect const& mount);
bool names_document(MountedDialect const& mount, std::string_view path);
/// The engine's other own paths, the same in every dialect: documents, /-/docs and the files that pages need.
Awaitable<Result<void>> respond_reserved(Turn& turn);
/// Whether a path of the engine's own answers anyone, whatever tokens they show: it tells nothing of the data.
bool is_open(std::string_view path);

}  // namespace koine::app
