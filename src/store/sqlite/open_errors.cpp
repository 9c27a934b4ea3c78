#include "store/sqlite/open_errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace koine::store::sqlite {
namespace {

constexpr std::string_view kNotDatabase = "this is not an SQLite database (or it is encrypted)";

constexpr std::string_view kLocked = "another program holds the database locked; end it, or wait until it has written, and try again";
constexpr std::string_view kUnwritableFolder =
    "the database is in WAL mode, or was left in the middle of a change, and its folder cannot be written, which reading it needs; copy "
    "it to a folder that can be written";

constexpr std::string_view kUnwritableFolderToWrite =
    "its folder cannot be written, which writing the database needs for its log; copy it to a folder that can be written";

}  // namespace

Problem unusable(std::string const& file, std::string_view sentence) { return configuration_problem(file, 0, 0, sentence); }

Result<FileFacts> inspect(std::string const& file) {
    struct stat facts{};
    if (stat(file.c_str(), &facts) != 0)
        return unusable(file, errno == ENOENT || errno == ENOTDIR ? "there is no such file" : std::strerror(errno));
    if (S_ISDIR(facts.st_mode)) return unusable(file, "this is a folder, not a database file");
    if (!S_ISREG(facts.st_mode)) return unusable(file, "this is not a regular file");
    if (access(file.c_str(), R_OK) != 0) return unusable(file, fmt::format("the file cannot be read: {}", std::strerror(errno)));
    // SQLite takes a few stray bytes for an empty database.
    if (facts.st_size > 0 && facts.st_size < 512) return unusable(file, kNotDatabase);
    return FileFacts{{facts.st_dev, facts.st_ino}, facts.st_size, {}};
}

bool folder_is_writable(std::string const& file) {
    auto folder = std::filesystem::path(file).parent_path();
    return access(folder.empty() ? "." : folder.c_str(), W_OK) == 0;
}

Problem explained(std::string const& file, Problem const& problem) {
    switch (problem.reason()) {
        case Reason::database_busy: return unusable(file, kLocked).because(problem.cause());
        case Reason::database_corrupt:
            if (problem.cause() == sqlite3_errstr(SQLITE_NOTADB)) return unusable(file, kNotDatabase);
            return unusable(
                file,
                fmt::format(
                    "the database is damaged or was cut short ({}); restore it from a copy, or save what is left of it with "
                    "`sqlite3 FILE .recover`",
                    problem.cause()
                )
            );
        case Reason::database_unavailable:
            if (!folder_is_writable(file)) return unusable(file, kUnwritableFolder);
            return unusable(file, fmt::format("the database cannot be opened for reading: {}", problem.cause()));
        default: return unusable(file, fmt::format("the database cannot be read: {}", problem.cause()));
    }
}

Problem not_writable(std::string const& file, Problem const& problem) {
    switch (problem.reason()) {
        case Reason::database_busy: return unusable(file, kLocked).because(problem.cause());
        case Reason::database_corrupt: return explained(file, problem);
        case Reason::read_only:
            return unusable(file, "the file cannot be written; change its permissions, or serve it without writing")
                .because(problem.cause());
        default:
            if (!folder_is_writable(file)) return unusable(file, kUnwritableFolderToWrite).because(problem.cause());
            return unusable(file, fmt::format("the database cannot be opened for writing: {}", problem.cause()));
    }
}

}  // namespace koine::store::sqlite
