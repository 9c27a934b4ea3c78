#include "http/tls_dev.hpp"

#include "http/test_tls.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>

namespace koine::http::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

std::string text_of(fs::path const& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

unsigned mode_of(fs::path const& file) {
    struct stat found{};
    ::stat(file.c_str(), &found);
    return found.st_mode & 0777;
}

/// What a client says that trusts the authority; "ok" if it is content.
std::string verdict(X509* certificate, X509* authority, std::string const& host) {
    std::unique_ptr<X509_STORE, FreedBy<X509_STORE_free>> const store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), authority);
    std::unique_ptr<X509_STORE_CTX, FreedBy<X509_STORE_CTX_free>> const context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr);
    auto* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) != 1) X509_VERIFY_PARAM_set1_host(rules, host.c_str(), 0);
    X509_verify_cert(context.get());
    return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

TEST(DevCertificate, IsMadeOnceAndKeptToItsOwner) {
    Folder const folder;
    auto const place = folder.path() / "deep" / "koine";
    auto const first = make_dev_certificate(place).value();
    EXPECT_TRUE(first.new_authority);
    EXPECT_EQ(mode_of(place), 0700u);
    EXPECT_EQ(mode_of(place / "dev-ca.key"), 0600u);
    EXPECT_EQ(mode_of(first.key), 0600u);
    auto const authority = text_of(first.authority);
    auto const certificate = text_of(first.certificate);
    fs::permissions(place, fs::perms(0755));
    fs::permissions(first.key, fs::perms(0644));

    auto const second = make_dev_certificate(place).value();
    EXPECT_FALSE(second.new_authority);
    EXPECT_EQ(text_of(second.authority), authority);
    EXPECT_EQ(text_of(second.certificate), certificate);
    EXPECT_EQ(second.names, first.names);
    EXPECT_EQ(mode_of(place), 0700u);
    EXPECT_EQ(mode_of(second.key), 0600u);
    auto const tls = Tls::load(first.certificate.string(), first.key.string());
    ASSERT_FALSE(tls.has_error()) << describe(tls.error());
    EXPECT_TRUE(tls.value()->warnings().empty());
}

TEST(DevCertificate, HoldsForThisMachineAndNothingElse) {
    Folder const folder;
    auto const made = make_dev_certificate(folder.path()).value();
    auto const authority = certificate_of(text_of(made.authority));
    auto const certificate = certificate_of(text_of(made.certificate));
    EXPECT_TRUE(common_name(authority.get()).starts_with("Koine development CA ("));
    for (auto const& name : made.names) EXPECT_EQ(verdict(certificate.get(), authority.get(), name), "ok") << name;
    EXPECT_EQ(verdict(certificate.get(), authority.get(), "example.org"), "hostname mismatch");

    auto const authority_key = private_key_of(text_of(folder.path() / "dev-ca.key"));
    auto const key = make_private_key();
    auto const now = std::chrono::system_clock::now();
    struct Case {
        std::string name;
        std::string_view want;
    };
    for (auto const& [name, want] : std::initializer_list<Case>{
             {"api.localhost", "ok"},
             {"127.5.5.5", "ok"},
             {"example.org", "permitted subtree violation"},
             {"notlocalhost", "permitted subtree violation"},
             {"10.0.0.1", "permitted subtree violation"},
             {"::2", "permitted subtree violation"},
         }) {
        CertificateText const text = {
            .common_name = "x", .names = {name}, .from = now - days(1), .until = now + days(1), .authority = false
        };
        auto const forged = make_certificate(text, key.get(), {.certificate = authority.get(), .key = authority_key.get()});
        EXPECT_EQ(verdict(forged.get(), authority.get(), name), want) << name;
    }
}

