#include "event/reach.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace koine::event {
namespace {

Address of(std::string_view text) {
    auto const address = parse_address(text);
    EXPECT_TRUE(address) << text;
    return address.value_or(Address());
}

TEST(reach, takes_what_is_of_the_internet) {
    for (std::string_view text :
         {"1.1.1.1",         "9.255.255.255",   "11.0.0.0",    "100.63.255.255", "100.128.0.0",    "126.255.255.255", "128.0.0.1",
          "169.253.0.1",     "172.15.255.255",  "172.32.0.0",  "192.0.1.1",      "192.167.0.1",    "198.17.0.1",      "198.20.0.1",
          "223.255.255.255", "2606:4700::1111", "2001:200::1", "3ffe::1",        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"})
        EXPECT_TRUE(is_public(of(text))) << text;
}

TEST(reach, refuses_every_other_address_in_every_form) {
    for (std::string_view text : {
             "0.0.0.0",
             "0.1.2.3",
             "10.0.0.1",
             "10.255.255.255",
             "100.64.0.1",
             "100.127.255.255",
             "127.0.0.1",
             "127.255.255.254",
             "169.254.0.1",
             "169.254.169.254",
             "172.16.0.1",
             "172.31.255.255",
             "192.0.0.1",
             "192.0.2.1",
             "192.88.99.1",
             "192.168.0.1",
             "198.18.0.1",
             "198.19.255.255",
             "198.51.100.1",
             "203.0.113.1",
             "224.0.0.1",
             "239.255.255.255",
             "240.0.0.1",
             "255.255.255.255",
             "::",
             "::1",
             "::127.0.0.1",  // compatible with IPv4
             "::8.8.8.8",
             "::ffff:127.0.0.1",  // mapped
             "::ffff:10.0.0.1",
             "::ffff:169.254.169.254",
             "::ffff:0.0.0.0",
             "64:ff9b::127.0.0.1",  // NAT64
             "64:ff9b::192.168.0.1",
             "64:ff9b:1::1",
             "2002:7f00:1::",     // 6to4 of 127.0.0.1
             "2002:808:808::1",   // of any other
             "2001:0:7f00:1::1",  // Teredo
             "2001:2::1",         // benchmarks
             "2001:10::1",        // ORCHID
             "2001:db8::1",
             "3fff::1",
             "100::1",   // discarded
             "5f00::1",  // segment routing
             "fc00::1",
             "fd12:3456::1",
             "fe80::1",
             "fec0::1",
             "ff02::1",
             "ffff::1",
         })
        EXPECT_FALSE(is_public(of(text))) << text;
}

TEST(reach, is_widened_by_networks) {
    struct Case {
        Reach reach;
        std::string_view address;
        bool allowed;
    };
    Reach const loopback{{of("127.0.0.0/8")}};
    Reach const two{{of("10.1.0.0/16"), of("fd00::/8")}};
    Case const cases[] = {
        {{}, "127.0.0.1", false},
        {{}, "8.8.8.8", true},
        {loopback, "127.0.0.1", true},
        {loopback, "::ffff:127.0.0.1", true},
        {loopback, "64:ff9b::127.0.0.1", true},
        {loopback, "::127.0.0.1", false},
        {loopback, "::1", false},
        {loopback, "8.8.8.8", true},
        {two, "10.1.2.3", true},
        {two, "10.2.2.3", false},
        {two, "fd00::1", true},
        {two, "fe80::1", false},
        {{{}, true}, "127.0.0.1", true},
        {{{}, true}, "::", true},
    };
    for (auto const& one : cases) EXPECT_EQ(one.reach.allows(of(one.address)), one.allowed) << one.address;
}

}  // namespace
}  // namespace koine::event
