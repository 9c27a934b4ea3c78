#include "auth/state_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace koine::auth {
namespace {

constexpr std::size_t kMostBytes = 4 * 1024 * 1024;
constexpr auto kLockPatience = std::chrono::seconds(5);
constexpr auto kLockPause = std::chrono::milliseconds(20);
constexpr ::mode_t kOurs = S_IRUSR | S_IWUSR;

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        close();
        number_ = std::exchange(other.number_, -1);
        return *this;
    }

    explicit operator bool() const { return number_ >= 0; }
    int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

private:
    int number_;
};

Problem trouble(std::string const& path, std::string_view what) { return configuration_problem(path, 0, 0, what); }

/// With the system's words for why.
Problem failed(std::string const& path, std::string_view what) { return trouble(path, fmt::format("{}: {}", what, std::strerror(errno))); }

bool is_absent(int error) { return error == ENOENT; }

std::int64_t nanoseconds(timespec const& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

Stamp stamp(struct stat const& found) {
    return {
        found.st_dev,
        found.st_ino,
        static_cast<std::uint64_t>(found.st_size),
        nanoseconds(found.st_mtim),
        nanoseconds(found.st_ctim),
        found.st_mode
    };
}

/// What is behind the descriptor, if it is a file that only its owner may read.
Result<StateFile> read_open_file(Descriptor const& file, std::string const& path) {
    struct stat found{};
    if (::fstat(file.number(), &found) != 0) return failed(path, "the tokens can't be read");
    if (!S_ISREG(found.st_mode)) return trouble(path, "this is no file that tokens could be kept in");
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return trouble(
            path, fmt::format("holds tokens, and its mode {:04o} opens it to others; close it: chmod 600", found.st_mode & 07777U)
        );
    if (static_cast<std::uint64_t>(found.st_size) > kMostBytes) return trouble(path, fmt::format("larger than {} bytes", kMostBytes));
    std::string text(static_cast<std::size_t>(found.st_size), '\0');
    std::size_t used = 0;
    while (used < text.size()) {
        auto const count = ::pread(file.number(), text.data() + used, text.size() - used, static_cast<off_t>(used));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(path, "the tokens can't be read");
        if (count == 0) break;
        used += static_cast<std::size_t>(count);
    }
    text.resize(used);
    KOINE_TRY(auto tokens, Tokens::parse(text, path));
    return StateFile{stamp(found), std::move(tokens)};
}

bool lock(Descriptor const& file) {
    auto const deadline = std::chrono::steady_clock::now() + kLockPatience;
    while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(kLockPause);
    }
    return true;
}

/// Opens for changing; makes the file if that is wanted, as its future owner's.
Result<Descriptor> open_to_change(std::string const& path, std::string const& database, Missing missing) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!file && is_absent(errno) && missing == Missing::create) {
        file = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOurs));
        struct stat served{};
        if (file && ::geteuid() == 0 && ::stat(database.c_str(), &served) == 0 &&
            ::fchown(file.number(), served.st_uid, served.st_gid) != 0)
            return failed(path, "the file can't be given to the database's owner");
        if (!file && errno == EEXIST) return open_to_change(path, database, Missing::refuse);
    }
    if (!file && is_absent(errno) && missing == Missing::refuse) return trouble(path, "there are no tokens: this file does not exist");
    if (!file) return failed(path, "tokens can't be kept here");
    return file;
}

/// The file of that path, locked. Whoever waited may hold one that another has replaced meanwhile: it opens anew.
Result<Descriptor> open_locked(std::string const& path, std::string const& database, Missing missing) {
    constexpr int most_tries = 100;
    for (int i = 0; i < most_tries; ++i) {
        KOINE_TRY(auto file, open_to_change(path, database, missing));
        if (!lock(file)) return failed(path, "another program holds the tokens locked");
        struct stat held{}, named{};
        if (::fstat(file.number(), &held) != 0) return failed(path, "tokens can't be kept here");
        if (::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev) return file;
    }
    return trouble(path, "another program changes the tokens all the time");
}

bool write_all(Descriptor const& file, std::string_view text) {
    while (!text.empty()) {
        auto const count = ::write(file.number(), text.data(), text.size());
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file.number()) == 0;
}

/// So that the new name outlives a loss of power. Not every file system can do that to a folder; then nothing is lost but this.
void sync_folder(std::string const& path) {
    auto folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) folder = ".";
    Descriptor const opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened) static_cast<void>(::fsync(opened.number()));
}

Result<void> replace(Descriptor const& old, std::string const& path, std::string_view text) {
    struct stat before{};
    std::string beside = path + ".XXXXXX";
    Descriptor const file(::mkostemp(beside.data(), O_CLOEXEC));
    if (!file) return failed(path, "tokens can't be kept in this folder");
    bool const done = ::fstat(old.number(), &before) == 0 && ::fchmod(file.number(), kOurs) == 0 &&
                      ::fchown(file.number(), before.st_uid, before.st_gid) == 0 && write_all(file, text) &&
                      ::rename(beside.c_str(), path.c_str()) == 0;
    if (!done) {
        auto problem = failed(path, "the tokens can't be written");
        ::unlink(beside.c_str());
        return problem;
    }
    sync_folder(path);
    return outcome::success();
}

/// Where a link leads, so that the file takes the place of the file and not of the link.
std::string followed(std::string const& path) {
    std::error_code error;
    auto target = std::filesystem::weakly_canonical(path, error);
    return error ? path : target.string();
}

}  // namespace

std::string state_file_of(std::string const& database) { return followed(database) + ".koine"; }

Result<std::optional<Stamp>> stamp_of(std::string const& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) == 0) return std::optional(stamp(found));
    if (is_absent(errno)) return std::optional<Stamp>();
    return failed(path, "the tokens can't be read");
}

Result<std::optional<StateFile>> read_state_file(std::string const& path) {
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file && is_absent(errno)) return std::optional<StateFile>();
    if (!file) return failed(path, "the tokens can't be read");
    KOINE_TRY(auto read, read_open_file(file, path));
    return std::optional(std::move(read));
}

Result<void> change_state_file(std::string const& path, std::string const& database, Missing missing, Change const& change) {
    auto const target = followed(path);
    KOINE_TRY(auto const file, open_locked(target, database, missing));
    KOINE_TRY(auto const before, read_open_file(file, target));
    KOINE_TRY(auto const after, change(before.tokens));
    return replace(file, target, after.text());
}

}  // namespace koine::auth
