/// @file Owners of OpenSSL's objects and the words of its errors, for the files of this room that speak to it. Not for headers of ours
/// that other rooms include.
#pragma once

#include "base/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace koine::http {

using Bio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;

/// What OpenSSL says of the newest failure on this thread, e.g. "ee key too small"; forgets all of them. "unknown error" if there is none.
std::string last_openssl_error();
/// A reader of text in memory, which must outlive it.
Bio read_from(std::string_view text);
/// The next certificate of a PEM text; null at its end, or if it is damaged (the error stays to be looked at).
Certificate next_certificate(BIO* pem);
/// The first certificate of a PEM text; null if it holds none. Leaves no error behind.
Certificate certificate_of(std::string_view pem);
/// The first private key of a PEM text; null if it holds none, or only one locked by a password. Leaves no error behind.
PrivateKey private_key_of(std::string_view pem);

}  // namespace koine::http
