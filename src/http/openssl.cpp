#include "http/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace koine::http {
namespace {

/// Without it OpenSSL would ask on the terminal.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

std::string last_openssl_error() {
    auto const code = ERR_peek_last_error();
    ERR_clear_error();
    auto const* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "unknown error" : reason;
}

Bio read_from(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Certificate next_certificate(BIO* pem) { return Certificate(PEM_read_bio_X509(pem, nullptr, no_password, nullptr)); }

Certificate certificate_of(std::string_view pem) {
    auto const bio = read_from(pem);
    auto certificate = next_certificate(bio.get());
    ERR_clear_error();
    return certificate;
}

PrivateKey private_key_of(std::string_view pem) {
    auto const bio = read_from(pem);
    PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    return key;
}

}  // namespace koine::http
