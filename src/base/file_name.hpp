/// @file What strangers say of a file, made harmless.
#pragma once

#include <string>
#include <string_view>

namespace koine {

/// A name of a file without folders and control characters, at most 200 bytes of UTF-8; empty of "." and "..", and of what is no UTF-8.
std::string plain_file_name(std::string_view name);
/// "image/png" of "Image/PNG; x=y"; empty of what is no media type (RFC 9110 §8.3.1).
std::string plain_media_type(std::string_view type);

}  // namespace koine
