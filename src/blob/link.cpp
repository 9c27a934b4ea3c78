#include "blob/link.hpp"

#include "base/ascii.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/file_name.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <charconv>

namespace koine::blob {
namespace {

constexpr std::size_t kSignature = 32;
constexpr std::size_t kLongestAddress = 4000;

/// What is signed names what it is for, so that the key signs nothing else by accident.
Result<std::string> signature_of(std::string_view hash, std::string_view what, std::string_view key) {
    return hmac(Hash::sha256, key, fmt::format("koine blob link 1\n{}\n{}", hash, what));
}

}  // namespace

Result<std::string> address_of(Link const& link, std::string_view key) {
    auto const type = plain_media_type(link.type);
    auto const what = fmt::format("{}\n{}\n{}\n{}", link.expires, link.inlined ? "inline" : "", type, plain_file_name(link.name));
    KOINE_TRY(auto const signature, signature_of(link.hash, what, key));
    return fmt::format("{}{}/{}.{}", kLinks, link.hash, base64(what, true), base64(signature, true));
}

std::optional<Link> link_of(std::string_view path, std::string_view key, std::int64_t now) {
    if (!path.starts_with(kLinks) || path.size() > kLongestAddress) return std::nullopt;
    path.remove_prefix(kLinks.size());
    auto const hash = split_off(path, '/');
    auto const payload = split_off(path, '.');
    auto const what = read_base64url(payload);
    auto const given = read_base64url(path);
    if (!is_sha256(hash) || !what || !given || given->size() != kSignature) return std::nullopt;
    auto const signature = signature_of(hash, *what, key);
    if (!signature || CRYPTO_memcmp(signature.value().data(), given->data(), kSignature) != 0) return std::nullopt;
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
