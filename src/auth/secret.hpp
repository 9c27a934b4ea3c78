/// @file The secret of a token, and the hash that is all we keep of it.
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace koine::auth {

/// SHA-256 of a secret. A fast hash is enough: a secret has 256 random bits, so there is nothing to guess.
using Digest = std::array<std::uint8_t, 32>;

/// `koine_` and 43 random letters and digits: 256 bits from the kernel. @return internal, if the kernel gives none.
Result<std::string> make_secret();
/// Eight random small letters and digits, for people to name a token by; no secret. @return internal.
Result<std::string> make_id();

/// Pure and thread-safe; takes well under a microsecond for a secret of ours.
Digest digest_of(std::string_view secret);
/// In a time that doesn't depend on where they differ.
bool equal(Digest const& a, Digest const& b);

/// 64 small hex digits, and back; nothing if it is something else.
std::string to_hex(Digest const& digest);
std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace koine::auth
