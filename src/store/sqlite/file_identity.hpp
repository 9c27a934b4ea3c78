/// @file FileIdentity: which file a path names.
#pragma once

#include <optional>
#include <string>
#include <sys/stat.h>

namespace koine::store::sqlite {

/// Replaced by another of the same name it is not the same.
struct FileIdentity {
    dev_t device = 0;
    ino_t node = 0;
    bool writable = true;  ///< somebody may write it; no part of what it is

    bool operator==(FileIdentity const& other) const { return device == other.device && node == other.node; }
};

/// Nothing if there is no such file, or it cannot be looked at. One system call.
inline std::optional<FileIdentity> identity_of(std::string const& file) {
    struct stat facts{};
    if (stat(file.c_str(), &facts) != 0) return std::nullopt;
    return FileIdentity{facts.st_dev, facts.st_ino, (facts.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0};
}

}  // namespace koine::store::sqlite
