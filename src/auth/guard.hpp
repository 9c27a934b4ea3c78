/// @file Guard: who asks, and what they may. The one place that decides it.
#pragma once

#include "auth/token_file.hpp"
#include "auth/tokens.hpp"
#include "base/result.hpp"
#include "query/principal.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace koine::auth {

/// Whether anything may be written at all (`--write`).
enum class Serving : std::uint8_t { reads, writes };
/// Who can reach the server.
enum class Reach : std::uint8_t { this_machine, anyone };

/// |                          | no tokens, this machine only        | tokens                                                    |
/// | ------------------------ | ----------------------------------- | --------------------------------------------------------- |
/// | a secret                 | is ignored                          | is a token's, or invalid_token                            |
/// | reading without          | yes                                 | yes on this machine only, else authentication_required    |
/// | writing without          | yes, but from pages of other sites  | write_unauthenticated                                     |
/// | writing with a `read`    |                                     | permission_denied                                         |
///
/// "Tokens" also where there were some since the start. Where anyone can reach a server without tokens nothing is allowed.
/// Immutable but for the tokens; thread-safe.
class Guard {
public:
    /// @param tokens not null.
    Guard(Serving serving, Reach reach, std::shared_ptr<TokenFile> tokens);

    /// Whether anything may be written at all. To be asked before `admit`: where it may not, that is told to everyone alike.
    bool is_writable() const { return serving_ == Serving::writes; }
    Reach reach() const { return reach_; }
    /// Whether tokens decide. For banners and documents.
    bool is_guarded() const { return tokens_->current().guarded; }

    /// Who asks. @param secret as the request carries it; nothing or an empty one is anonymous. @return invalid_token: unknown, revoked or
    /// expired.
    Result<query::Principal> identify(std::optional<std::string_view> secret, Time at = now()) const;

    /// Whether they may. @param relation what is read or written, for the answer's words. @param origin the request's Origin header; empty
    /// if it has none. @return authentication_required, write_unauthenticated, permission_denied, foreign_origin.
    Result<void> admit(query::Principal const& principal, Access access, std::string_view relation, std::string_view origin) const;

private:
    Serving serving_;
    Reach reach_;
    std::shared_ptr<TokenFile> tokens_;
};

/// How far a server is reached that listens on that host.
Reach reach_of(std::string_view host);
/// Refuses to listen where anyone could read, while there are no tokens. @return configuration, told in a sentence.
Result<void> check_host(std::string_view host, TokenFile& tokens);

}  // namespace koine::auth
