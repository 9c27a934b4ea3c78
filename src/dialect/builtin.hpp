/// @file The dialect files that the program carries inside itself.
#pragma once

#include <span>
#include <string_view>

namespace koine::dialect {

/// A file of dialects/: its name without ending, and its text.
struct BuiltinFile {
    std::string_view name;
    std::string_view text;
};

/// All of them, in order of name. The source is written at build time by cmake/EmbedDialects.cmake.
std::span<BuiltinFile const> builtin_files();

}  // namespace koine::dialect
