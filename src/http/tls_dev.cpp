#include "http/tls_dev.hpp"

#include "http/certificate.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace koine::http {
namespace {

namespace fs = std::filesystem;
using Moment = std::chrono::system_clock::time_point;

constexpr auto kAuthorityLife = std::chrono::days(3650);
constexpr auto kCertificateLife = std::chrono::days(396);  // clients refuse more than 398
constexpr auto kRenewal = std::chrono::days(30);
constexpr auto kClockSkew = std::chrono::hours(1);
constexpr std::size_t kLongestCommonName = 64;

Problem fault(fs::path const& file, std::string_view message) { return configuration_problem(file.string(), 0, 0, message); }
Problem system_fault(fs::path const& file, std::string_view what) { return fault(file, fmt::format("{}: {}", what, std::strerror(errno))); }

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

Result<void> prepare(fs::path const& folder) {
    std::error_code ec;
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), ec);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return system_fault(folder, "the folder for certificates cannot be made");
    struct stat found{};
    if (::stat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))
        return fault(folder, "is not a folder; certificates are to be kept there");
    if (found.st_uid != ::geteuid()) return fault(folder, "belongs to another user; set XDG_DATA_HOME to a folder of your own");
    if ((found.st_mode & 077) != 0 && ::chmod(folder.c_str(), 0700) != 0) return system_fault(folder, "cannot be closed to other users");
    return outcome::success();
}

std::string read_all(fs::path const& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// In one step, so that a server that looks at the file sees the old or the new.
Result<void> write_all(fs::path const& file, std::string_view text, mode_t mode) {
    auto const fresh = fs::path(file).concat(".new");
    ::unlink(fresh.c_str());
    Descriptor const descriptor(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (descriptor.number() < 0 || ::write(descriptor.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::rename(fresh.c_str(), file.c_str()) != 0)
        return system_fault(file, "cannot be written");
    return outcome::success();
}

/// A certificate and its key.
struct Pair {
    Certificate certificate;
    PrivateKey key;
};

Moment moment_of(ASN1_TIME const* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? std::chrono::system_clock::from_time_t(::timegm(&parts)) : Moment{};
}

/// What is kept under these names, unless it is damaged or soon over.
Pair find(fs::path const& certificate_file, fs::path const& key_file, Moment now) {
    Pair found = {certificate_of(read_all(certificate_file)), private_key_of(read_all(key_file))};
    if (!found.certificate || !found.key || X509_check_private_key(found.certificate.get(), found.key.get()) != 1) return {};
    if (moment_of(X509_get0_notAfter(found.certificate.get())) < now + kRenewal) return {};
    if (moment_of(X509_get0_notBefore(found.certificate.get())) > now) return {};
    ::chmod(key_file.c_str(), 0600);
    return found;
}

Result<Pair> make(CertificateText const& text, Signer signer, fs::path const& certificate_file, fs::path const& key_file) {
    Pair made;
    made.key = make_private_key();
    made.certificate = make_certificate(text, made.key.get(), signer);
    if (!made.certificate) return fault(certificate_file, fmt::format("cannot be made: {}", last_openssl_error()));
    KOINE_TRY(write_all(key_file, pem_of(made.key.get()), 0600));
    KOINE_TRY(write_all(certificate_file, pem_of(made.certificate.get()), 0644));
    return made;
}

std::string machine() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    return name.data();
}

bool is_host_name(std::string_view name) {
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    bool const letters = std::ranges::any_of(name, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
    return letters && name.size() <= 253 && std::ranges::all_of(name, fits) && name.front() != '.' && name.front() != '-' &&
           name.find("..") == std::string_view::npos;
}

std::string authority_name(std::string const& host) {
    auto const* const user = ::getpwuid(::geteuid());
    auto name = fmt::format("Koine development CA ({}@{})", user == nullptr ? std::to_string(::geteuid()) : user->pw_name, host);
    if (name.size() > kLongestCommonName) name.resize(kLongestCommonName);
    std::ranges::replace_if(name, [](char c) { return c < ' ' || c > '~'; }, '?');  // half a letter would not be UTF-8
    return name;
}

/// Whether the authority may sign for that host: machines are renamed, and a certificate beyond its bounds would be refused as a whole.
bool permits(X509 const* authority, std::string const& host) {
    void* const found = X509_get_ext_d2i(authority, NID_name_constraints, nullptr, nullptr);
    std::unique_ptr<NAME_CONSTRAINTS, FreedBy<NAME_CONSTRAINTS_free>> const bounds(static_cast<NAME_CONSTRAINTS*>(found));
    for (int i = 0; bounds && i < sk_GENERAL_SUBTREE_num(bounds->permittedSubtrees); ++i) {
        auto const* const name = sk_GENERAL_SUBTREE_value(bounds->permittedSubtrees, i)->base;
        if (name->type != GEN_DNS) continue;
        auto const* const text = reinterpret_cast<char const*>(ASN1_STRING_get0_data(name->d.dNSName));
        if (host == std::string_view(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)))) return true;
    }
    return false;
}

/// What a certificate is good for, in its order.
std::vector<std::string> host_names(X509 const* certificate) {
    void* const found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr);
    std::unique_ptr<GENERAL_NAMES, FreedBy<GENERAL_NAMES_free>> const all(static_cast<GENERAL_NAMES*>(found));
    std::vector<std::string> names;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        auto const* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_DNS) continue;
        auto const* const text = reinterpret_cast<char const*>(ASN1_STRING_get0_data(name->d.dNSName));
        names.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    return names;
}

