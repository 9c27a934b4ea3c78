#include "http/tls.hpp"

#include "http/openssl.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace koine::http {
namespace {

using Clock = std::chrono::steady_clock;
using Context = std::shared_ptr<SSL_CTX>;

constexpr std::size_t kLargestFile = 1024 * 1024;
constexpr auto kTicketKeysLife = std::chrono::hours(24);            // who steals them can read what was resumed with them
constexpr char const* kOldCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // for 1.2; those of 1.3 are all good
constexpr std::string_view kProtocol = "\x08http/1.1";

Problem fault(std::string const& file, std::string_view message) { return configuration_problem(file, 0, 0, message); }

/// What tells a file from the one that stood there before.
struct Stamp {
    dev_t device = 0;
    ino_t number = 0;
    off_t size = -1;
    std::time_t seconds = 0;
    long nanoseconds = 0;
    bool operator==(Stamp const&) const = default;
};

Stamp stamp_of(std::string const& file) {
    struct stat found{};
    if (::stat(file.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

struct Text {
    std::string bytes;
    bool others_may_read = false;
};

Result<Text> read_text(std::string const& file) {
    // Non-blocking, for opening a pipe by mistake would wait for its writer.
    int const descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return fault(file, errno == ENOENT ? "there is no such file" : fmt::format("cannot be read: {}", std::strerror(errno)));
    auto const close = std::unique_ptr<int const, void (*)(int const*)>(&descriptor, [](int const* open) { ::close(*open); });
    struct stat found{};
    if (::fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) return fault(file, "is not a file");
    if (found.st_size > static_cast<off_t>(kLargestFile)) return fault(file, "is too large to be a certificate or a key");
    Text text = {.bytes = {}, .others_may_read = (found.st_mode & S_IROTH) != 0};
    std::array<char, 16 * 1024> part{};
    while (text.bytes.size() <= kLargestFile) {
        auto const count = ::read(descriptor, part.data(), part.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault(file, fmt::format("cannot be read: {}", std::strerror(errno)));
        if (count == 0) break;
        text.bytes.append(part.data(), static_cast<std::size_t>(count));
    }
    return text;
}

std::string day_of(ASN1_TIME const* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown day";
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* length, unsigned char const* offered, unsigned int size, void*) {
    unsigned char* found = nullptr;
    auto const* ours = reinterpret_cast<unsigned char const*>(kProtocol.data());
    if (SSL_select_next_proto(&found, length, ours, kProtocol.size(), offered, size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

Context make_rules() {
    Context context(SSL_CTX_new(TLS_server_method()), [](SSL_CTX* old) { SSL_CTX_free(old); });
    auto* const raw = context.get();
    if (raw == nullptr || SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 || SSL_CTX_set_cipher_list(raw, kOldCiphers) != 1)
        return {};
    SSL_CTX_set_options(
        raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF
    );
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);  // a read that only met KeyUpdates ends, so that they can't hold the worker
    SSL_CTX_set_read_ahead(raw, 1);                // head and body of a record in one system call
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 1);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    return context;
}

struct Made {
    Context context;
    std::vector<std::string> warnings;
    std::string until;  ///< the last day of the certificate
};

void judge_days(X509 const* certificate, std::string const& file, Made& made) {
    auto const* const from = X509_get0_notBefore(certificate);
    auto const* const until = X509_get0_notAfter(certificate);
    made.until = day_of(until);
    if (X509_cmp_current_time(until) < 0)
        made.warnings.push_back(fmt::format("{}: the certificate expired on {}; clients will refuse it", file, made.until));
    if (X509_cmp_current_time(from) > 0)
        made.warnings.push_back(fmt::format("{}: the certificate is not valid before {}; clients will refuse it", file, day_of(from)));
}

Result<void> use_certificates(SSL_CTX* context, std::string const& file, std::string const& pem, Made& made) {
    auto const bio = read_from(pem);
    Certificate above;
    for (int number = 1;; ++number) {
        auto certificate = next_certificate(bio.get());
        if (!certificate && number > 1) break;
        if (!certificate) {
            ERR_clear_error();
            return fault(file, "holds no certificate in PEM form (a line BEGIN CERTIFICATE is missing, or what follows it is damaged)");
        }
        if (above && X509_check_issued(certificate.get(), above.get()) != X509_V_OK)
            made.warnings.push_back(
                fmt::format("{}: certificate {} did not sign the one before it; some clients will refuse the chain", file, number)
            );
        bool const used = number == 1 ? SSL_CTX_use_certificate(context, certificate.get()) == 1
                                      : SSL_CTX_add1_chain_cert(context, certificate.get()) == 1;
        if (!used) return fault(file, fmt::format("the certificate cannot be used: {}", last_openssl_error()));
        if (number == 1) judge_days(certificate.get(), file, made);
        above = std::move(certificate);
    }
    auto const end = ERR_peek_last_error();
    ERR_clear_error();
    if (ERR_GET_REASON(end) != PEM_R_NO_START_LINE) return fault(file, "one of its certificates is damaged");
    return outcome::success();
}

Result<void> use_key(SSL_CTX* context, std::string const& certificate_file, std::string const& file, Text const& text, Made& made) {
    auto const key = private_key_of(text.bytes);
    if (!key && text.bytes.find("ENCRYPTED") != std::string::npos)
        return fault(
            file, "the private key is locked by a password; write it without one (openssl pkey -in FILE -out NEW) and protect the file"
        );
    if (!key) return fault(file, "holds no private key in PEM form (a line BEGIN PRIVATE KEY is missing, or what follows it is damaged)");
    if (X509_check_private_key(SSL_CTX_get0_certificate(context), key.get()) != 1) {
        ERR_clear_error();
        return fault(file, fmt::format("the private key does not belong to the certificate in {}", certificate_file));
    }
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        return fault(file, fmt::format("the private key cannot be used: {}", last_openssl_error()));
    if (text.others_may_read)
        made.warnings.push_back(fmt::format("{}: every user of this machine can read the private key; chmod 600 it", file));
    return outcome::success();
}

Result<Made> make_context(Tls::Options const& files) {
    KOINE_TRY(auto certificates, read_text(files.certificate_file));
    KOINE_TRY(auto key, read_text(files.key_file));
    Made made;
    made.context = make_rules();
    if (!made.context) return fault("", fmt::format("TLS cannot be set up: {}", last_openssl_error()));
    KOINE_TRY(use_certificates(made.context.get(), files.certificate_file, certificates.bytes, made));
    KOINE_TRY(use_key(made.context.get(), files.certificate_file, files.key_file, key, made));
    OPENSSL_cleanse(key.bytes.data(), key.bytes.size());
    return made;
}

}  // namespace

void SessionCloser::operator()(ssl_st* session) const noexcept { SSL_free(session); }

/// Invariant: `context_` and what follows it are touched under `lock_` only, the rest below by whoever holds `looking_`.
class Tls::Impl {
public:
    Impl(Options files, std::pair<Stamp, Stamp> stamps, Made made)
        : warnings(std::move(made.warnings)),
          files_(std::move(files)),
          next_look_(Clock::now() + files_.check_interval),
          context_(std::move(made.context)),
          stamps_(std::move(stamps)),
          made_at_(Clock::now()) {}

    static std::pair<Stamp, Stamp> stamps(Options const& files) { return {stamp_of(files.certificate_file), stamp_of(files.key_file)}; }

    Context context() {
        std::scoped_lock const guard(lock_);
        return context_;
    }

    void look() {
        auto const now = Clock::now();
        auto due = next_look_.load(std::memory_order_relaxed);
        if (now < due || !next_look_.compare_exchange_strong(due, now + files_.check_interval)) return;
        std::unique_lock const looking(looking_, std::try_to_lock);
        if (!looking.owns_lock()) return;
        auto const found = stamps(files_);
        bool const changed = found != stamps_;
        if (changed ? told_ && found == failed_ : now - made_at_ < kTicketKeysLife) return;
        auto made = make_context(files_);
        if (made.has_error()) return refuse(found, made.error());
        stamps_ = found;
        failed_.reset();
        made_at_ = now;
        {
            std::scoped_lock const guard(lock_);
            context_.swap(made.value().context);
        }
        if (!changed) return;
        tell(fmt::format("{}: changed, and in use; valid until {}", files_.certificate_file, made.value().until));
        for (auto const& warning : made.value().warnings) tell(warning);
    }

    std::vector<std::string> const warnings;

private:
    void refuse(std::pair<Stamp, Stamp> const& found, Problem const& problem) {
        bool const again = std::exchange(failed_, found) == found;
        if (again && !std::exchange(told_, true)) tell(fmt::format("{}; the certificate loaded before stays in use", describe(problem)));
        if (!again) told_ = false;
    }

    void tell(std::string const& sentence) const {
        if (files_.tell) return files_.tell(sentence);
        fmt::print(stderr, "koine: {}\n", sentence);
    }

    Options const files_;
    std::atomic<Clock::time_point> next_look_;
    std::mutex lock_;
    Context context_;
    std::mutex looking_;
    std::pair<Stamp, Stamp> stamps_;
    std::optional<std::pair<Stamp, Stamp>> failed_;
    bool told_ = false;
    Clock::time_point made_at_;
};

Tls::Tls(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tls::~Tls() = default;

Result<std::shared_ptr<Tls const>> Tls::load(Options options) {
    auto const stamps = Impl::stamps(options);
    KOINE_TRY(auto made, make_context(options));
    return std::shared_ptr<Tls const>(new Tls(std::make_unique<Impl>(std::move(options), stamps, std::move(made))));
}

Result<std::shared_ptr<Tls const>> Tls::load(std::string certificate_file, std::string key_file) {
    Options options;
    options.certificate_file = std::move(certificate_file);
    options.key_file = std::move(key_file);
    return load(std::move(options));
}

std::vector<std::string> const& Tls::warnings() const { return impl_->warnings; }

Session Tls::session() const {
    impl_->look();
    auto const context = impl_->context();
    Session session(SSL_new(context.get()));
    if (session) SSL_set_accept_state(session.get());
    return session;
}

}  // namespace koine::http
