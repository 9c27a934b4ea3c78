#include "base/encoding.hpp"
#include "script/forms.hpp"
#include "script/machine.hpp"
#include "script/signature.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace koine::script {
namespace {

constexpr std::size_t kLongestToken = 16UL << 10U;
constexpr double kLongestLeeway = 86'400;

/// The key of that name, read at its first use in this state: to read PEM costs as much as to sign.
Key const& key_at(lua_State* lua, int index) {
    auto& machine = Machine::of(lua);
    auto const name = check_text(lua, index);
    auto kept = machine.keys.find(name);
    if (kept == machine.keys.end()) {
        auto key = Key::read(key_named(lua, index));
        if (!key) complain(lua, "the key '%s' %s", lua_tostring(lua, index), std::string(key.error().cause()).c_str());
        kept = machine.keys.emplace(name, std::make_shared<Key const>(std::move(key).value())).first;
    }
    machine.charge(lua, kept->second->work());
    return *kept->second;
}

void check_fits(lua_State* lua, int index, Key const& key, Algorithm algorithm) {
    if (!key.fits(algorithm))
        complain(
            lua, "the key '%s' is not one for %s, or too short for it", lua_tostring(lua, index), std::string(to_string(algorithm)).c_str()
        );
}

Algorithm check_algorithm(lua_State* lua, std::string_view name) {
    auto const algorithm = algorithm_named(name);
    if (!algorithm) complain(lua, "no such algorithm: use HS256, HS384, HS512, RS256, PS256, ES256 or EdDSA");
    return *algorithm;
}

std::string signed_by(lua_State* lua, int index, Key const& key, Algorithm algorithm, std::string_view text) {
    check_fits(lua, index, key, algorithm);
    auto made = key.sign(algorithm, text);
    if (!made) complain(lua, "the key '%s' %s", lua_tostring(lua, index), std::string(made.error().cause()).c_str());
    return std::move(made).value();
}

/// crypto.sign(algorithm, key, text[, form])
int sign(lua_State* lua) {
    auto const algorithm = check_algorithm(lua, check_text(lua, 1));
    auto const& key = key_at(lua, 2);
    push_encoded(lua, 4, signed_by(lua, 2, key, algorithm, check_text(lua, 3)));
    return 1;
}

/// crypto.verify(algorithm, key, text, signature[, form])
int verify(lua_State* lua) {
    auto const algorithm = check_algorithm(lua, check_text(lua, 1));
    auto const& key = key_at(lua, 2);
    check_fits(lua, 2, key, algorithm);
    auto const text = check_text(lua, 3);
    auto const signature = check_text(lua, 4);
    auto const form = option_text(lua, 5, "hex");
    if (!encoded({}, form)) complain(lua, "no such form: use hex, base64, base64url or raw");
    std::string bytes;
    lua_pushboolean(lua, decoded(signature, form, bytes) && key.verify(algorithm, text, bytes));
    return 1;
}

/// A text, or a list of texts. @return empty: nothing is given.
std::vector<std::string> texts_of(lua_State* lua, Value const& options, std::string_view name) {
    auto const* given = options.find(name);
    if (!given || given->is_null()) return {};
    std::vector<std::string> out;
    if (auto const* text = given->text()) out.push_back(*text);
    if (auto const* list = given->list())
        for (auto const& each : *list)
            if (auto const* text = each.text()) out.push_back(*text);
    if (out.empty()) complain(lua, "%s is a text, or a list of texts", std::string(name).c_str());
    return out;
}

std::string json_part(Value const& value) { return base64(value.json(), true); }

/// crypto.jwt.sign(key, claims[, {algorithm =, header =}])
int sign_token(lua_State* lua) {
    auto const& key = key_at(lua, 1);
    auto budget = kLongestToken * 4;
    auto const claims = check_value(lua, 2, budget);
    if (!claims.map()) complain(lua, "claims are a table");
    auto const options = check_options(lua, 3, {"algorithm", "header"});
    auto const* named = options.find("algorithm");
    if (named && !named->text()) complain(lua, "algorithm is a text");
    auto const algorithm = named ? check_algorithm(lua, *named->text()) : key.usual();
    Map header{{"alg", to_string(algorithm)}};
    bool is_typed = false;
    if (auto const* more = options.find("header")) {
        if (!more->map()) complain(lua, "header is a table");
        for (auto const& member : *more->map()) {
            if (member.name == "alg" || member.name == "crit" || member.name == "b64")
                complain(lua, "a header's '%s' is not the script's to say", member.name.c_str());
            is_typed = is_typed || member.name == "typ";
            header.push_back(member);
        }
    }
    if (!is_typed) header.push_back({"typ", "JWT"});
    auto token = json_part(header) + '.' + json_part(claims);
    if (token.size() > kLongestToken) complain(lua, "a token has 16 KiB at most");
    auto const signature = signed_by(lua, 1, key, algorithm, token);
    token.append(".").append(base64(signature, true));
    if (token.size() > kLongestToken) complain(lua, "a token has 16 KiB at most");
    push_text(lua, token);
    return 1;
}

/// A claim that is a time. @return false: it is there and is none.
bool read_time(Value const& claims, std::string_view name, std::optional<double>& out) {
    auto const* claim = claims.find(name);
    if (!claim) return true;
    if (auto const* whole = claim->integer()) out = static_cast<double>(*whole);
    if (auto const* real = claim->real()) out = *real;
    return out && std::isfinite(*out);
}

/// What a token must say.
struct Wanted {
    std::vector<Algorithm> algorithms;  ///< empty: any that fits the key
    std::vector<std::string> issuers, audiences;
    double leeway = 0;
    double now = 0;
};

bool is_among(Value const& claim, std::vector<std::string> const& wanted) {
    return claim.text() && std::ranges::find(wanted, *claim.text()) != wanted.end();
}

bool is_for(Value const* audience, std::vector<std::string> const& wanted) {
    // Whoever does not name himself is none of those whom a token names (RFC 7519 §4.1.3).
    if (!audience) return wanted.empty();
    if (auto const* list = audience->list()) return std::ranges::any_of(*list, [&](Value const& one) { return is_among(one, wanted); });
    return is_among(*audience, wanted);
}

/// Why these claims do not hold; empty: they do.
std::string_view judged(Value const& claims, Wanted const& wanted) {
    std::optional<double> expires;
    std::optional<double> begins;
    std::optional<double> made;
    if (!read_time(claims, "exp", expires) || !read_time(claims, "nbf", begins) || !read_time(claims, "iat", made)) return "malformed";
    if (expires && wanted.now >= *expires + wanted.leeway) return "expired";
    if (begins && wanted.now < *begins - wanted.leeway) return "too_early";
    auto const* issuer = claims.find("iss");
    if (!wanted.issuers.empty() && (!issuer || !is_among(*issuer, wanted.issuers))) return "issuer";
    return is_for(claims.find("aud"), wanted.audiences) ? "" : "audience";
}

/// Why the token is none; empty: it is, and has these claims.
std::string_view opened(std::string_view token, Key const& key, Wanted const& wanted, Value& claims) {
    if (token.size() > kLongestToken) return "too_large";
    auto const first = token.find('.');
    auto const last = token.rfind('.');
    if (first == std::string_view::npos || last == first) return "malformed";
    auto const head = read_base64url(token.substr(0, first));
    auto const body = read_base64url(token.substr(first + 1, last - first - 1));
    auto const signature = read_base64url(token.substr(last + 1));
    if (!head || !body || !signature) return "malformed";
    auto const header = Value::from_json(*head);
    if (!header || !header.value().map()) return "malformed";
    auto const* named = header.value().find("alg");
    if (!named || !named->text() || header.value().find("crit")) return "malformed";
    auto const algorithm = algorithm_named(*named->text());
    bool const allowed =
        wanted.algorithms.empty() || (algorithm && std::ranges::find(wanted.algorithms, *algorithm) != wanted.algorithms.end());
    if (!algorithm || !allowed || !key.fits(*algorithm)) return "algorithm";
    if (!key.verify(*algorithm, token.substr(0, last), *signature)) return "signature";
    auto read = Value::from_json(*body);
    if (!read || !read.value().map()) return "malformed";
    claims = std::move(read).value();
    return judged(claims, wanted);
}

/// crypto.jwt.verify(token, key[, {algorithms =, issuer =, audience =, leeway =}]): the claims, or nil and why not.
int verify_token(lua_State* lua) {
    auto const token = check_text(lua, 1);
    auto const& key = key_at(lua, 2);
    auto const options = check_options(lua, 3, {"algorithms", "issuer", "audience", "leeway"});
    Wanted wanted{
        {}, texts_of(lua, options, "issuer"), texts_of(lua, options, "audience"), 0, static_cast<double>(Machine::of(lua).now()) / 1e6
    };
    for (auto const& name : texts_of(lua, options, "algorithms")) wanted.algorithms.push_back(check_algorithm(lua, name));
    if (auto const* leeway = options.find("leeway")) {
        wanted.leeway = leeway->real() ? *leeway->real() : leeway->integer() ? static_cast<double>(*leeway->integer()) : -1;
        if (!(wanted.leeway >= 0 && wanted.leeway <= kLongestLeeway)) complain(lua, "leeway is a number of seconds, a day at most");
    }
    Value claims;
    if (auto const why = opened(token, key, wanted, claims); !why.empty()) {
        lua_pushnil(lua);
        push_text(lua, why);
        return 2;
    }
    Machine::pusher(lua).value(claims);
    return 1;
}

}  // namespace

void add_signing(lua_State* lua) {
    add_charged(lua, {{"sign", sign}, {"verify", verify}});
    lua_newtable(lua);
    add_charged(lua, {{"sign", sign_token}, {"verify", verify_token}});
    lua_setfield(lua, -2, "jwt");
}

}  // namespace koine::script
