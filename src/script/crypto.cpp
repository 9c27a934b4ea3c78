#include "script/encoding.hpp"
#include "script/machine.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cctype>

namespace koine::script {
namespace {

using Bytes = unsigned char const*;

EVP_MD const* algorithm(lua_State* lua, int index) {
    auto const name = check_text(lua, index);
    if (name == "sha256") return EVP_sha256();
    if (name == "sha512") return EVP_sha512();
    if (name == "sha1") return EVP_sha1();
    if (name == "md5") return EVP_md5();
    complain(lua, "no such hash: use sha256, sha512, sha1 or md5");
}

int hash(lua_State* lua) {
    auto const* const kind = algorithm(lua, 1);
    auto const text = check_text(lua, 2);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, kind, nullptr) != 1) complain(lua, "the hash is not available");
    push_encoded(lua, 3, {reinterpret_cast<char const*>(digest.data()), size});
    return 1;
}

int hmac(lua_State* lua) {
    auto const* const kind = algorithm(lua, 1);
    auto key = key_named(lua, 2);
    auto const text = check_text(lua, 3);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(kind, key.data(), static_cast<int>(key.size()), reinterpret_cast<Bytes>(text.data()), text.size(), digest.data(), &size);
    OPENSSL_cleanse(key.data(), key.size());
    push_encoded(lua, 4, {reinterpret_cast<char const*>(digest.data()), size});
    return 1;
}

template <std::size_t Size>
std::array<unsigned char, Size> random_bytes(lua_State* lua, std::size_t count) {
    std::array<unsigned char, Size> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) complain(lua, "no random numbers");
    return bytes;
}

int random(lua_State* lua) {
    constexpr lua_Integer kMost = 1024;
    auto const count = luaL_checkinteger(lua, 1);
    luaL_argcheck(lua, count >= 1 && count <= kMost, 1, "1 to 1024 bytes");
    auto const bytes = random_bytes<kMost>(lua, static_cast<std::size_t>(count));
    push_encoded(lua, 2, {reinterpret_cast<char const*>(bytes.data()), static_cast<std::size_t>(count)});
    return 1;
}

/// RFC 9562 §5.4.
int uuid(lua_State* lua) {
    auto bytes = random_bytes<16>(lua, 16);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0fU) | 0x40U);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3fU) | 0x80U);
    auto text = hex({reinterpret_cast<char const*>(bytes.data()), bytes.size()});
    for (std::size_t const at : {8U, 13U, 18U, 23U}) text.insert(at, "-");
    push_text(lua, text);
    return 1;
}

int equal(lua_State* lua) {
    auto const a = check_text(lua, 1);
    auto const b = check_text(lua, 2);
    lua_pushboolean(lua, a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
    return 1;
}

void add_charged(lua_State* lua, std::initializer_list<Entry> entries) {
    for (auto const& [name, function] : entries) {
        push_charged(lua, function);
        lua_setfield(lua, -2, name);
    }
}

}  // namespace

std::string key_named(lua_State* lua, int index) {
    auto const name = check_text(lua, index);
    auto const& lookup = Machine::of(lua).program->parts().environment.key;
    auto key = lookup ? lookup(name) : std::nullopt;
    if (!key) complain(lua, "there is no key '%s'", lua_tostring(lua, index));
    return std::move(*key);
}

void push_encoded(lua_State* lua, int index, std::string_view bytes) {
    auto const form = option_text(lua, index, "hex");
    auto const text = encoded(bytes, form);
    if (!text) complain(lua, "no such form: use hex, base64, base64url or raw");
    push_text(lua, *text);
}

void push_crypto(lua_State* lua) {
    lua_newtable(lua);
    add_charged(lua, {{"hash", hash}, {"hmac", hmac}, {"random", random}, {"uuid", uuid}, {"equal", equal}});
    add_signing(lua);
}

}  // namespace koine::script
