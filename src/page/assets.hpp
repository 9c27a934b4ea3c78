/// @file The files that pages need beside themselves, carried inside the program.
#pragma once

#include "base/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::page {

/// A file as it was built in. Views are of the program's own data.
struct Asset {
    std::string_view name;  ///< "style.css"
    std::string_view path;  ///< "/-/assets/style-0123456789ab.css": it holds the content's hash, so that it never changes
    std::string_view type;  ///< its Content-Type
    std::string_view hash;
    std::string_view plain;
    std::string_view gzip;
};

/// All there are, by name. (Its definition is generated.)
std::span<Asset const> built_in_assets();
/// The path of the file of that name; empty if it was not built in.
std::string_view asset_path(std::string_view name);

/// The answer to a request for a file. Views live as long as the program.
struct AssetAnswer {
    int status = 200;  ///< or 304, without a body
    std::string_view content_type;
    std::string_view content_encoding;  ///< "gzip" or empty
    std::string etag;
    std::string_view body;

    /// All that it is sent with; views of this answer.
    std::vector<Header> headers() const;
};

/// @param path of the request; @param accept_encoding, if_none_match its headers, empty if absent. Nothing if there is no such file.
std::optional<AssetAnswer> asset(std::string_view path, std::string_view accept_encoding, std::string_view if_none_match);

}  // namespace koine::page
