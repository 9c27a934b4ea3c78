/// @file The page that shows the documents of what is served, and tries requests: Swagger UI, from the program's own files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace koine::page {

struct DocumentLink {
    std::string label;  ///< "NAME at /prefix"
    std::string url;    ///< of an OpenAPI document, on this server
};

struct DocsFacts {
    std::string title;    ///< of the database
    std::string version;  ///< of the program
    std::vector<DocumentLink> documents;
    std::size_t relations = 0;  ///< how many there are: the operations of a few are unfolded at once
    std::string start_path = "/";
    bool read_token = false;  ///< the documents need a token, which is asked for first
};

/// True if the viewer's files were built in.
bool has_viewer();
/// A whole HTML document; without the viewer's files it says how to get them.
std::string docs_page(DocsFacts const& facts);

}  // namespace koine::page
