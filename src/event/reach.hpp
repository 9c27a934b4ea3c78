/// @file Reach: which addresses this server may send to on behalf of others, so that nobody makes it knock at doors that only it can see.
#pragma once

#include "base/address.hpp"

#include <vector>

namespace koine::event {

/// Whether it is of the internet: not private, loopback, link-local, shared, multicast, reserved or of a documentation's, nor a way through which one of
/// those would be reached (IPv4 within IPv6, tunnels).
bool is_public(Address const& address);

struct Reach {
    std::vector<Address> networks;  ///< allowed beside what is public
    bool anywhere = false;          ///< whatever it is

    bool allows(Address const& address) const;
};

}  // namespace koine::event
