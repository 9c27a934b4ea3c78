/// @file Place: where something is said.
#pragma once

#include <memory>
#include <string>

namespace koine::description {

/// Lines and columns count from 1.
struct Place {
    std::shared_ptr<std::string const> file;
    int line = 0;
    int column = 0;
};

}  // namespace koine::description
