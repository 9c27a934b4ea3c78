/// @file The file that tokens are kept in, on disk: where it is, how it is read, and how it is changed.
#pragma once

#include "auth/tokens.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace koine::auth {

/// Where the tokens of a database are: beside the file itself (also if it is named by a link), its name and ".koine".
std::string state_file_of(std::string const& database);

/// What tells one content of a file from another without reading it.
struct Stamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified = 0, changed = 0;  ///< nanoseconds
    std::uint32_t mode = 0;
    bool operator==(Stamp const&) const = default;
};

/// Of the file of that path now; nothing if there is none. @return configuration, if it can't be told.
Result<std::optional<Stamp>> stamp_of(std::string const& path);

/// A file as it was read.
struct StateFile {
    Stamp stamp;
    Tokens tokens;
};

/// Reads it; nothing if there is no such file. Never waits. @return configuration: unreadable, no plain file, open to others (any right of
/// group or others), or what Tokens::parse says.
Result<std::optional<StateFile>> read_state_file(std::string const& path);

/// Changes the tokens: the next ones, or why not.
using Change = std::function<Result<Tokens>(Tokens const&)>;
/// Whether a file that is not there is made.
enum class Missing : std::uint8_t { create, refuse };

/// Reads, changes and writes the file under a lock (waiting at most 5 s for another), by a new file that takes its place: a reader sees the
/// old or the new one, a crash leaves one of them. The new one has mode 0600 and the old one's owner; a first one that root makes belongs to
/// the owner of `database`, who will serve it.
/// @return what `change` and read_state_file return; configuration if it can't be locked or written, or is not there though it must.
Result<void> change_state_file(std::string const& path, std::string const& database, Missing missing, Change const& change);

}  // namespace koine::auth
