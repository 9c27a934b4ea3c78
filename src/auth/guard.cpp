#include "auth/guard.hpp"

#include "auth/loopback.hpp"

#include <fmt/format.h>

#include <utility>

namespace koine::auth {
namespace {

/// Longer ones are none of ours, and need not be hashed to know it.
constexpr std::size_t kLongestSecret = 256;

query::Principal principal_of(Token const& token) {
    query::Principal principal;
    principal.anonymous = false;
    principal.name = token.name;
    principal.may_read = true;
    principal.may_write = token.may == Access::write;
    return principal;
}

}  // namespace

Guard::Guard(Serving serving, Reach reach, std::shared_ptr<TokenFile> tokens)
    : serving_(serving),
      reach_(reach),
      tokens_(std::move(tokens)) {}

Result<query::Principal> Guard::identify(std::optional<std::string_view> secret, Time at) const {
    auto const known = tokens_->current();
    if (!known.guarded || !secret || secret->empty()) {
        query::Principal anonymous;
        anonymous.may_read = reach_ == Reach::this_machine;
        anonymous.may_write = anonymous.may_read && !known.guarded;
        return anonymous;
    }
    auto const* token = secret->size() <= kLongestSecret ? known.tokens->find(digest_of(*secret)) : nullptr;
    if (token == nullptr || token->is_expired(at)) return Problem(Reason::invalid_token);
    return principal_of(*token);
}

Result<void> Guard::admit(query::Principal const& principal, Access access, std::string_view relation, std::string_view origin) const {
    if (access == Access::read) {
        if (!principal.may_read) return Problem(Reason::authentication_required);
        return outcome::success();
    }
    if (!principal.may_write)
        return Problem(principal.anonymous ? Reason::write_unauthenticated : Reason::permission_denied).with("relation", relation);
    if (principal.anonymous && !origin.empty() && !is_loopback_origin(origin))
        return Problem(Reason::foreign_origin).with("origin", origin);
    return outcome::success();
}

Reach reach_of(std::string_view host) { return is_loopback_host(host) ? Reach::this_machine : Reach::anyone; }

Result<void> check_host(std::string_view host, TokenFile& tokens) {
    if (reach_of(host) == Reach::this_machine || tokens.current().guarded) return outcome::success();
    return configuration_problem(
        "",
        0,
        0,
        fmt::format(
            "will not listen on {}: anyone who reaches it could read the database, and there are no tokens yet; make one (koine token "
            "create), "
            "or use 127.0.0.1",
            host
        )
    );
}

}  // namespace koine::auth
