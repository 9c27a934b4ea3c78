/// @file TLS for development: an authority of this machine and user, and a certificate for localhost signed by it.
#pragma once

#include "base/result.hpp"
#include "http/tls.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::http {

/// Where they are, and what they say.
struct DevCertificate {
    std::filesystem::path authority;  ///< the authority's certificate, which clients are to trust
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::vector<std::string> names;  ///< what the certificate is good for
    bool new_authority = false;      ///< it was made just now: clients that trusted an older one must be told again
};

/// Where they are kept: "koine" in $XDG_DATA_HOME, or else in .local/share of $HOME. @return configuration if neither is set.
Result<std::filesystem::path> dev_certificate_folder();

/// Makes what is missing, damaged, or runs out within 30 days, and finds the rest as it was made before. The authority (ECDSA P-256, ten
/// years) is made once; it can sign for localhost, the loopback addresses and this machine's name of that day and for nothing else, so that
/// who steals its key cannot pose as any other site. The certificate is valid for 396 days. The folder is 0700, keys are 0600; programs that
/// start at the same time take turns. `now` is for tests.
/// @return configuration: the folder can't be made, written to, or belongs to somebody else.
Result<DevCertificate> make_dev_certificate(
    std::filesystem::path const& folder, std::chrono::system_clock::time_point now = std::chrono::system_clock::now()
);

/// How to make clients trust the authority: a line each, a command or a comment beginning with '#'.
std::vector<std::string> how_to_trust(DevCertificate const& made, std::string_view url);

/// What a server is to use, of its three settings.
struct TlsSetup {
    std::shared_ptr<Tls const> tls;       ///< null: plain HTTP
    std::vector<std::string> notes;       ///< to be told at start, a sentence each
    std::unique_ptr<DevCertificate> dev;  ///< for `how_to_trust`; null unless `dev` was asked for
};
/// Empty texts are settings not given. @param tell as Tls::Options has it. @return configuration: one file without the other, files and `dev` together, or as `Tls::load` and
/// `make_dev_certificate` say.
Result<TlsSetup> set_up_tls(std::string const& certificate_file, std::string const& key_file, bool dev, Tls::Tell tell = {});

}  // namespace koine::http
