#include "http/tls.hpp"

#include "http/test_tls.hpp"

#include <gtest/gtest.h>

namespace koine::http::testing {
namespace {

std::string rsa_key(unsigned bits) {
    PrivateKey const key(EVP_RSA_gen(bits));
    return pem_of(key.get());
}

std::string small_certificate() {
    PrivateKey const key(EVP_RSA_gen(1024));
    auto const now = std::chrono::system_clock::now();
    CertificateText const text = {
        .common_name = "small", .names = {"localhost"}, .from = now, .until = now + std::chrono::days(1), .authority = false
    };
    return pem_of(make_certificate(text, key.get(), {}).get());
}

TEST(Tls, SaysWhatIsWrongWithTheFiles) {
    Folder const folder;
    TestCertificate const good;
    TestCertificate const other;
    std::string locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    auto cut = good.certificate + other.certificate;
    cut.resize(cut.size() - 60);
    struct Case {
        std::string_view name, certificate, key, file, want;
    };
    auto const small = small_certificate();
    auto const rsa = rsa_key(2048);
    std::string const huge(2'000'000, 'x');
    for (auto const& [name, certificate, key, file, want] : std::initializer_list<Case>{
             {"empty certificate", " ", good.key, "cert.pem", "holds no certificate in PEM form"},
             {"DER", "\x30\x82\x01\x01", good.key, "cert.pem", "holds no certificate in PEM form"},
             {"a key as certificate", good.key, good.key, "cert.pem", "holds no certificate in PEM form"},
             {"a certificate as key", good.certificate, good.certificate, "key.pem", "holds no private key in PEM form"},
             {"damaged chain", cut, good.key, "cert.pem", "one of its certificates is damaged"},
             {"weak", small, good.key, "cert.pem", "the certificate cannot be used: ee key too small"},
             {"locked", good.certificate, locked, "key.pem", "the private key is locked by a password"},
             {"another's key", good.certificate, other.key, "key.pem", "the private key does not belong to the certificate in "},
             {"another kind of key", good.certificate, rsa, "key.pem", "the private key does not belong to the certificate in "},
             {"large", huge, good.key, "cert.pem", "is too large"},
         }) {
        SCOPED_TRACE(name);
        folder.write("cert.pem", certificate);
        folder.write("key.pem", key);
        auto const loaded = Tls::load(folder.file("cert.pem"), folder.file("key.pem"));
        ASSERT_TRUE(loaded.has_error());
        EXPECT_TRUE(describe(loaded.error()).starts_with(fmt::format("{}: {}", folder.file(file), want))) << describe(loaded.error());
    }
    folder.write("key.pem", good.key);
    auto const missing = Tls::load(folder.file("none.pem"), folder.file("key.pem"));
    EXPECT_EQ(describe(missing.error()), folder.file("none.pem") + ": there is no such file");
    auto const no_file = Tls::load(folder.path().string(), folder.file("key.pem"));
    EXPECT_EQ(describe(no_file.error()), folder.path().string() + ": is not a file");
}

TEST(Tls, WarnsOfWhatClientsOrUsersWillMind) {
    Folder const folder;
    TestCertificate const good;
    TestCertificate const other;
    TestCertificate const old("old", -3);
    auto const strange_chain = good.certificate + other.certificate;
    struct Case {
        std::string_view name, certificate, key;
        bool readable;
        std::string_view want;  // empty: nothing
    };
    for (auto const& [name, certificate, key, readable, want] : std::initializer_list<Case>{
             {"good", good.certificate, good.key, false, ""},
             {"expired", old.certificate, old.key, false, "the certificate expired on "},
             {"readable", good.certificate, good.key, true, "every user of this machine can read the private key"},
             {"a stranger in the chain", strange_chain, good.key, false, "certificate 2 did not sign the one before it"},
         }) {
        SCOPED_TRACE(name);
        folder.write("cert.pem", certificate);
        folder.write("key.pem", key);
        if (readable) std::filesystem::permissions(folder.file("key.pem"), std::filesystem::perms(0644));
        auto const loaded = Tls::load(folder.file("cert.pem"), folder.file("key.pem"));
        ASSERT_FALSE(loaded.has_error()) << describe(loaded.error());
        auto const& warnings = loaded.value()->warnings();
        ASSERT_EQ(warnings.size(), want.empty() ? 0u : 1u);
        if (!want.empty()) EXPECT_NE(warnings.front().find(want), std::string::npos) << warnings.front();
    }
}

TEST(Tls, TakesCertificateAndKeyFromOneFile) {
    Folder const folder;
    TestCertificate const good;
    folder.write("both.pem", good.key + good.certificate);
    EXPECT_FALSE(Tls::load(folder.file("both.pem"), folder.file("both.pem")).has_error());
}

}  // namespace
}  // namespace koine::http::testing
