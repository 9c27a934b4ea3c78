/// @file AccountPages: where people log in, and where they see to their tokens.
#pragma once

#include "page/browse_page.hpp"

#include <optional>
#include <string>
#include <vector>

namespace koine::page {

struct LoginFacts {
    Surroundings around;
    std::string next;   ///< where to go then: a path of this server
    std::string name;   ///< given before
    std::string fault;  ///< why it failed; empty: it was not tried
};

/// A whole HTML document, to be sent with `form_page_headers`, as are the others. Who is logged in already may do it anew.
std::string login_page(LoginFacts const& facts);

/// A token as its owner sees it; its secret is never known again.
struct TokenRow {
    std::string key;  ///< of its row
    std::string description;
    std::string created, expires, used;  ///< times for people; empty: unknown, never
    bool may_write = false;
};

struct TokensFacts {
    Surroundings around;
    std::vector<TokenRow> tokens;
    bool more = false;  ///< there are others, which are not shown
    bool has_write = false, has_expires = false, has_description = false, has_used = false;
    std::uint32_t longest_description = 0;
    std::optional<std::string> made;  ///< the secret of one just made: shown this once
    std::vector<std::string> faults;  ///< why none was made
    std::string fault_of_expires;
    std::string description, expires;  ///< given before
};

std::string tokens_page(TokensFacts const& facts);

}  // namespace koine::page
