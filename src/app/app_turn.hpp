/// @file How requests to an app are answered, once it is known who asks.
#pragma once

#include "app/turn.hpp"

namespace koine::app {

/// A random UUID, version 4 (RFC 9562 §5.4).
std::string random_uuid();

/// Resources, indexes, documents; whatever the routes found.
Awaitable<Result<void>> respond_app(Turn& turn);
/// What there is below the index's path: names and addresses.
Result<void> write_index(Turn const& turn);
/// What the endpoint takes, and of a resource which members it has, as far as the caller may write.
Result<void> write_metadata(Turn const& turn);

}  // namespace koine::app
