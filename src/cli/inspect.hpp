/// @file A model as text for a person and as JSON for a program.
#pragma once

#include "cli/terminal.hpp"
#include "model/schema.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace koine::cli {

/// Relationships shown of one entity; what is beyond is counted.
inline constexpr std::size_t kMostEmbeds = 1000;

/// Where a key's columns are named, as every part of `koine inspect` does it: in key order.
std::vector<std::string_view> names_of(model::Entity const& entity, std::vector<model::ColumnId> const& columns);
std::string_view to_string(model::EntityKind kind);

/// The whole model, an entity after the other, notes last. Names are made printable.
std::string inspect_text(model::Model const& model, std::string_view file, Paint const& paint);
/// One line: {"file", "version", "entities": [...], "notes": [...]}. The members are listed in docs/cli.md.
std::string inspect_json(model::Model const& model, std::string_view file);

}  // namespace koine::cli
