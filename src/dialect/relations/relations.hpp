/// @file The strategies of the relations axis: how a foreign key reads when a request selects nothing itself.
#pragma once

#include "dialect/axes.hpp"

#include <memory>

namespace koine::dialect {

/// `key`: its columns, as they are. No options.
Result<std::unique_ptr<Relations const>> compile_relations_key(yaml::Node const& options);

/// `nested`: the row it refers to, as an object behind the columns, and so on for some levels. Options: `levels` (1, at most 4), `drop_key` (false): the
/// key's columns are left out, unless they are of the primary key; `name: target|column_stem` (target): after the relation it refers to, or its column without
/// `_id` (a column of another name gives its own, if it is left out); `max_embeds` (20): keys beyond so many stay keys. Where a name is taken or means several keys the other one is used, then the
/// constraint's; a key for which none is free, or that no selection can name, stays a key. Only keys that refer to tables are followed.
/// Of an app's resources references read as the object that the target's view `nested` is; option `view: nested` says so, the others do not matter.
Result<std::unique_ptr<Relations const>> compile_relations_nested(yaml::Node const& options);

}  // namespace koine::dialect
