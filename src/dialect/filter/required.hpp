/// @file Required: whether the values that must exist do.
#pragma once

#include "base/problem.hpp"
#include "query/intent.hpp"
#include "query/rows.hpp"

#include <vector>

namespace koine::dialect {

/// The read that brings those of the values that there are, each once.
query::Query presence_of(query::Required const& required);
/// Adds a fault (filter_not_a_choice) for the first value that is not among the rows which that read brought.
void judge_presence(query::Required const& required, query::Rows const& rows, std::vector<Fault>& faults);
/// invalid_filters, with these faults.
Problem invalid_filters(std::vector<Fault> faults);

}  // namespace koine::dialect
