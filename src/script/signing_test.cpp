#include "base/encoding.hpp"
#include "script/signature.hpp"
#include "script/testing.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <map>

namespace koine::script {
namespace {

/// RFC 7515 A.2, A.3; RFC 8037 A.
constexpr auto kRsaPublic = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj
NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz
P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo
9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB
EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX
FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp
oQIDAQAB
-----END PUBLIC KEY-----
)";
constexpr auto kEcPrivate = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
-----END PRIVATE KEY-----
)";
constexpr auto kEcPublic = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
)";
constexpr auto kEdPrivate = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
)";
constexpr auto kEdPublic = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
)";
constexpr auto kOtherCurve = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
-----END PUBLIC KEY-----
)";
constexpr auto kWithPassword = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDSwm9fI+I45tyRGv8q
JhEWAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQKOKnLnzjNcGs1jzf
ez52vwSBkC384aJro1Uj4h6aCMWCXRXxaPfvmr7g5qSFxUdCUZalYxxYq35DgLUA
iN+5TvPbdfUhU7c2xSqLAG7q2suvlmeD5BmwHB400B6zYGHq3PLuv+pcIPJPs9iY
kdPlW9G1XXECoTRimJA7ETLSF7ay7fQCB7cIa5V388/PJi933vRIgeti47YhgLlN
XCnX2ei1Ag==
-----END ENCRYPTED PRIVATE KEY-----
)";
/// RFC 7515 A.1.
constexpr auto kSecret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
constexpr std::string_view kClaims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

