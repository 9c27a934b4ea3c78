#include "blob/link.hpp"

#include <gtest/gtest.h>

namespace koine::blob {
namespace {

std::string const kHash(64, 'a');
constexpr std::string_view kKey = "0123456789abcdef";

std::string made(Link const& link, std::string_view key = kKey) { return address_of(link, key).value(); }

TEST(Link, SaysWhatWasSigned) {
    Link const cases[] = {
        {kHash, 1000, "", "", false},
        {kHash, 1000, "a.txt", "text/plain", false},
        {kHash, 1, "na\xC3\xAFve \".txt", "image/png", true},
        {kHash, 9'000'000'000, "a/b", "", true},
    };
    for (auto link : cases) {
        auto const address = made(link);
        EXPECT_EQ(address.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./"), std::string::npos);
        auto const read = link_of(address, kKey, 0);
        ASSERT_TRUE(read) << address;
        if (link.name == "a/b") link.name = "b";
        EXPECT_EQ(*read, link);
    }
}

TEST(Link, Expires) {
    auto const address = made({kHash, 1000, "a", "", false});
    EXPECT_TRUE(link_of(address, kKey, 999));
    EXPECT_FALSE(link_of(address, kKey, 1000));
    EXPECT_FALSE(link_of(address, kKey, 1001));
}

TEST(Link, TakesNoForgery) {
    auto const address = made({kHash, 1000, "a.txt", "text/plain", false});
    EXPECT_FALSE(link_of(address, "another key", 0));
    EXPECT_FALSE(link_of(made({kHash, 1000, "a.txt", "text/plain", false}, ""), kKey, 0));
    for (std::size_t i = kLinks.size(); i < address.size(); ++i) {
        for (char const c : {'b', 'A', '.', '/', '~', '\0'}) {
            auto changed = address;
            if (changed[i] == c) continue;
            changed[i] = c;
            EXPECT_FALSE(link_of(changed, kKey, 0)) << changed;
        }
    }
    for (std::size_t i = 0; i < address.size(); ++i) EXPECT_FALSE(link_of(std::string_view(address).substr(0, i), kKey, 0)) << i;
    EXPECT_FALSE(link_of(address + "A", kKey, 0));
    EXPECT_FALSE(link_of(address + ".", kKey, 0));
    EXPECT_FALSE(link_of(address + "=", kKey, 0));
    EXPECT_FALSE(link_of(std::string(kLinks) + "../../x", kKey, 0));
    EXPECT_FALSE(link_of(std::string(kLinks) + std::string(100'000, 'a'), kKey, 0));
    // The name of another link does not fit this one's signature.
    auto const other = made({kHash, 2000, "b.txt", "text/html", true});
    auto const mixed = other.substr(0, other.find('.')) + address.substr(address.find('.'));
    EXPECT_FALSE(link_of(mixed, kKey, 0));
}

}  // namespace
}  // namespace koine::blob
