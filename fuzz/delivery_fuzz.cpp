/// @file Any bytes as the headers that ask for a file, as its name and type, and as a link to it: a part within its bounds, headers of one line, no link.
#include "base/ascii.hpp"
#include "base/file_name.hpp"
#include "blob/delivery.hpp"
#include "blob/link.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace koine;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<char const*>(data), size);
    auto const range = split_off(rest, '\n'), none_match = split_off(rest, '\n'), if_range = split_off(rest, '\n');
    auto const type = split_off(rest, '\n');
    for (std::uint64_t const length : {0ULL, 1ULL, 10ULL, ~0ULL}) {
        auto const made = blob::deliver(
            {.hash = "ab", .size = length, .name = rest, .type = type, .inlined = true},
            {.range = range, .if_none_match = none_match, .if_range = if_range}
        );
        check(made.status == 200 || made.status == 206 || made.status == 304 || made.status == 416);
        check(made.offset <= length && made.count <= length - made.offset);
        check(made.status != 206 || made.count > 0);
        for (auto const& [name, value] : made.headers)
            check(std::ranges::none_of(value, [](char c) {
                return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~';
            }));
    }
    check(!blob::link_of(rest, "a key that nobody has", 0));
    check(plain_file_name(plain_file_name(rest)) == plain_file_name(rest));
    check(plain_media_type(plain_media_type(rest)) == plain_media_type(rest));
    return 0;
}
