/// @file Random keys, from the kernel.
#pragma once

#include "base/result.hpp"

#include <string>

namespace koine {

/// 40 small hex digits of 160 random bits: what tokens and sessions of apps are. @return internal, if the kernel gives none.
Result<std::string> random_key();

}  // namespace koine
