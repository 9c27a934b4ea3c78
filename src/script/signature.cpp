#include "script/signature.hpp"

#include "base/digest.hpp"
#include "base/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <utility>

namespace koine::script {
namespace {

using Bio = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>>;
using Byte = unsigned char;

constexpr std::array<std::pair<std::string_view, Algorithm>, 7> kNames = {{
    {"HS256", Algorithm::hs256},
    {"HS384", Algorithm::hs384},
    {"HS512", Algorithm::hs512},
    {"RS256", Algorithm::rs256},
    {"PS256", Algorithm::ps256},
    {"ES256", Algorithm::es256},
    {"EdDSA", Algorithm::eddsa},
}};
constexpr std::size_t kHalf = 32;  ///< bytes of r, and of s
constexpr int kShortestRsa = 2048;
constexpr int kLongestRsa = 4096;

Problem refused(std::string_view why) { return Problem(Reason::operation_failed).because(why); }

EVP_MD const* hash_of(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs384: return EVP_sha384();
        case Algorithm::hs512: return EVP_sha512();
        case Algorithm::eddsa: return nullptr;
        default: return EVP_sha256();
    }
}

Byte const* bytes_of(std::string_view text) { return reinterpret_cast<Byte const*>(text.data()); }
Byte* bytes_of(std::string& text) { return reinterpret_cast<Byte*>(text.data()); }

/// Nobody is asked for a password.
int no_password(char* /*into*/, int /*size*/, int /*writes*/, void* /*what*/) { return -1; }

/// @return null: there is none.
Pkey read_pem(std::string const& text) {
    auto const open = [&] { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); };
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string::npos) {
        Certificate const certificate(PEM_read_bio_X509(open().get(), nullptr, no_password, nullptr));
        return Pkey(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
    }
    if (text.find("PUBLIC KEY-----") != std::string::npos) return Pkey(PEM_read_bio_PUBKEY(open().get(), nullptr, no_password, nullptr));
    return Pkey(PEM_read_bio_PrivateKey(open().get(), nullptr, no_password, nullptr));
}

