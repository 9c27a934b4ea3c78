/// @file What is wrong with a database file, told so that its owner can do something about it.
#pragma once

#include "base/result.hpp"
#include "store/sqlite/file_identity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace koine::store::sqlite {

struct FileFacts {
    FileIdentity identity;
    std::int64_t bytes = 0;
    std::string journal;
};

/// A configuration problem of this file.
Problem unusable(std::string const& file, std::string_view sentence);

/// Looks at the file before SQLite does, so that what is wrong can be told plainly. Never opens it: closing a descriptor would drop
/// the locks that this process's other connections hold on the file. @return configuration.
Result<FileFacts> inspect(std::string const& file);

/// A WAL database is read through its -shm file, which SQLite makes in the folder. `immutable` would read past the log, so never.
bool folder_is_writable(std::string const& file);

/// What keeps a database from being opened, as a sentence by which its owner can do something about it.
Problem explained(std::string const& file, Problem const& problem);
/// What keeps a database from being written, likewise.
Problem not_writable(std::string const& file, Problem const& problem);

}  // namespace koine::store::sqlite
