#include "base/digest.hpp"

#include "base/encoding.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

namespace koine {
namespace {

/// Looked up once: OpenSSL does it under a lock at each use, which is as dear as the hashing itself.
EVP_MD const* method(Hash hash) {
    static std::array<EVP_MD const*, 5> const all = {
        EVP_MD_fetch(nullptr, "MD5", nullptr),
        EVP_MD_fetch(nullptr, "SHA1", nullptr),
        EVP_MD_fetch(nullptr, "SHA256", nullptr),
        EVP_MD_fetch(nullptr, "SHA384", nullptr),
        EVP_MD_fetch(nullptr, "SHA512", nullptr),
    };
    return all[static_cast<std::size_t>(hash)];
}

Problem failed() { return Problem(Reason::internal).because("OpenSSL makes no such hash"); }

}  // namespace

Result<std::string> digest(Hash hash, std::string_view text) {
    std::string bytes(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    auto const* const how = method(hash);
    if (how == nullptr || EVP_Digest(text.data(), text.size(), out, &size, how, nullptr) != 1) return failed();
    bytes.resize(size);
    return bytes;
}

Result<std::string> hmac(Hash hash, std::string_view key, std::string_view text) {
    std::string bytes(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    auto const* const from = reinterpret_cast<unsigned char const*>(text.data());
    auto const* const how = method(hash);
    if (how == nullptr || HMAC(how, key.data(), static_cast<int>(key.size()), from, text.size(), out, &size) == nullptr) return failed();
    bytes.resize(size);
    return bytes;
}

Result<std::string> sha256_of(std::string_view text) {
    KOINE_TRY(auto const bytes, digest(Hash::sha256, text));
    return hex(bytes);
}

bool is_sha256(std::string_view text) {
    constexpr std::size_t kDigits = 64;
    return text.size() == kDigits && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace koine
