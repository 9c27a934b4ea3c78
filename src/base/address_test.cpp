#include "base/address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace koine {
namespace {

TEST(Address, IsReadAndWrittenInItsShortestForm) {
    struct Case {
        std::string_view text;
        std::string_view want;  ///< empty: none
    };
    using namespace std::string_view_literals;
    std::vector<Case> const cases = {
        {"192.0.2.3", "192.0.2.3"},
        {"192.0.2.3/24", "192.0.2.3/24"},
        {"0.0.0.0/0", "0.0.0.0/0"},
        {"255.255.255.255/32", "255.255.255.255/32"},
        {"2001:DB8:13:37::1/64", "2001:db8:13:37::1/64"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"::", "::"},
        {"::1/128", "::1/128"},
        {"1::", "1::"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // one group is not shortened
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // of equals the first
        {"::ffff:192.0.2.3", "::ffff:192.0.2.3"},
        {"::ffff:c000:203/120", "::ffff:192.0.2.3/120"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"", ""},
        {"bad", ""},
        {"192.0.2", ""},
        {"192.0.2.256", ""},
        {"192.0.2.03", ""},
        {"192.0.2.3/33", ""},
        {"192.0.2.3/", ""},
        {"192.0.2.3/+8", ""},
        {"192.0.2.3/08", ""},
        {"192.0.2.3/255.255.255.0", ""},
        {"192.0.2.3/24/24", ""},
        {" 192.0.2.3", ""},
        {"192.0.2.3\0"sv, ""},
        {"::1/129", ""},
        {"fe80::1%eth0", ""},
        {"1::2::3", ""},
        {":::", ""},
        {"12345::", ""},
    };
    for (auto const& [text, want] : cases) {
        SCOPED_TRACE(text);
        auto const address = parse_address(text);
        EXPECT_EQ(address ? address->text() : std::string(), want);
        if (address) EXPECT_EQ(parse_address(address->text()), address);
    }
    EXPECT_FALSE(parse_address(std::string(100'000, ':')));
}

TEST(Address, KnowsItsNetwork) {
    struct Case {
        std::string_view text;
        std::string_view network;
        bool is_network;
        bool is_broadcast;
    };
    std::vector<Case> const cases = {
        {"198.51.100.0/30", "198.51.100.0/30", true, false},
        {"198.51.100.3/30", "198.51.100.0/30", false, true},
        {"198.51.100.2/30", "198.51.100.0/30", false, false},
        {"198.51.100.0/31", "198.51.100.0/31", false, false},
        {"198.51.100.1/32", "198.51.100.1/32", false, false},
        {"198.51.100.0", "198.51.100.0", false, false},
        {"10.20.30.40/12", "10.16.0.0/12", false, false},
        {"0.0.0.0/0", "0.0.0.0/0", true, false},
        {"2001:db8::/64", "2001:db8::/64", true, false},
        {"2001:db8::ffff:ffff:ffff:ffff/64", "2001:db8::/64", false, true},
        {"2001:db8::1/127", "2001:db8::/127", false, false},
    };
    for (auto const& [text, network, is_network, is_broadcast] : cases) {
        SCOPED_TRACE(text);
        auto const address = parse_address(text);
        ASSERT_TRUE(address);
        EXPECT_EQ(address->network().text(), network);
        EXPECT_EQ(address->is_network(), is_network);
        EXPECT_EQ(address->is_broadcast(), is_broadcast);
    }
}

TEST(Address, HoldsTheAddressesOfItsNetwork) {
    struct Case {
        std::string_view network;
        std::string_view address;
        bool inside;
    };
    std::vector<Case> const cases = {
        {"203.0.113.0/24", "203.0.113.200", true},
        {"203.0.113.0/24", "203.0.114.1", false},
        {"203.0.113.9/24", "203.0.113.200/32", true},
        {"203.0.113.9", "203.0.113.9", true},
        {"203.0.113.9", "203.0.113.8", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
    };
    for (auto const& [network, address, inside] : cases) {
        SCOPED_TRACE(network);
        EXPECT_EQ(parse_address(network)->contains(*parse_address(address)), inside);
    }
}

TEST(Address, ComparesByFamilyNetworkLengthAndHost) {
    // Ascending; those of one line are equivalent.
    std::vector<std::vector<std::string_view>> const lines = {
        {"0.0.0.0/0"},
        {"9.0.0.1", "9.0.0.1/32"},
        {"10.0.0.0/8"},
        {"10.0.0.5/8"},
        {"10.0.0.0/16"},
        {"10.0.0.1/24"},
        {"10.0.0.9/24"},
        {"10.0.0.1"},
        {"10.0.0.5"},
        {"10.0.1.0/24"},
        {"192.0.2.1"},
        {"::/0"},
        {"::1"},
        {"::ffff:9.0.0.1"},
        {"2001:db8::/32"},
        {"2001:db8::1/64"},
        {"2001:db8::1", "2001:DB8:0::1/128"},
        {"2001:db8::10"},
        {"2001:db8:0:1::/64"},
        {"fe80::1"},
    };
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (std::size_t j = 0; j < lines.size(); ++j)
            for (auto const left : lines[i])
                for (auto const right : lines[j])
                    EXPECT_EQ(compare(*parse_address(left), *parse_address(right)), i <=> j) << left << " and " << right;
}

}  // namespace
}  // namespace koine
