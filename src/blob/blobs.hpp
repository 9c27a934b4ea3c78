/// @file Blobs: a folder of files that are named by the SHA-256 of what is in them.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koine::blob {

/// What is kept, as it is called.
struct Blob {
    std::string hash;  ///< is_sha256: only such texts become parts of a file's name
    std::uint64_t size = 0;
    bool operator==(Blob const&) const = default;
};

/// One that is open: it can be read also if it is removed meanwhile. Any thread.
class File {
public:
    File(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
    ~File();
    File(File const&) = delete;
    File& operator=(File const&) = delete;

    std::uint64_t size() const { return size_; }
    /// Fills the room from that place on. @return database_unavailable, also if the file is shorter than it was.
    Result<void> read(std::uint64_t offset, std::span<char> room) const;

private:
    int descriptor_;
    std::uint64_t size_;
};

/// All calls block, and are thread-safe; several processes may use one folder.
/// They fail with database_full (no space) or database_unavailable, whose cause names the file.
class Blobs {
public:
    using Time = std::chrono::system_clock::time_point;
    static constexpr unsigned kShelves = 256;

    /// The folder, which is made if it is not there; that above it must be. @return configuration.
    static Result<std::shared_ptr<Blobs>> open(std::string folder);
    /// One of its own for this process, removed with the last who holds it. @return configuration.
    static Result<std::shared_ptr<Blobs>> temporary();
    ~Blobs();
    Blobs(Blobs const&) = delete;
    Blobs& operator=(Blobs const&) = delete;

    std::string const& folder() const { return folder_; }

    /// Keeps the bytes, durably; what is there already is touched.
    Result<Blob> put(std::string_view bytes);
    /// Touches it, so that no sweep takes it for a day. @return whether it is there.
    Result<bool> keep(std::string_view hash);
    /// Opens it. @return operation_not_found: there is none, or that is no hash.
    Result<std::shared_ptr<File const>> file(std::string_view hash) const;
    /// @return as `file`.
    Result<std::uint64_t> size(std::string_view hash) const;
    /// So many bytes from that place on, fewer at its end. @return as `file`.
    Result<std::string> read(std::string_view hash, std::uint64_t offset, std::uint64_t count) const;

    /// The hashes on a shelf, by their first two digits, that were last touched before that time.
    std::vector<std::string> older(unsigned shelf, Time before) const;
    /// Removes it, unless it was touched since. @return whether it did.
    bool remove_older(std::string_view hash, Time before);
    /// Removes what writers left that did not come to their end.
    void tidy(Time before);

private:
    explicit Blobs(std::string folder) : folder_(std::move(folder)) {}
    Result<void> prepare() const;
    std::string path_of(std::string_view hash) const;

    std::string folder_;
    bool temporary_ = false;
};

}  // namespace koine::blob
