/// @file LogFiles: the write-ahead log beside a database file, and whose it is.
#pragma once

#include "store/sqlite/file_identity.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace koine::store::sqlite {

/// SQLite finds a log by its name alone: when another file takes the database's place, the log that is still there would be replayed over
/// it. So we know which one is ours, and take it away with the file that it belongs to. Thread-safe.
class LogFiles {
public:
    LogFiles(std::string file, FileIdentity identity) : file_(std::move(file)), identity_(identity) {}

    /// Notes which they are, if it isn't known yet and the file is the one that was opened.
    void note();
    /// If another file has the database's name now: removes the log and its index, if they are still those that were noted. Who has
    /// them open keeps them.
    void leave();

private:
    struct One {
        std::string path;
        std::optional<FileIdentity> identity;
    };

    std::string const file_;
    FileIdentity const identity_;
    std::mutex mutex_;
    std::array<One, 2> files_{One{file_ + "-wal", {}}, One{file_ + "-shm", {}}};
};

}  // namespace koine::store::sqlite
