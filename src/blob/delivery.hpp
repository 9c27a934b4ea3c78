/// @file Delivery: how a file is given out over HTTP: which part, and what is said of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::blob {

/// What is given out.
struct Offer {
    std::string_view hash = {};
    std::uint64_t size = 0;
    std::string_view name = {}, type = {};  ///< may be empty, and whatever strangers wrote
    bool inlined = false;                   ///< to be shown, if its type is one of those that do no harm
};

/// What a request says of it; empty: nothing.
struct Asked {
    std::string_view range = {}, if_none_match = {}, if_range = {};
    bool head = false;  ///< else GET
};

struct Delivery {
    int status = 200;  ///< 200, 206, 304, 416
    std::vector<std::pair<std::string, std::string>> headers;
    std::uint64_t offset = 0, count = 0;  ///< of the body; 304 and 416 have none
};

/// RFC 9110 §13, §14: one range; of several, and of what is none, all is given. The hash is a strong ETag.
Delivery deliver(Offer const& offer, Asked const& asked);

/// RFC 6266: `attachment; filename="x"; filename*=UTF-8''…`.
std::string disposition_of(std::string_view name, bool inlined);

}  // namespace koine::blob
