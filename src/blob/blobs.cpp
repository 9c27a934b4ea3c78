#include "blob/blobs.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace koine::blob {
namespace {

namespace fs = std::filesystem;

constexpr ::mode_t kFile = S_IRUSR | S_IWUSR;
constexpr ::mode_t kFolder = S_IRWXU;
constexpr std::string_view kUnfinished = "unfinished";
constexpr std::string_view kLock = "lock";

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    /// @return false: what was written may not be there.
    bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

Problem failed(std::string_view path, std::string_view what) {
    auto const error = errno;
    bool const full = error == ENOSPC || error == EDQUOT;
    return Problem(full ? Reason::database_full : Reason::database_unavailable)
        .because(fmt::format("{} cannot be {}: {}", path, what, std::strerror(error)));
}

Problem absent() { return Problem(Reason::operation_not_found); }

/// Holds the folder's lock, against other threads as well as processes. Nothing is written under it, so that it is held for a moment only.
class Holding {
public:
    explicit Holding(std::string const& folder)
        : file_(::open(fmt::format("{}/{}", folder, kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFile)) {
        while (file_ && ::flock(file_.number(), LOCK_EX) != 0)
            if (errno != EINTR) return;
        held_ = static_cast<bool>(file_);
    }
    explicit operator bool() const { return held_; }

private:
    Descriptor file_;
    bool held_ = false;
};

Result<void> write_all(Descriptor const& file, std::string_view bytes, std::string const& path) {
    while (!bytes.empty()) {
        auto const written = ::write(file.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed(path, "written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return outcome::success();
}

/// What a folder's entries are called is written down.
Result<void> sync_folder(std::string const& folder) {
    Descriptor const opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened || ::fsync(opened.number()) != 0) return failed(folder, "synced");
    return outcome::success();
}

Result<void> make_folder(std::string const& folder) {
    if (::mkdir(folder.c_str(), kFolder) == 0) return sync_folder(fs::path(folder).parent_path().string());
    if (errno == EEXIST) return outcome::success();
    return failed(folder, "made");
}

bool touch(std::string const& path) { return ::utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) == 0; }

bool is_older(struct stat const& found, Blobs::Time before) {
    using namespace std::chrono;
    auto const time = seconds(found.st_mtim.tv_sec) + duration_cast<microseconds>(nanoseconds(found.st_mtim.tv_nsec));
    return Blobs::Time(duration_cast<Blobs::Time::duration>(time)) < before;
}

/// A file that is written goes away unless it got its name.
struct Unfinished {
    std::string path;
    bool named = false;
    ~Unfinished() {
        if (!named) ::unlink(path.c_str());
    }
};

}  // namespace

File::~File() { ::close(descriptor_); }

Result<void> File::read(std::uint64_t offset, std::span<char> room) const {
    while (!room.empty()) {
        auto const got = ::pread(descriptor_, room.data(), room.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("a blob", "read");
        if (got == 0) return Problem(Reason::database_unavailable).because("a blob is shorter than it was");
        room = room.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return outcome::success();
}

Result<std::shared_ptr<Blobs>> Blobs::open(std::string folder) {
    std::shared_ptr<Blobs> made(new Blobs(std::move(folder)));
    auto const done = made->prepare();
    if (!done) return configuration_problem(made->folder_, 0, 0, done.error().cause());
    return made;
}

Result<std::shared_ptr<Blobs>> Blobs::temporary() {
    std::error_code error;
    auto pattern = (fs::temp_directory_path(error) / "koine-blobs-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        return configuration_problem(pattern, 0, 0, fmt::format("no folder for files can be made: {}", std::strerror(errno)));
    KOINE_TRY(auto made, open(pattern));
    made->temporary_ = true;
    return made;
}

Blobs::~Blobs() {
    std::error_code ignored;
    if (temporary_) fs::remove_all(folder_, ignored);
}

Result<void> Blobs::prepare() const {
    KOINE_TRY(make_folder(folder_));
    return make_folder(fmt::format("{}/{}", folder_, kUnfinished));
}

std::string Blobs::path_of(std::string_view hash) const { return fmt::format("{}/{}/{}", folder_, hash.substr(0, 2), hash.substr(2)); }

Result<Blob> Blobs::put(std::string_view bytes) {
    KOINE_TRY(auto hash, sha256_of(bytes));
    Blob blob{std::move(hash), bytes.size()};
    auto const path = path_of(blob.hash);
    auto const shelf = fmt::format("{}/{}", folder_, std::string_view(blob.hash).substr(0, 2));
    bool there = false;
    {
        Holding const held(folder_);
        if (!held) return failed(folder_, "locked");
        // One of another size is none of ours: it gets its right bytes.
        struct stat found{};
        there = ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && std::cmp_equal(found.st_size, bytes.size()) && touch(path);
    }
    if (there) {
        KOINE_TRY(sync_folder(shelf));  // who has just named it may not have come so far
        return blob;
    }
    KOINE_TRY(auto const name, random_key());
    Unfinished unfinished{fmt::format("{}/{}/{}", folder_, kUnfinished, name)};
    Descriptor file(::open(unfinished.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFile));
    if (!file) return failed(unfinished.path, "made");
    KOINE_TRY(write_all(file, bytes, unfinished.path));
    if (::fsync(file.number()) != 0) return failed(unfinished.path, "synced");
    if (!file.close()) return failed(unfinished.path, "written");
    KOINE_TRY(make_folder(shelf));
    {
        // A sweep that has just found an old one of this name is over by now, or waits and finds this one young.
        Holding const held(folder_);
        if (!held) return failed(folder_, "locked");
        if (!touch(unfinished.path) || ::rename(unfinished.path.c_str(), path.c_str()) != 0) return failed(path, "named");
        unfinished.named = true;
    }
    KOINE_TRY(sync_folder(shelf));
    return blob;
}

Result<bool> Blobs::keep(std::string_view hash) {
    if (!is_sha256(hash)) return false;
    Holding const held(folder_);
    if (!held) return failed(folder_, "locked");
    auto const path = path_of(hash);
    if (touch(path)) return true;
    if (errno != ENOENT) return failed(path, "touched");
    return false;
}

Result<std::shared_ptr<File const>> Blobs::file(std::string_view hash) const {
    if (!is_sha256(hash)) return absent();
    auto const path = path_of(hash);
    Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!opened && errno == ENOENT) return absent();
    struct stat found{};
    if (!opened || ::fstat(opened.number(), &found) != 0 || !S_ISREG(found.st_mode)) return failed(path, "opened");
    auto const size = static_cast<std::uint64_t>(found.st_size);
    return std::make_shared<File const>(opened.release(), size);
}

Result<std::uint64_t> Blobs::size(std::string_view hash) const {
    if (!is_sha256(hash)) return absent();
    struct stat found{};
    auto const path = path_of(hash);
    if (::lstat(path.c_str(), &found) == 0)
        return S_ISREG(found.st_mode) ? Result<std::uint64_t>(static_cast<std::uint64_t>(found.st_size)) : absent();
    if (errno == ENOENT) return absent();
    return failed(path, "looked at");
}

Result<std::string> Blobs::read(std::string_view hash, std::uint64_t offset, std::uint64_t count) const {
    KOINE_TRY(auto const opened, file(hash));
    auto const begin = std::min(offset, opened->size());
    std::string bytes(static_cast<std::size_t>(std::min(count, opened->size() - begin)), '\0');
    KOINE_TRY(opened->read(begin, bytes));
    return bytes;
}

std::vector<std::string> Blobs::older(unsigned shelf, Time before) const {
    std::vector<std::string> hashes;
    auto const head = fmt::format("{:02x}", shelf);
    std::error_code error;
    for (fs::directory_iterator entry(fs::path(folder_) / head, error), end; !error && entry != end; entry.increment(error)) {
        auto hash = head + entry->path().filename().string();
        struct stat found{};
        if (is_sha256(hash) && ::lstat(entry->path().c_str(), &found) == 0 && is_older(found, before)) hashes.push_back(std::move(hash));
    }
    return hashes;
}

bool Blobs::remove_older(std::string_view hash, Time before) {
    if (!is_sha256(hash)) return false;
    Holding const held(folder_);
    if (!held) return false;
    auto const path = path_of(hash);
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0 || !is_older(found, before)) return false;
    return ::unlink(path.c_str()) == 0;
}

void Blobs::tidy(Time before) {
    std::error_code error;
    for (fs::directory_iterator entry(fs::path(folder_) / kUnfinished, error), end; !error && entry != end; entry.increment(error)) {
        struct stat found{};
        if (::lstat(entry->path().c_str(), &found) == 0 && is_older(found, before)) ::unlink(entry->path().c_str());
    }
}

}  // namespace koine::blob
