/// @file Handling: what functions do with the app's files.
#pragma once

#include "operation/conversation.hpp"

namespace koine::operation {

/// Does it, and says in it what came of it. Blocks.
void handle(blob::Blobs& blobs, Handling& handling);

}  // namespace koine::operation
