/// @file For tests: certificates in a folder of their own, and the client's rules of TLS.
#pragma once

#include "http/certificate.hpp"
#include "http/test_client.hpp"
#include "http/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace koine::http::testing {

/// A folder that is deleted at the end.
class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "koine-tls-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::string file(std::string_view name) const { return (path_ / name).string(); }
    /// Writes beside the file and moves it there, as those do who renew certificates; only the owner may read it.
    void write(std::string_view name, std::string_view text) const {
        auto const fresh = file(name) + ".new";
        std::ofstream(fresh, std::ios::binary) << text;
        std::filesystem::permissions(fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        std::filesystem::rename(fresh, file(name));
    }
    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// A self-signed certificate as PEM texts, valid from now for so many days (less than 0: it ended that long ago).
struct TestCertificate {
    explicit TestCertificate(std::string name = "localhost", int days = 1) {
        auto const now = std::chrono::system_clock::now();
        auto const private_key = make_private_key();
        CertificateText const text = {
            .common_name = std::move(name),
            .names = {"localhost", "127.0.0.1"},
            .from = now - std::chrono::days(1 + std::abs(days)),
            .until = now + std::chrono::days(days),
            .authority = false
        };
        certificate = pem_of(make_certificate(text, private_key.get(), {}).get());
        key = pem_of(private_key.get());
    }
    std::string certificate, key;
};

using Context = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;

/// A client that trusts everybody and speaks that version (TLS1_2_VERSION…) only; 0: what it likes.
inline Context client_context(int version = 0) {
    Context context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    return context;
}

/// A server that speaks TLS, its files, and what it told.
class TlsServer {
public:
    explicit TlsServer(ServerOptions options = RunningServer::quick(), std::chrono::milliseconds check_interval = std::chrono::seconds(5)) {
        TestCertificate const first("first");
        folder.write("cert.pem", first.certificate);
        folder.write("key.pem", first.key);
        Tls::Options files;
        files.certificate_file = folder.file("cert.pem");
        files.key_file = folder.file("key.pem");
        files.check_interval = check_interval;
        files.tell = [this](std::string const& sentence) {
            std::scoped_lock const guard(lock_);
            told_.push_back(sentence);
        };
        options.tls = Tls::load(std::move(files)).value();
        server_ = std::make_unique<RunningServer>(std::move(options));
    }
    RunningServer& operator*() { return *server_; }
    Server* operator->() { return server_->operator->(); }
    Stage& stage() { return server_->stage; }

    /// A connection whose handshake is done.
    Client connect(int version = 0, int receive_buffer = 0) {
        Client client(server_->operator->()->port(), receive_buffer);
        EXPECT_TRUE(client.secure(client_context(version).get())) << last_openssl_error();
        return client;
    }
    std::vector<std::string> told() {
        std::scoped_lock const guard(lock_);
        return told_;
    }

    Folder folder;

private:
    std::mutex lock_;
    std::vector<std::string> told_;
    std::unique_ptr<RunningServer> server_;
};

/// The common name in a certificate; empty without one.
inline std::string common_name(X509* certificate) {
    char name[128] = "";
    if (certificate != nullptr) X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
}

}  // namespace koine::http::testing