bool still_good(Pair const& leaf, Pair const& authority, std::vector<std::string> const& hosts) {
    return leaf.certificate && X509_verify(leaf.certificate.get(), authority.key.get()) == 1 && host_names(leaf.certificate.get()) == hosts;
}

}  // namespace

Result<fs::path> dev_certificate_folder() {
    auto const* const data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && *data == '/') return fs::path(data) / "koine";
    auto const* const own = std::getenv("HOME");
    if (own != nullptr && *own == '/') return fs::path(own) / ".local" / "share" / "koine";
    return configuration_problem("", 0, 0, "there is no place for the development certificate: set XDG_DATA_HOME or HOME");
}

Result<DevCertificate> make_dev_certificate(fs::path const& folder, Moment now) {
    KOINE_TRY(prepare(folder));
    Descriptor const turn(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (turn.number() < 0) return system_fault(folder, "cannot be written to");
    while (::flock(turn.number(), LOCK_EX) != 0)
        if (errno != EINTR) return system_fault(folder, "cannot be locked");

    DevCertificate made = {folder / "dev-ca.pem", folder / "dev-localhost.pem", folder / "dev-localhost.key", {}, false};
    auto const authority_key = folder / "dev-ca.key";
    auto const host = machine();
    std::vector<std::string> bounds = {"localhost", "127.0.0.0", "::1"};
    if (is_host_name(host) && host != "localhost") bounds.push_back(host);
    auto const from = now - kClockSkew;

    auto authority = find(made.authority, authority_key, now);
    made.new_authority = !authority.certificate;
    if (made.new_authority) {
        CertificateText const text = {
            .common_name = authority_name(host), .names = bounds, .from = from, .until = now + kAuthorityLife, .authority = true
        };
        KOINE_TRY(authority, make(text, {}, made.authority, authority_key));
    }

    std::vector<std::string> hosts = {"localhost", "*.localhost"};
    if (bounds.size() > 3 && permits(authority.certificate.get(), host)) hosts.push_back(host);
    made.names = hosts;
    made.names.insert(made.names.end(), {"127.0.0.1", "::1"});
    if (still_good(find(made.certificate, made.key, now), authority, hosts)) return made;
    auto const end = moment_of(X509_get0_notAfter(authority.certificate.get()));
    CertificateText const text = {
        .common_name = "localhost",
        .names = made.names,
        .from = from,
        .until = std::min<Moment>(now + kCertificateLife, end),
        .authority = false
    };
    KOINE_TRY(make(text, {.certificate = authority.certificate.get(), .key = authority.key.get()}, made.certificate, made.key));
    return made;
}

std::vector<std::string> how_to_trust(DevCertificate const& made, std::string_view url) {
    auto const file = made.authority.string();
    return {
        fmt::format("curl --cacert '{}' {}", file, url),
        fmt::format("export NODE_EXTRA_CA_CERTS='{}'   # Node", file),
        fmt::format("export SSL_CERT_FILE='{0}' REQUESTS_CA_BUNDLE='{0}'   # Python and others; only this authority is trusted then", file),
        fmt::format(
            "sudo cp '{}' /usr/local/share/ca-certificates/koine-dev.crt && sudo update-ca-certificates   # the whole machine", file
        ),
    };
}

Result<TlsSetup> set_up_tls(std::string const& certificate_file, std::string const& key_file, bool dev, Tls::Tell tell) {
    TlsSetup setup;
    if (certificate_file.empty() != key_file.empty())
        return configuration_problem(
            "",
            0,
            0,
            certificate_file.empty() ? "--tls-key needs --tls-cert, its certificate" : "--tls-cert needs --tls-key, its private key"
        );
    if (dev && !key_file.empty())
        return configuration_problem("", 0, 0, "--tls-dev makes a certificate of its own: leave out --tls-cert and --tls-key");
    if (!dev && key_file.empty()) return setup;
    if (dev) {
        KOINE_TRY(auto folder, dev_certificate_folder());
        KOINE_TRY(auto made, make_dev_certificate(folder));
        setup.dev = std::make_unique<DevCertificate>(std::move(made));
        if (setup.dev->new_authority)
            setup.notes.push_back(fmt::format("a development authority was made: {}", setup.dev->authority.string()));
    }
    Tls::Options options;
    options.certificate_file = dev ? setup.dev->certificate.string() : certificate_file;
    options.key_file = dev ? setup.dev->key.string() : key_file;
    options.tell = std::move(tell);
    KOINE_TRY(setup.tls, Tls::load(std::move(options)));
    setup.notes.insert(setup.notes.end(), setup.tls->warnings().begin(), setup.tls->warnings().end());
    return setup;
}

}  // namespace koine::http
