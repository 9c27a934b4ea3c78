/// @file Principal: who asks, as far as it decides what may be done. Found by a scheme (auth), used by whoever plans and serves.
#pragma once

#include <cstdint>
#include <string>

namespace koine::query {

struct Principal {
    bool anonymous = true;
    std::string name;  ///< of the token; empty if anonymous. Shown in logs, never the secret
    bool may_read = false;
    bool may_write = false;
};

}  // namespace koine::query
