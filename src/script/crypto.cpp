#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "script/forms.hpp"
#include "script/machine.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cctype>

namespace koine::script {
namespace {

Hash check_hash(lua_State* lua, int index) {
    auto const name = check_text(lua, index);
    if (name == "sha256") return Hash::sha256;
    if (name == "sha512") return Hash::sha512;
    if (name == "sha1") return Hash::sha1;
    if (name == "md5") return Hash::md5;
    complain(lua, "no such hash: use sha256, sha512, sha1 or md5");
}

std::string made(lua_State* lua, Result<std::string> bytes) {
    if (!bytes) complain(lua, "the hash is not available");
    return std::move(bytes).value();
}

int hash(lua_State* lua) {
    push_encoded(lua, 3, made(lua, digest(check_hash(lua, 1), check_text(lua, 2))));
    return 1;
}

int hmac_of(lua_State* lua) {
    auto const kind = check_hash(lua, 1);
    auto key = key_named(lua, 2);
    auto const bytes = made(lua, hmac(kind, key, check_text(lua, 3)));
    OPENSSL_cleanse(key.data(), key.size());
    push_encoded(lua, 4, bytes);
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
    add_charged(lua, {{"hash", hash}, {"hmac", hmac_of}, {"random", random}, {"uuid", uuid}, {"equal", equal}});
    add_signing(lua);
}

}  // namespace koine::script
