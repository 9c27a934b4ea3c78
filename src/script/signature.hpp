/// @file Signatures of JOSE (RFC 7518, 8037), and the keys that make and check them.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace koine::script {

enum class Algorithm : std::uint8_t { hs256, hs384, hs512, rs256, ps256, es256, eddsa };
std::string_view to_string(Algorithm algorithm);
/// By its name in JOSE: "HS256". @return nothing: none that we know, "none" among them.
std::optional<Algorithm> algorithm_named(std::string_view name);

/// A secret; or what PEM holds: a private or public key, or the public one of a certificate. What looks like PEM is never a secret, so that nobody signs
/// with a public key as one (RFC 8725 §2.1).
class Key {
public:
    /// @return operation_failed, the cause tells why: PEM without a key or with a password, RSA of other than 2048 to 4096 bits, a curve that none of
    ///         the algorithms takes.
    static Result<Key> read(std::string text);
    Key(Key&&) noexcept;
    Key& operator=(Key&&) noexcept;
    ~Key();

    /// Whether the algorithm is one for such a key; a secret is to be as long as the hash (RFC 7518 §3.2).
    bool fits(Algorithm algorithm) const;
    /// What it signs by if nothing else is said.
    Algorithm usual() const;

    /// ES256 as r and s in 64 bytes. The algorithm must fit. @return operation_failed: a public key.
    Result<std::string> sign(Algorithm algorithm, std::string_view text) const;
    /// In constant time for a secret. The algorithm must fit.
    bool verify(Algorithm algorithm, std::string_view text, std::string_view signature) const;
    /// What a signature takes, as instructions of a script.
    std::uint64_t work() const;

private:
    struct Parts;
    explicit Key(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace koine::script
