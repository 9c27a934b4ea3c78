#include "auth/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <sys/random.h>

namespace koine::auth {
namespace {

constexpr std::string_view kPrefix = "koine_";
constexpr std::size_t kSecretLength = 43;  ///< 62^43 > 2^256
constexpr std::size_t kIdLength = 8;
constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Without 0, 1, i, l and o, which people confuse.
constexpr std::string_view kBase31 = "23456789abcdefghjkmnpqrstuvwxyz";
constexpr std::string_view kHex = "0123456789abcdef";

Result<void> fill(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        auto const count = ::getrandom(bytes.data(), bytes.size(), 0);
        if (count > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            return Problem(Reason::internal).because(std::string("no random numbers: ") + std::strerror(errno));
    }
    return outcome::success();
}

/// Each letter is equally likely: bytes beyond the last whole multiple of the alphabet are thrown away.
Result<std::string> random_letters(std::string prefix, std::size_t count, std::string_view alphabet) {
    auto const fair = 256 / alphabet.size() * alphabet.size();
    auto const length = prefix.size() + count;
    std::array<std::uint8_t, 64> bytes{};
    while (prefix.size() < length) {
        KOINE_TRY(fill(bytes));
        for (auto const byte : bytes)
            if (byte < fair && prefix.size() < length) prefix += alphabet[byte % alphabet.size()];
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return prefix;
}

}  // namespace

Result<std::string> make_secret() { return random_letters(std::string(kPrefix), kSecretLength, kBase62); }

Result<std::string> make_id() { return random_letters({}, kIdLength, kBase31); }

Digest digest_of(std::string_view secret) {
    Digest digest{};
    SHA256(reinterpret_cast<unsigned char const*>(secret.data()), secret.size(), digest.data());
    return digest;
}

bool equal(Digest const& a, Digest const& b) { return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

std::string to_hex(Digest const& digest) {
    std::string text;
    for (unsigned const byte : digest) text.append({kHex[byte >> 4U], kHex[byte & 15U]});
    return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
    Digest digest{};
    if (text.size() != 2 * digest.size()) return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        auto const high = kHex.find(text[2 * i]);
        auto const low = kHex.find(text[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        digest[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    return digest;
}

}  // namespace koine::auth
