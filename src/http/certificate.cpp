#include "http/certificate.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <array>

namespace koine::http {
namespace {

enum class NameKind : unsigned char { host, address4, address6 };

NameKind kind_of_name(std::string const& name) {
    std::array<unsigned char, 16> ignored{};
    if (::inet_pton(AF_INET, name.c_str(), ignored.data()) == 1) return NameKind::address4;
    return ::inet_pton(AF_INET6, name.c_str(), ignored.data()) == 1 ? NameKind::address6 : NameKind::host;
}

bool add(X509* certificate, Signer signer, int what, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, signer.certificate, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, FreedBy<X509_EXTENSION_free>> const made(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
    return made && X509_add_ext(certificate, made.get(), -1) == 1;
}

/// What the authority may sign for; an address stands for its whole loopback net.
std::string constraints(std::vector<std::string> const& names) {
    std::string text = "critical";
    for (auto const& name : names) {
        switch (kind_of_name(name)) {
            case NameKind::host: text += ",permitted;DNS:" + name; break;
            case NameKind::address4: text += fmt::format(",permitted;IP:{}/255.0.0.0", name); break;
            case NameKind::address6: text += fmt::format(",permitted;IP:{}/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", name); break;
        }
    }
    return text;
}

std::string alternatives(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& name : names)
        text.append(text.empty() ? "" : ",").append(kind_of_name(name) == NameKind::host ? "DNS:" : "IP:").append(name);
    return text;
}

bool add_all(CertificateText const& text, X509* made, Signer signer) {
    if (!add(made, signer, NID_subject_key_identifier, "hash")) return false;
    if (text.authority)
        return add(made, signer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
               add(made, signer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
               add(made, signer, NID_name_constraints, constraints(text.names));
    return add(made, signer, NID_basic_constraints, "critical,CA:FALSE") && add(made, signer, NID_key_usage, "critical,digitalSignature") &&
           add(made, signer, NID_ext_key_usage, "serverAuth") && add(made, signer, NID_authority_key_identifier, "keyid:always") &&
           add(made, signer, NID_subject_alt_name, alternatives(text.names));
}

bool set_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
    bytes[0] = (bytes[0] & 0x3f) | 0x40;  // positive, and always of the same length
    std::unique_ptr<BIGNUM, FreedBy<BN_free>> const number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_days(X509* certificate, CertificateText const& text) {
    using std::chrono::system_clock;
    return ASN1_TIME_set(X509_getm_notBefore(certificate), system_clock::to_time_t(text.from)) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), system_clock::to_time_t(text.until)) != nullptr;
}

std::string text_in(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

PrivateKey make_private_key() { return PrivateKey(EVP_EC_gen("P-256")); }

Certificate make_certificate(CertificateText const& text, EVP_PKEY* key, Signer signer) {
    Certificate made(X509_new());
    if (!made || key == nullptr) return nullptr;
    if (signer.certificate == nullptr) signer = {.certificate = made.get(), .key = key};
    auto* const name = X509_get_subject_name(made.get());
    auto const* const words = reinterpret_cast<unsigned char const*>(text.common_name.c_str());
    bool const good = X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(made.get()) && set_days(made.get(), text) &&
                      X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, words, -1, -1, 0) == 1 &&
                      X509_set_issuer_name(made.get(), X509_get_subject_name(signer.certificate)) == 1 &&
                      X509_set_pubkey(made.get(), key) == 1 && add_all(text, made.get(), signer) &&
                      X509_sign(made.get(), signer.key, EVP_sha256()) > 0;
    if (!good) return nullptr;
    return made;
}

std::string pem_of(X509* certificate) {
    Bio const bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
    return text_in(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
    Bio const bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
    return text_in(bio.get());
}

}  // namespace koine::http
