/// @file RowCounts: how many rows the relations hold, as far as it is quickly known.
#pragma once

#include "app/turn.hpp"
#include "page/start_page.hpp"

#include <optional>
#include <vector>

namespace koine::app {

/// Counts each relation's rows up to a thousand, by EntityId; nothing where it took too long or failed. Takes half a second at most, plus the
/// time until the last statement heeds its cancellation.
Awaitable<std::vector<std::optional<page::RowCount>>> row_counts(Turn& turn);

}  // namespace koine::app
