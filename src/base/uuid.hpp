/// @file Uuid: random UUIDs.
#pragma once

#include <string>

namespace koine {

/// Version 4 (RFC 9562 §5.4), in lower case. Unlike others, but no secret: it can be guessed from others.
std::string random_uuid();

}  // namespace koine
