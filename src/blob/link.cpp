#include "blob/link.hpp"

#include "base/ascii.hpp"
#include "blob/blobs.hpp"
#include "blob/delivery.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace koine::blob {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kSignature = 32;
constexpr std::size_t kLongestAddress = 4000;

/// RFC 4648 §5, without padding.
std::string encoded(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        auto const count = std::min<std::size_t>(3, bytes.size() - i);
        for (std::size_t k = 0; k < 3; ++k) bits = bits << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k <= count; ++k) text += kDigits[bits >> (18U - 6U * k) & 63U];
    }
    return text;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (char const c : text) {
        auto const digit = kDigits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xffffU;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xffU);
    }
    if (held >= 6 || (bits & ((1U << held) - 1)) != 0) return std::nullopt;  // one text for the same bytes only
    return bytes;
}

/// What is signed names what it is for, so that the key signs nothing else by accident.
std::optional<std::array<unsigned char, kSignature>> signature_of(std::string_view hash, std::string_view what, std::string_view key) {
    auto const text = fmt::format("koine blob link 1\n{}\n{}", hash, what);
    std::array<unsigned char, kSignature> digest{};
    unsigned size = 0;
    auto const* made = HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<unsigned char const*>(text.data()),
        text.size(),
        digest.data(),
        &size
    );
    if (made == nullptr || size != kSignature) return std::nullopt;
    return digest;
}

std::string_view view_of(std::array<unsigned char, kSignature> const& digest) {
    return {reinterpret_cast<char const*>(digest.data()), digest.size()};
}

}  // namespace

Result<std::string> address_of(Link const& link, std::string_view key) {
    auto const type = std::string_view(link.type).substr(0, kLongestName);
    auto const what = fmt::format("{}\n{}\n{}\n{}", link.expires, link.inlined ? "inline" : "", plain_type(type), plain_name(link.name));
    auto const signature = signature_of(link.hash, what, key);
    if (!signature) return Problem(Reason::internal).because("HMAC is not available");
    return fmt::format("{}{}/{}.{}", kLinks, link.hash, encoded(what), encoded(view_of(*signature)));
}

std::optional<Link> link_of(std::string_view path, std::string_view key, std::int64_t now) {
    if (!path.starts_with(kLinks) || path.size() > kLongestAddress) return std::nullopt;
    path.remove_prefix(kLinks.size());
    auto const hash = split_off(path, '/');
    auto const payload = split_off(path, '.');
    auto const what = decoded(payload);
    auto const given = decoded(path);
    if (!is_hash(hash) || !what || !given || given->size() != kSignature) return std::nullopt;
    auto const signature = signature_of(hash, *what, key);
    if (!signature || CRYPTO_memcmp(signature->data(), given->data(), kSignature) != 0) return std::nullopt;
    Link link;
    link.hash = hash;
    auto rest = std::string_view(*what);
    auto const expires = split_off(rest, '\n');
    auto const [end, error] = std::from_chars(expires.data(), expires.data() + expires.size(), link.expires);
    if (error != std::errc() || end != expires.data() + expires.size() || link.expires <= now) return std::nullopt;
    link.inlined = !split_off(rest, '\n').empty();
    link.type = split_off(rest, '\n');
    link.name = rest;
    return link;
}

}  // namespace koine::blob