/// DER as OpenSSL makes it, to r and s, each in 32 bytes; and back. Empty: it is no such signature.
std::string joined(std::string_view der) {
    auto const* at = bytes_of(der);
    EcSignature const parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parts) return {};
    std::string out(2 * kHalf, '\0');
    bool const fits = BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes_of(out), kHalf) == static_cast<int>(kHalf) &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes_of(out) + kHalf, kHalf) == static_cast<int>(kHalf);
    return fits ? out : std::string();
}
std::string as_der(std::string_view both) {
    if (both.size() != 2 * kHalf) return {};
    EcSignature const parts(ECDSA_SIG_new());
    auto* const r = BN_bin2bn(bytes_of(both), kHalf, nullptr);
    auto* const s = BN_bin2bn(bytes_of(both) + kHalf, kHalf, nullptr);
    if (!parts || ECDSA_SIG_set0(parts.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    std::string out(static_cast<std::size_t>(std::max(i2d_ECDSA_SIG(parts.get(), nullptr), 0)), '\0');
    auto* at = bytes_of(out);
    i2d_ECDSA_SIG(parts.get(), &at);
    return out;
}

bool pads(EVP_PKEY_CTX* context, Algorithm algorithm) {
    if (algorithm != Algorithm::ps256) return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::string_view to_string(Algorithm algorithm) { return kNames[static_cast<std::size_t>(algorithm)].first; }

std::optional<Algorithm> algorithm_named(std::string_view name) {
    for (auto const& [known, algorithm] : kNames)
        if (known == name) return algorithm;
    return std::nullopt;
}

struct Key::Parts {
    Parts() = default;
    ~Parts() { OPENSSL_cleanse(secret.data(), secret.size()); }
    Parts(Parts const&) = delete;
    Parts& operator=(Parts const&) = delete;

    std::string secret;
    Pkey pair;  ///< null: a secret
    Algorithm usual = Algorithm::hs256;
};

Key::Key(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Key::Key(Key&&) noexcept = default;
Key& Key::operator=(Key&&) noexcept = default;
Key::~Key() = default;

Result<Key> Key::read(std::string text) {
    auto parts = std::make_unique<Parts>();
    parts->secret = std::move(text);
    if (parts->secret.find("-----BEGIN ") == std::string::npos) return Key(std::move(parts));
    parts->pair = read_pem(parts->secret);
    ERR_clear_error();
    if (!parts->pair) return refused("is PEM that holds no key, or one with a password");
    auto* const pair = parts->pair.get();
    if (EVP_PKEY_is_a(pair, "RSA") == 1) {
        auto const bits = EVP_PKEY_get_bits(pair);
        if (bits < kShortestRsa || bits > kLongestRsa) return refused("is an RSA key of other than 2048 to 4096 bits");
        parts->usual = Algorithm::rs256;
    } else if (EVP_PKEY_is_a(pair, "ED25519") == 1) {
        parts->usual = Algorithm::eddsa;
    } else {
        std::array<char, 64> group{};
        bool const is_p256 = EVP_PKEY_is_a(pair, "EC") == 1 && EVP_PKEY_get_group_name(pair, group.data(), group.size(), nullptr) == 1 &&
                             std::string_view(group.data()) == "prime256v1";
        if (!is_p256) return refused("is none of RSA, P-256 or Ed25519");
        parts->usual = Algorithm::es256;
    }
    return Key(std::move(parts));
}

bool Key::fits(Algorithm algorithm) const {
    if (parts_->pair) return algorithm == parts_->usual || (parts_->usual == Algorithm::rs256 && algorithm == Algorithm::ps256);
    bool const is_hmac = algorithm == Algorithm::hs256 || algorithm == Algorithm::hs384 || algorithm == Algorithm::hs512;
    return is_hmac && parts_->secret.size() >= static_cast<std::size_t>(EVP_MD_get_size(hash_of(algorithm)));
}

Algorithm Key::usual() const { return parts_->usual; }

std::uint64_t Key::work() const {
    if (!parts_->pair) return 100;
    if (parts_->usual != Algorithm::rs256) return 20'000;
    auto const kilobits = static_cast<std::uint64_t>(EVP_PKEY_get_bits(parts_->pair.get())) / 1024;
    return 20'000 + 12'000 * kilobits * kilobits * kilobits;
}

Result<std::string> Key::sign(Algorithm algorithm, std::string_view text) const {
    if (!parts_->pair) {
        auto const hash = algorithm == Algorithm::hs384 ? Hash::sha384 : algorithm == Algorithm::hs512 ? Hash::sha512 : Hash::sha256;
        auto made = hmac(hash, parts_->secret, text);
        return made ? std::move(made) : refused("can't sign");
    }
    Context const context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* of_key = nullptr;
    std::size_t size = 0;
    bool const begun = context && EVP_DigestSignInit(context.get(), &of_key, hash_of(algorithm), nullptr, parts_->pair.get()) == 1 &&
                       pads(of_key, algorithm) && EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1;
    std::string out(size, '\0');
    bool const done = begun && EVP_DigestSign(context.get(), bytes_of(out), &size, bytes_of(text), text.size()) == 1;
    ERR_clear_error();
    if (!done) return refused("can't sign: it is a public one");
    out.resize(size);
    if (algorithm == Algorithm::es256) out = joined(out);
    return out;
}

bool Key::verify(Algorithm algorithm, std::string_view text, std::string_view signature) const {
    if (!parts_->pair) {
        auto const wanted = sign(algorithm, text);
        return wanted && wanted.value().size() == signature.size() &&
               CRYPTO_memcmp(wanted.value().data(), signature.data(), signature.size()) == 0;
    }
    std::string const der = algorithm == Algorithm::es256 ? as_der(signature) : std::string(signature);
    Context const context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* of_key = nullptr;
    bool const right =
        context && !der.empty() && EVP_DigestVerifyInit(context.get(), &of_key, hash_of(algorithm), nullptr, parts_->pair.get()) == 1 &&
        pads(of_key, algorithm) && EVP_DigestVerify(context.get(), bytes_of(der), der.size(), bytes_of(text), text.size()) == 1;
    ERR_clear_error();
    return right;
}

}  // namespace koine::script
