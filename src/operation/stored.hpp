/// @file Stored: an app as its own functions see it: rows by their fields, not as a dialect's clients see and may write them.
#pragma once

#include "description/description.hpp"

#include <memory>

namespace koine::operation {

/// The same app, but each resource shows and takes all stored fields of its entity by their names: a reference as its key, sets as lists of keys, an
/// any_ref as NAME_type and NAME_id. What clients may not write, functions may; secrets and passwords can be written, never read. Entities that no
/// resource shows get one, named as they are, behind the others.
std::shared_ptr<description::App const> stored_form(description::App const& app);

}  // namespace koine::operation
