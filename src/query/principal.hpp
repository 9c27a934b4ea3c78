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

struct Principal {
    bool anonymous = true;
    std::string name;  ///< of the token; empty if anonymous. Shown in logs, never the secret
    bool may_read = false;
    bool may_write = false;

    // Of an app's accounts:
    std::optional<std::int64_t> user;  ///< the user's key
    bool staff = false;
    bool superuser = false;
    bool by_session = false;                                      ///< known by a cookie: writing needs a proof that the page is ours
    std::shared_ptr<std::vector<std::string> const> permissions;  ///< the user's own and those of groups, sorted; null: none

    bool has_permission(std::string_view permission) const {
        return superuser || (permissions && std::binary_search(permissions->begin(), permissions->end(), permission));
    }
};

}  // namespace koine::query
