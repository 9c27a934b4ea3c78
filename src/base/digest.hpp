/// @file Digests: hashes of bytes, and hashes that only who has the key can make.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace koine {

enum class Hash : std::uint8_t { md5, sha1, sha256, sha384, sha512 };

/// Its bytes. @return internal: OpenSSL fails, or offers it no more.
Result<std::string> digest(Hash hash, std::string_view text);
/// RFC 2104, as bytes. @return likewise.
Result<std::string> hmac(Hash hash, std::string_view key, std::string_view text);

/// SHA-256 as 64 small hex digits. @return as `digest`.
Result<std::string> sha256_of(std::string_view text);
/// Whether it is such digits.
bool is_sha256(std::string_view text);

}  // namespace koine
