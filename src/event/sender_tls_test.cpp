#include "event/sender.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace koine::event {
namespace {

using How = Sent::How;

/// A key with a certificate that it signed itself, of these names.
struct Identity {
    explicit Identity(std::string const& names) {
        key = EVP_EC_gen("P-256");
        certificate = X509_new();
        X509_set_version(certificate, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        auto* name = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("receiver"), -1, -1, 0);
        X509_set_issuer_name(certificate, name);
        auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
        X509_sign(certificate, key, EVP_sha256());
    }
    ~Identity() {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    Identity(Identity const&) = delete;
    Identity& operator=(Identity const&) = delete;
    EVP_PKEY* key;
    X509* certificate;
};

/// Answers one client with 204, if the handshake succeeds.
class TlsReceiver {
public:
    explicit TlsReceiver(Identity const& identity) : context_(SSL_CTX_new(TLS_server_method())) {
        SSL_CTX_use_certificate(context_, identity.certificate);
        SSL_CTX_use_PrivateKey(context_, identity.key);
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(listener_, 8), 0);
        socklen_t size = sizeof address;
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~TlsReceiver() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
        SSL_CTX_free(context_);
    }
    TlsReceiver(TlsReceiver const&) = delete;
    TlsReceiver& operator=(TlsReceiver const&) = delete;
    std::uint16_t port = 0;

private:
    void serve() {
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        int const client = accept(listener_, nullptr, nullptr);
        if (client < 0) return;
        auto* ssl = SSL_new(context_);
        SSL_set_fd(ssl, client);
        if (SSL_accept(ssl) == 1) {
            char request[4096];
            (void)SSL_read(ssl, request, sizeof request);
            constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";
            (void)SSL_write(ssl, kAnswer.data(), static_cast<int>(kAnswer.size()));
            SSL_shutdown(ssl);
        }
        SSL_free(ssl);
        close(client);
    }

    SSL_CTX* context_;
    int listener_ = -1;
    std::thread thread_;
};

TEST(sender_tls, verifies_the_certificate_unless_told_otherwise) {
    Identity const right("DNS:receiver.test,IP:127.0.0.1"), other("DNS:other.test");
    auto const file = std::filesystem::temp_directory_path() / fmt::format("koine-event-{}.pem", getpid());
    auto const write = [&](Identity const& identity) {
        auto* out = std::fopen(file.c_str(), "w");
        PEM_write_X509(out, identity.certificate);
        std::fclose(out);
        return file.string();
    };
    struct Case {
        std::string_view what;
        Identity const& served;
        Identity const* authority;
        bool verify;
        std::string host;
        bool answered;
    };
    Case const cases[] = {
        {"an authority that nobody knows", right, nullptr, true, "receiver.test", false},
        {"the same, not verified", right, nullptr, false, "receiver.test", true},
        {"of the hook's authority", right, &right, true, "receiver.test", true},
        {"of the hook's authority, by address", right, &right, true, "127.0.0.1", true},
        {"of another authority", right, &other, true, "receiver.test", false},
        {"another name's", other, &other, true, "receiver.test", false},
        {"another name's, not verified", other, nullptr, false, "receiver.test", true},
    };
    SenderOptions options;
    options.reach.anywhere = true;
    options.resolver = [](std::string const&) { return Resolved{{parse_address("127.0.0.1").value()}, {}}; };
    auto sender = Sender::start(options);
    ASSERT_TRUE(sender);
    for (auto const& one : cases) {
        TlsReceiver const receiver(one.served);
        std::promise<Sent> sent;
        Sending sending{.url = fmt::format("https://{}:{}/", one.host, receiver.port), .verify = one.verify};
        if (one.authority != nullptr) sending.authority = write(*one.authority);
        sender.value()->send(std::move(sending), [&](Sent done) { sent.set_value(std::move(done)); });
        auto const done = sent.get_future().get();
        EXPECT_EQ(done.how, one.answered ? How::answered : How::failed) << one.what << ": " << done.error;
        EXPECT_EQ(done.status, one.answered ? 204 : 0) << one.what;
    }
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace koine::event
