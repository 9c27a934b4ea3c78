/// @file Principal: who asks, as far as it decides what may be done. Found by a scheme (auth), used by whoever plans and serves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::query {

/// What is said of a user, and of the token that he came with.
struct Rights {
    std::vector<std::string> permissions = {};            ///< the user's own and those of groups, sorted
    std::vector<std::string> roles = {};                  ///< the user's own, and the names of groups, in this order
    std::optional<std::vector<std::string>> scopes = {};  ///< of the token; nothing: it says none, or there is no token
    std::string claims = {};                              ///< of the token: a JSON object of 16 KiB at most, or empty
};

struct Principal {
    bool anonymous = true;
    std::string name;  ///< of the token; empty if anonymous. Shown in logs, never the secret
    bool may_read = false;
    bool may_write = false;

    // Of an app's accounts:
    std::optional<std::int64_t> user;  ///< the user's key
    bool staff = false;
    bool superuser = false;
    bool by_session = false;               ///< known by a cookie: writing needs a proof that the page is ours
    std::shared_ptr<Rights const> rights;  ///< null: none

    bool has_permission(std::string_view permission) const {
        return superuser || (rights && std::ranges::binary_search(rights->permissions, permission));
    }
};

}  // namespace koine::query
