/// @file How the answer to one operation is said in options.
#pragma once

#include "base/result.hpp"
#include "model/yaml.hpp"

#include <string_view>

namespace koine::dialect {

/// How one operation is answered.
struct Form {
    int status;
    bool item;  ///< with what was written, else without a body
};

/// Reads `NAME: {status, body: none|item}`; what is not said stays as it is. @return configuration problems.
Result<void> read_form(yaml::Options& options, std::string_view name, Form& form);

}  // namespace koine::dialect
