/// @file Making certificates: for the development authority, and for tests.
#pragma once

#include "http/openssl.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace koine::http {

/// What a certificate is to say.
struct CertificateText {
    std::string common_name;         ///< at most 64 bytes, which is X.509's limit
    std::vector<std::string> names;  ///< host names and addresses. Of an authority: the only ones it may sign for; names cover those below
    std::chrono::system_clock::time_point from, until;
    bool authority = false;
};

/// Who signs: null for both means the certificate itself.
struct Signer {
    X509* certificate = nullptr;
    EVP_PKEY* key = nullptr;
};

/// A new ECDSA key on P-256. Null if OpenSSL can't; ask `last_openssl_error`.
PrivateKey make_private_key();
/// A certificate of that key. Names must be of [A-Za-z0-9.:*-]: they are part of OpenSSL's little language. Null likewise.
Certificate make_certificate(CertificateText const& text, EVP_PKEY* key, Signer signer);
std::string pem_of(X509* certificate);
std::string pem_of(EVP_PKEY* key);

}  // namespace koine::http
