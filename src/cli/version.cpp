#include "cli/version.hpp"

#include <boost/version.hpp>
#include <fmt/format.h>
#include <sqlite3.h>

namespace koine::cli {

std::string_view version() { return KOINE_VERSION; }

std::string versions() {
    return fmt::format(
        "koine {}\n  compiler  {}\n  SQLite    {}\n  Boost     {}.{}.{}\n",
        version(),
        __VERSION__,
        sqlite3_libversion(),
        BOOST_VERSION / 100'000,
        BOOST_VERSION / 100 % 1000,
        BOOST_VERSION % 100
    );
}

}  // namespace koine::cli
