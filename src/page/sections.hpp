/// @file The tables and views of a page: the list of all, and a section with the columns of each.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"
#include "page/start_page.hpp"

#include <string>

namespace koine::page {

/// The path of a relation's list below the dialect's base address, percent-encoded.
std::string list_path(dialect::Dialect const& dialect, model::Entity const& entity);

/// Appends the list and the sections, as many as are shown at most.
void append_relations(std::string& out, StartFacts const& facts);

}  // namespace koine::page
