#include "base/uuid.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <random>

namespace koine {

std::string random_uuid() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    auto const high = (random() & 0xffff'ffff'ffff'0fffULL) | 0x4000ULL;
    auto const low = (random() & 0x3fff'ffff'ffff'ffffULL) | 0x8000'0000'0000'0000ULL;
    return fmt::format(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48, low & 0xffff'ffff'ffffULL
    );
}

}  // namespace koine
