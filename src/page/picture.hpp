/// @file The relations of a database as a picture.
#pragma once

#include "model/schema.hpp"
#include "page/start_page.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace koine::page {

/// Beyond these a picture tells nothing any more.
constexpr std::size_t kMaxDrawn = 60;  ///< tables
constexpr std::size_t kMaxLines = 240;

/// The tables that are related to others or themselves, in order of name.
std::vector<model::EntityId> related_tables(model::Model const& model);
/// An `<svg>` of the related tables, each a link to its section (`section_id`): well-formed XML, readable by screen readers, coloured by the
/// style sheet. Nothing if there is nothing to draw, or too much.
std::optional<std::string> picture(model::Model const& model, std::vector<std::optional<RowCount>> const& counts);
/// The id of a relation's section in the page.
std::string section_id(model::Model const& model, model::EntityId id);
/// "1,000+ rows"; empty if not known.
std::string rows_told(std::vector<std::optional<RowCount>> const& counts, model::EntityId id);

}  // namespace koine::page
