/// @file The two pages that show an app's document: Swagger UI, which also tries requests, and ReDoc, for reading. Both from the program's own files.
#pragma once

#include "base/message.hpp"

#include <span>
#include <string>

namespace koine::page {

struct AppDocsFacts {
    std::string title;         ///< of the API
    std::string document_url;  ///< of its OpenAPI document, on this server
    std::string version;       ///< of the program
    /// For callers who are logged in: what they try repeats the secret of this cookie in this header. Empty if there are no sessions.
    std::string csrf_cookie, csrf_header;
};

/// True if ReDoc's files were built in. (Swagger UI's: has_viewer.)
bool has_reader();
/// Whole HTML documents; without their viewer's files they say how to get them, and link to the document.
std::string swagger_page(AppDocsFacts const& facts);
std::string redoc_page(AppDocsFacts const& facts);

/// The headers of redoc_page: as `page_headers`, but that its scripts may make styles and a worker (for its search) as they run.
/// swagger_page goes with `page_headers`.
std::span<Header const> redoc_headers();

}  // namespace koine::page
