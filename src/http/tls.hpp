/// @file Tls: what a server needs to speak TLS: a certificate, its key, and the rules of the handshake.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct ssl_st;  // OpenSSL's SSL

namespace koine::http {

struct SessionCloser {
    void operator()(ssl_st* session) const noexcept;
};
/// The TLS state of one connection.
using Session = std::unique_ptr<ssl_st, SessionCloser>;

/// A certificate and its key, as files. TLS 1.2 and 1.3, forward secrecy only, ALPN "http/1.1", no renegotiation, no compression,
/// stateless tickets whose keys change once a day. Shared by all workers; every method may be called on any thread.
///
/// The files are looked at again while connections arrive, so that a renewal needs no restart. New files that are no good leave the old
/// certificate in force, and are told once, when they are still no good at the next look: renewals replace two files, one after the other.
class Tls {
public:
    /// Is told what happens at a renewal, in one sentence; on a worker's thread, so it must not block.
    using Tell = std::function<void(std::string const&)>;

    struct Options {
        std::string certificate_file;                     ///< PEM: the certificate, then those between it and the authority
        std::string key_file;                             ///< PEM, without a password; may be the same file
        Tell tell;                                        ///< empty: to standard error
        std::chrono::milliseconds check_interval{5'000};  ///< how often the files are looked at, at most
    };

    /// @return configuration, naming the file: missing, unreadable, not PEM, locked by a password, too weak, key of another certificate.
    static Result<std::shared_ptr<Tls const>> load(Options options);
    static Result<std::shared_ptr<Tls const>> load(std::string certificate_file, std::string key_file);
    ~Tls();
    Tls(Tls const&) = delete;
    Tls& operator=(Tls const&) = delete;

    /// What was odd when it was loaded, a sentence each: expired, not valid yet, a key that every user can read, a chain out of order.
    std::vector<std::string> const& warnings() const;

    /// For a connection that begins: the server's side of a handshake with the certificate of the moment. Null: no memory.
    Session session() const;

private:
    class Impl;
    explicit Tls(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace koine::http
