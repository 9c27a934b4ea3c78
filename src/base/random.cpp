#include "base/random.hpp"

#include "base/encoding.hpp"

#include <array>
#include <sys/random.h>

namespace koine {

Result<std::string> random_key() {
    std::array<unsigned char, 20> bytes{};
    // So few come all at once.
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return Problem(Reason::internal).because("no random numbers");
    return hex({reinterpret_cast<char const*>(bytes.data()), bytes.size()});
}

}  // namespace koine
