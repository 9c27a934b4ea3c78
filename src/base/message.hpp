/// @file The parts of an HTTP message that rooms above and below the server share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace koine {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// A field of a head, as received. Views into the connection's buffer: they live until the answer is written.
struct Header {
    std::string_view name;
    std::string_view value;
};

}  // namespace koine
