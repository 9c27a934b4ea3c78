/// @file The parts of an HTTP message that rooms above and below the server share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace koine {

/// The methods that conventions tell apart; any other valid token is `other`.
enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// A field of a head: the name in the client's case, the value without surrounding blanks and without control bytes (a tab may be inside).
/// Views into the connection's buffer: they live until the answer is written.
struct Header {
    std::string_view name;
    std::string_view value;
};

}  // namespace koine
