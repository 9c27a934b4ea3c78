/// @file WallClock: what time it is, as the machine says, or a test.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace koine {

/// Microseconds since 1970. Empty: the machine's clock. Called by any thread.
using WallClock = std::function<std::int64_t()>;

std::int64_t microseconds_now(WallClock const& clock);

/// "2026-01-31T09:05:00.000000Z", of the years 1 to 9999: as datetimes are stored.
std::string timestamp(std::int64_t microseconds);

}  // namespace koine
