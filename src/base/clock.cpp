#include "base/clock.hpp"

#include <fmt/format.h>

#include <chrono>

namespace koine {

using namespace std::chrono;

std::int64_t microseconds_now(WallClock const& clock) {
    return clock ? clock() : duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::string timestamp(std::int64_t microseconds_since) {
    sys_time<microseconds> const moment{microseconds(microseconds_since)};
    auto const midnight = floor<days>(moment);
    year_month_day const date(midnight);
    hh_mm_ss const time(moment - midnight);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count(),
        time.subseconds().count()
    );
}

}  // namespace koine
