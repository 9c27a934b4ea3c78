/// @file Links: addresses of single files that are signed and expire, for who need not log in.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace koine::blob {

/// Where such addresses begin, from the server's root on.
inline constexpr std::string_view kLinks = "/-/blob/";
/// The longest time that a link holds, in seconds.
inline constexpr std::int64_t kLongestLink = 366LL * 24 * 3600;

struct Link {
    std::string hash;
    std::int64_t expires = 0;  ///< seconds since 1970
    std::string name, type;    ///< may be empty
    bool inlined = false;
    bool operator==(Link const&) const = default;
};

/// "/-/blob/HASH/WHAT.SIGNATURE", of letters, digits, `-`, `_`, `.` and `/` only. All that it says is signed.
/// A name and a type are as plain_file_name and plain_media_type leave them. @return internal, if OpenSSL fails.
Result<std::string> address_of(Link const& link, std::string_view key);
/// What an address says, if it was made with the key and has not expired; nothing else: why not is nobody's business.
/// The signature is compared in constant time, and before anything of the text is looked at.
std::optional<Link> link_of(std::string_view path, std::string_view key, std::int64_t now);

}  // namespace koine::blob