std::string new_rsa(unsigned bits) {
    auto* const key = EVP_RSA_gen(bits);
    auto* const into = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(into, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    auto const size = BIO_get_mem_data(into, &text);
    std::string made(text, static_cast<std::size_t>(size));
    BIO_free(into);
    EVP_PKEY_free(key);
    return made;
}

std::string const& own_rsa() {
    static std::string const made = new_rsa(2048);
    return made;
}

Environment environment(std::int64_t seconds) {
    Environment made;
    made.now = [seconds] { return seconds * 1'000'000; };
    made.key = [](std::string_view name) -> std::optional<std::string> {
        static std::map<std::string_view, std::string> const keys = {
            {"secret", *read_base64url(kSecret)},
            {"short", "0123456789"},
            {"rsa", own_rsa()},
            {"rsa_public", kRsaPublic},
            {"ec", kEcPrivate},
            {"ec_public", kEcPublic},
            {"ed", kEdPrivate},
            {"ed_public", kEdPublic},
            {"other", kOtherCurve},
            {"locked", kWithPassword},
            {"broken", "  \n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"},
            {"small", new_rsa(1024)},
        };
        auto const found = keys.find(name);
        return found == keys.end() ? std::nullopt : std::optional(found->second);
    };
    return made;
}

/// What `main(...)` of this body gives, at that second.
std::string at(std::int64_t seconds, std::string_view body, std::vector<Value> const& arguments = {}) {
    auto const program = compiled("function main(...)\n" + std::string(body) + "\nend", {}, environment(seconds));
    auto state = State::make(program).value();
    Call call(*state, *program->find("test.main"));
    call.start(arguments);
    return told(call);
}

TEST(ScriptSignatures, AreThoseOfThePublishedExamples) {
    struct Case {
        Algorithm algorithm;
        std::string key, text, signature;  ///< the signature in base64url
        bool signs;                        ///< the key can, and gives the same
    } const cases[] = {
        {Algorithm::hs256,
         *read_base64url(kSecret),
         "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string(kClaims),
         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
         true},
        {Algorithm::rs256,
         kRsaPublic,
         "eyJhbGciOiJSUzI1NiJ9." + std::string(kClaims),
         "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
         "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAyn"
         "RFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
         "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
         "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
         false},
        {Algorithm::es256,
         kEcPublic,
         "eyJhbGciOiJFUzI1NiJ9." + std::string(kClaims),
         "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
         false},
        {Algorithm::eddsa,
         kEdPrivate,
         "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
         "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
         true},
        // RFC 4231, test case 6.
        {Algorithm::hs384,
         std::string(131, '\xaa'),
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "TqgPoetLOZQYCm2_fDtgBYMpswF5Dcs2ft4iXLzPnN_Qe5Ln9J9P1WICs-FAR7sJ",
         false},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(to_string(each.algorithm));
        auto const key = Key::read(each.key);
        ASSERT_TRUE(key) << describe(key.error());
        if (each.algorithm == Algorithm::hs384) {
            EXPECT_TRUE(
                hex(key.value().sign(each.algorithm, each.text).value()).starts_with("4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f")
            );
            continue;
        }
        auto const signature = *read_base64url(each.signature);
        EXPECT_TRUE(key.value().verify(each.algorithm, each.text, signature));
        EXPECT_FALSE(key.value().verify(each.algorithm, each.text + " ", signature));
        EXPECT_FALSE(key.value().verify(each.algorithm, each.text, signature.substr(1)));
        EXPECT_FALSE(key.value().verify(each.algorithm, each.text, {}));
        auto changed = signature;
        changed.back() = static_cast<char>(changed.back() ^ 1);
        EXPECT_FALSE(key.value().verify(each.algorithm, each.text, changed));
        if (each.signs) EXPECT_EQ(key.value().sign(each.algorithm, each.text).value(), signature);
    }
}

TEST(ScriptSignatures, AreMadeAndCheckedByNamesOfKeys) {
    struct Case {
        std::string_view algorithm, signs, checks;
        std::size_t bytes;
    } const cases[] = {
        {"HS256", "secret", "secret", 32},
        {"HS384", "secret", "secret", 48},
        {"HS512", "secret", "secret", 64},
        {"RS256", "rsa", "rsa", 256},
        {"PS256", "rsa", "rsa", 256},
        {"ES256", "ec", "ec_public", 64},
        {"ES256", "ec", "ec", 64},
        {"EdDSA", "ed", "ed_public", 64},
    };
    for (auto const& [algorithm, signs, checks, bytes] : cases)
        for (std::string_view const form : {"hex", "base64", "base64url", "raw"}) {
            auto const want = "[true,false,false," + std::to_string(form == "raw" ? bytes : 0) + "]";
            EXPECT_EQ(
                at(0,
                   "local a, s, c, f = ... local made = crypto.sign(a, s, 'abc', f) "
                   "return {crypto.verify(a, c, 'abc', made, f), crypto.verify(a, c, 'abd', made, f), crypto.verify(a, c, 'abc', '!' .. "
                   "made, f), "
                   "f == 'raw' and #made or 0}",
                   {algorithm, signs, checks, form}),
                want
            ) << algorithm
              << form;
        }
    EXPECT_EQ(at(0, "return crypto.sign('EdDSA', 'ed', 'x', 'raw') == crypto.sign('EdDSA', 'ed', 'x', 'raw')"), "true");
    EXPECT_EQ(at(0, "return crypto.sign('PS256', 'rsa', 'x') == crypto.sign('PS256', 'rsa', 'x')"), "false") << "it has salt";
}

TEST(ScriptSignatures, AreRefusedToKeysThatAreNoneForThem) {
    struct Case {
        std::string_view body, want;
    } const cases[] = {
        {"crypto.sign('HS256', 'rsa_public', 'x')", "the key 'rsa_public' is not one for HS256, or too short for it"},
        {"crypto.verify('HS256', 'ec_public', 'x', '')", "the key 'ec_public' is not one for HS256, or too short for it"},
        {"crypto.sign('HS256', 'broken', 'x')", "the key 'broken' is PEM that holds no key, or one with a password"},
        {"crypto.sign('HS256', 'short', 'x')", "the key 'short' is not one for HS256, or too short for it"},
        {"crypto.sign('RS256', 'secret', 'x')", "the key 'secret' is not one for RS256, or too short for it"},
        {"crypto.sign('ES256', 'ed', 'x')", "the key 'ed' is not one for ES256, or too short for it"},
        {"crypto.sign('RS256', 'rsa_public', 'x')", "the key 'rsa_public' can't sign: it is a public one"},
        {"crypto.sign('ES256', 'ec_public', 'x')", "the key 'ec_public' can't sign: it is a public one"},
        {"crypto.sign('EdDSA', 'ed_public', 'x')", "the key 'ed_public' can't sign: it is a public one"},
        {"crypto.sign('RS256', 'small', 'x')", "the key 'small' is an RSA key of other than 2048 to 4096 bits"},
        {"crypto.sign('EdDSA', 'other', 'x')", "the key 'other' is none of RSA, P-256 or Ed25519"},
        {"crypto.sign('ES256', 'locked', 'x')", "the key 'locked' is PEM that holds no key, or one with a password"},
        {"crypto.sign('ES256', 'nobody', 'x')", "there is no key 'nobody'"},
        {"crypto.sign('none', 'secret', 'x')", "no such algorithm: use HS256, HS384, HS512, RS256, PS256, ES256 or EdDSA"},
        {"crypto.sign('HS256', 'secret', 'x', 'nonsense')", "no such form: use hex, base64, base64url or raw"},
        {"crypto.verify('HS256', 'secret', 'x', '', 'nonsense')", "no such form: use hex, base64, base64url or raw"},
    };
    for (auto const& [body, want] : cases)
        EXPECT_EQ(at(0, "return " + std::string(body)), "operations/test.lua:2: " + std::string(want) + "; operations/test.lua:2") << body;
    EXPECT_EQ(at(0, "for i = 1, 1e9 do crypto.sign('RS256', 'rsa', 'x') end").substr(0, 6), "limit:");
}

std::string token_of(std::string_view header, std::string_view claims, std::string_view key = kSecret) {
    auto token = base64(header, true) + "." + base64(claims, true);
    auto const secret = Key::read(*read_base64url(key)).value();
    return token + "." + base64(secret.sign(Algorithm::hs256, token).value(), true);
}

TEST(ScriptTokens, AreChecked) {
    constexpr std::string_view plain = R"({"alg":"HS256"})";
    auto const published =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + std::string(kClaims) + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    auto const rsa_as_secret = [&] {
        auto token = base64(plain, true) + "." + base64("{}", true);
        std::array<unsigned char, 32> digest{};
        std::size_t size = 0;
        EVP_Q_mac(
            nullptr,
            "HMAC",
            nullptr,
            "SHA256",
            nullptr,
            kRsaPublic,
            std::string_view(kRsaPublic).size(),
            reinterpret_cast<unsigned char const*>(token.data()),
            token.size(),
            digest.data(),
            digest.size(),
            &size
        );
        return token + "." + base64({reinterpret_cast<char const*>(digest.data()), size}, true);
    }();
    struct Case {
        std::string token;
        std::string_view rest;  ///< of the arguments: the key, and options
        std::string_view want;
    } const cases[] = {
        {published, "'secret'", R"([{"exp":1300819380,"http://example.com/is_root":true,"iss":"joe"}])"},
        {published, "'secret', {issuer = 'joe'}", R"([{"exp":1300819380,"http://example.com/is_root":true,"iss":"joe"}])"},
        {published,
         "'secret', {issuer = {'ann', 'joe'}, algorithms = {'HS256'}}",
         R"([{"exp":1300819380,"http://example.com/is_root":true,"iss":"joe"}])"},
        {published, "'secret', {issuer = 'ann'}", R"([null,"issuer"])"},
        {published, "'secret', {audience = 'x'}", R"([null,"audience"])"},
        {published, "'secret', {algorithms = {'HS512'}}", R"([null,"algorithm"])"},
        {published, "'rsa_public'", R"([null,"algorithm"])"},
        {rsa_as_secret, "'rsa_public'", R"([null,"algorithm"])"},
        {rsa_as_secret, "'rsa_public', {algorithms = {'HS256'}}", R"([null,"algorithm"])"},
        {published + "A", "'secret'", R"([null,"signature"])"},
        {published + "AA", "'secret'", R"([null,"malformed"])"},
        {published.substr(0, published.size() - 1) + "l", "'secret'", R"([null,"malformed"])"},
        {published.substr(0, published.size() - 2) + "Ek", "'secret'", R"([null,"signature"])"},
        {published + "=", "'secret'", R"([null,"malformed"])"},
        {"", "'secret'", R"([null,"malformed"])"},
        {"..", "'secret'", R"([null,"malformed"])"},
        {"a.b", "'secret'", R"([null,"malformed"])"},
        {"a.b.c.d.e", "'secret'", R"([null,"malformed"])"},
        {std::string(17'000, 'A'), "'secret'", R"([null,"too_large"])"},
        {base64(R"({"alg":"none"})", true) + "." + base64("{}", true) + ".", "'secret'", R"([null,"algorithm"])"},
        {base64(R"({"alg":"none"})", true) + "." + base64("{}", true) + ".", "'ec_public'", R"([null,"algorithm"])"},
        {base64(R"({"alg":"ES256"})", true) + "." + base64("{}", true) + "." + base64(std::string(64, '\0'), true),
         "'ec_public'",
         R"([null,"signature"])"},
        {token_of(plain, "{}"), "'secret'", "[{}]"},
        {token_of(plain, "[]"), "'secret'", R"([null,"malformed"])"},
        {token_of(plain, "nonsense"), "'secret'", R"([null,"malformed"])"},
        {token_of("[]", "{}"), "'secret'", R"([null,"malformed"])"},
        {token_of("{}", "{}"), "'secret'", R"([null,"malformed"])"},
        {token_of(R"({"alg":1})", "{}"), "'secret'", R"([null,"malformed"])"},
        {token_of(R"({"alg":"hs256"})", "{}"), "'secret'", R"([null,"algorithm"])"},
        {token_of(R"({"alg":"HS256","crit":["b64"],"b64":false})", "{}"), "'secret'", R"([null,"malformed"])"},
        {token_of(plain, R"({"exp":1300000000})"), "'secret'", R"([null,"expired"])"},
        {token_of(plain, R"({"exp":1300000000})"), "'secret', {leeway = 1}", R"([{"exp":1300000000}])"},
        {token_of(plain, R"({"exp":1300000000.5})"), "'secret'", R"([{"exp":1300000000.5}])"},
        {token_of(plain, R"({"exp":"soon"})"), "'secret'", R"([null,"malformed"])"},
        {token_of(plain, R"({"exp":null})"), "'secret'", R"([null,"malformed"])"},
        {token_of(plain, R"({"exp":1e999})"), "'secret'", R"([null,"malformed"])"},
        {token_of(plain, R"({"nbf":1300000001})"), "'secret'", R"([null,"too_early"])"},
        {token_of(plain, R"({"nbf":1300000001})"), "'secret', {leeway = 1}", R"([{"nbf":1300000001}])"},
        {token_of(plain, R"({"nbf":1300000000})"), "'secret'", R"([{"nbf":1300000000}])"},
        {token_of(plain, R"({"iss":["joe"]})"), "'secret', {issuer = 'joe'}", R"([null,"issuer"])"},
        {token_of(plain, R"({"aud":"me"})"), "'secret'", R"([null,"audience"])"},
        {token_of(plain, R"({"aud":"me"})"), "'secret', {audience = 'me'}", R"([{"aud":"me"}])"},
        {token_of(plain, R"({"aud":["you","me"]})"), "'secret', {audience = {'us', 'me'}}", R"([{"aud":["you","me"]}])"},
        {token_of(plain, R"({"aud":["you"]})"), "'secret', {audience = 'me'}", R"([null,"audience"])"},
        {token_of(plain, R"({"aud":[]})"), "'secret', {audience = 'me'}", R"([null,"audience"])"},
        {token_of(plain, R"({"aud":1})"), "'secret', {audience = '1'}", R"([null,"audience"])"},
    };
    for (auto const& [token, rest, want] : cases)
        EXPECT_EQ(
            at(1'300'000'000,
               "local claims, why = crypto.jwt.verify(..., " + std::string(rest) + ") return claims and list{claims} or list{null, why}",
               {token}),
            want
        ) << token
          << rest;
    struct Wrong {
        std::string_view rest, want;
    } const wrong[] = {
        {"'secret', {algorithms = {'none'}}", "no such algorithm: use HS256, HS384, HS512, RS256, PS256, ES256 or EdDSA"},
        {"'secret', {algorithm = 'HS256'}", "there is no option 'algorithm'"},
        {"'secret', {audience = 1}", "audience is a text, or a list of texts"},
        {"'secret', {audience = list{}}", "audience is a text, or a list of texts"},
        {"'secret', {leeway = -1}", "leeway is a number of seconds, a day at most"},
        {"'secret', {leeway = 1e9}", "leeway is a number of seconds, a day at most"},
        {"'secret', 1", "options are a table"},
        {"'nobody'", "there is no key 'nobody'"},
    };
    for (auto const& [rest, want] : wrong)
        EXPECT_EQ(
            at(0, "return crypto.jwt.verify('', " + std::string(rest) + ")"),
            "operations/test.lua:2: " + std::string(want) + "; operations/test.lua:2"
        );
}

TEST(ScriptTokens, AreMade) {
    EXPECT_EQ(
        at(0,
           "local t = crypto.jwt.sign('secret', {sub = '1', exp = 5}) return codec.base64.decode(t:match('^[^.]+')) .. "
           "codec.base64.decode(t:match('%.(.-)%.'))"),
        R"("{\"alg\":\"HS256\",\"typ\":\"JWT\"}{\"exp\":5,\"sub\":\"1\"}")"
    );
    EXPECT_EQ(
        at(0,
           "local t = crypto.jwt.sign('rsa', {}, {algorithm = 'PS256', header = {kid = 'a', typ = 'at+jwt'}}) return "
           "codec.base64.decode(t:match('^[^.]+'))"),
        R"("{\"alg\":\"PS256\",\"kid\":\"a\",\"typ\":\"at+jwt\"}")"
    );
    for (std::string_view const key : {"secret", "rsa", "ec", "ed"})
        EXPECT_EQ(
            at(100,
               "local t = crypto.jwt.sign(..., {exp = time.now() + 60, list = list{}}) return {crypto.jwt.verify(t, ...) ~= nil, "
               "(crypto.jwt.verify(t, ...)).list}",
               {key}),
            "[true,[]]"
        ) << key;
    struct Wrong {
        std::string_view call, want;
    } const wrong[] = {
        {"'secret', 1", "claims are a table"},
        {"'secret', list{}", "claims are a table"},
        {"'secret', {x = ('x'):rep(20000)}", "a token has 16 KiB at most"},
        {"'secret', {}, {header = {alg = 'none'}}", "a header's 'alg' is not the script's to say"},
        {"'secret', {}, {header = {crit = {'b64'}}}", "a header's 'crit' is not the script's to say"},
        {"'secret', {}, {header = 1}", "header is a table"},
        {"'secret', {}, {algorithm = 1}", "algorithm is a text"},
        {"'secret', {}, {algorithm = 'none'}", "no such algorithm: use HS256, HS384, HS512, RS256, PS256, ES256 or EdDSA"},
        {"'secret', {}, {algorithm = 'RS256'}", "the key 'secret' is not one for RS256, or too short for it"},
        {"'ec_public', {}", "the key 'ec_public' can't sign: it is a public one"},
        {"'short', {}", "the key 'short' is not one for HS256, or too short for it"},
    };
    for (auto const& [call, want] : wrong)
        EXPECT_EQ(
            at(0, "return crypto.jwt.sign(" + std::string(call) + ")"),
            "operations/test.lua:2: " + std::string(want) + "; operations/test.lua:2"
        ) << call;
}

}  // namespace
}  // namespace koine::script
