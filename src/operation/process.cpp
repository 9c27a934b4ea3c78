#include "operation/process.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace koine::operation {
namespace {

/// When the process began, in ticks since the machine did: field 22 of /proc/PID/stat (proc(5)); nothing if there is none.
std::optional<std::string> beginning_of(std::string const& number) {
    std::ifstream file("/proc/" + number + "/stat");
    std::string text;
    if (!std::getline(file, text)) return std::nullopt;
    auto const name_end = text.rfind(')');  // the second field may hold anything
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(name_end + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i)
        if (!(fields >> field)) return std::nullopt;
    return field;
}

}  // namespace

std::string this_process() {
    auto const number = std::to_string(::getpid());
    return fmt::format("{}-{}", number, beginning_of(number).value_or("0"));
}

bool is_alive(std::string_view process) {
    auto const dash = process.find('-');
    if (dash == std::string_view::npos || process.substr(0, dash).find_first_not_of("0123456789") != std::string_view::npos) return true;
    auto const beginning = beginning_of(std::string(process.substr(0, dash)));
    return beginning && *beginning == process.substr(dash + 1);
}

}  // namespace koine::operation