TEST(DevCertificate, IsRenewedBeforeItEnds) {
    Folder const folder;
    auto const now = std::chrono::system_clock::now();
    auto const first = make_dev_certificate(folder.path(), now).value();
    auto const authority = text_of(first.authority);
    auto const certificate = text_of(first.certificate);
    make_dev_certificate(folder.path(), now + days(360)).value();
    EXPECT_EQ(text_of(first.certificate), certificate);
    EXPECT_FALSE(make_dev_certificate(folder.path(), now + days(370)).value().new_authority);
    EXPECT_NE(text_of(first.certificate), certificate);
    EXPECT_EQ(text_of(first.authority), authority);
    EXPECT_TRUE(make_dev_certificate(folder.path(), now + days(3640)).value().new_authority);
    auto const parsed = certificate_of(text_of(first.certificate));
    int length = 0;
    int seconds = 0;
    ASSERT_EQ(ASN1_TIME_diff(&length, &seconds, X509_get0_notBefore(parsed.get()), X509_get0_notAfter(parsed.get())), 1);
    EXPECT_LT(length, 397);
}

TEST(DevCertificate, RepairsWhatIsDamaged) {
    Folder const folder;
    auto const made = make_dev_certificate(folder.path()).value();
    auto const authority = text_of(made.authority);
    TestCertificate const stranger;
    for (auto const& file : {made.certificate, made.key}) {
        folder.write(file.filename().string(), "nonsense");
        EXPECT_FALSE(make_dev_certificate(folder.path()).value().new_authority);
        EXPECT_FALSE(Tls::load(made.certificate.string(), made.key.string()).has_error());
    }
    folder.write("dev-localhost.pem", stranger.certificate);
    folder.write("dev-localhost.key", stranger.key);
    make_dev_certificate(folder.path()).value();
    EXPECT_NE(text_of(made.certificate), stranger.certificate);
    EXPECT_EQ(text_of(made.authority), authority);
    folder.write("dev-ca.key", "nonsense");
    EXPECT_TRUE(make_dev_certificate(folder.path()).value().new_authority);
    auto const parsed = certificate_of(text_of(made.certificate));
    EXPECT_EQ(verdict(parsed.get(), certificate_of(text_of(made.authority)).get(), "localhost"), "ok");
}

TEST(DevCertificate, IsMadeByOneOfThoseThatStartTogether) {
    Folder const folder;
    std::atomic<int> makers = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { makers += make_dev_certificate(folder.path()).value().new_authority ? 1 : 0; });
    }
    EXPECT_EQ(makers, 1);
    EXPECT_FALSE(Tls::load(folder.file("dev-localhost.pem"), folder.file("dev-localhost.key")).has_error());
}

TEST(DevCertificate, SaysWhyItCannotBeMade) {
    Folder const folder;
    folder.write("file", "");
    EXPECT_EQ(
        describe(make_dev_certificate(folder.path() / "file").error()),
        folder.file("file") + ": is not a folder; certificates are to be kept there"
    );
    EXPECT_EQ(
        describe(make_dev_certificate(folder.path() / "file" / "koine").error()),
        folder.file("file/koine") + ": the folder for certificates cannot be made: Not a directory"
    );
}

TEST(TlsSetup, TellsWhatItIsToUse) {
    Folder const folder;
    TestCertificate const good;
    folder.write("c", good.certificate);
    folder.write("k", good.key);
    EXPECT_EQ(set_up_tls("", "", false).value().tls, nullptr);
    EXPECT_NE(set_up_tls(folder.file("c"), folder.file("k"), false).value().tls, nullptr);
    EXPECT_EQ(describe(set_up_tls("c", "", false).error()), "--tls-cert needs --tls-key, its private key");
    EXPECT_EQ(describe(set_up_tls("", "k", false).error()), "--tls-key needs --tls-cert, its certificate");
    EXPECT_EQ(describe(set_up_tls("c", "k", true).error()), "--tls-dev makes a certificate of its own: leave out --tls-cert and --tls-key");
    ::setenv("XDG_DATA_HOME", folder.path().c_str(), 1);
    auto const setup = set_up_tls("", "", true);
    ::unsetenv("XDG_DATA_HOME");
    ASSERT_FALSE(setup.has_error()) << describe(setup.error());
    EXPECT_EQ(setup.value().dev->authority, folder.path() / "koine" / "dev-ca.pem");
    auto const lines = how_to_trust(*setup.value().dev, "https://localhost:3000");
    EXPECT_EQ(lines.front(), fmt::format("curl --cacert '{}' https://localhost:3000", folder.file("koine/dev-ca.pem")));
}

}  // namespace
}  // namespace koine::http::testing
