/// @file For tests: a folder of their own, and what they put there.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace koine::auth {

/// Made with the object, removed with it.
class TestFolder {
public:
    TestFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "koine-auth-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(TestFolder const&) = delete;
    TestFolder& operator=(TestFolder const&) = delete;

    std::string file(std::string_view name) const { return (path_ / name).string(); }
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
    }

private:
    std::filesystem::path path_;
};

/// Writes the file in place, readable by its owner only.
inline void write_file(std::string const& path, std::string_view text) {
    using std::filesystem::perms;
    std::ofstream(path) << text;
    std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
}

inline std::string read_file(std::string const& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace koine::auth
