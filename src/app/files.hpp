/// @file Files: how an app's files come in by requests and go out again.
#pragma once

#include "app/turn.hpp"
#include "description/happens.hpp"
#include "dialect/input/inputs.hpp"
#include "operation/book.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::app {

/// The folder of an app's files: beside its database, `app.db-blobs`.
std::string blobs_of(std::string const& database);
/// The app's files and the key of their links, which is made with the first call. None, if it keeps no files. Blocks. @return configuration.
Result<operation::Files> open_files(description::App const& app, std::string const& database, store::Store& store);

/// A file of a request that is kept.
struct KeptFile {
    std::string_view field;  ///< empty: it is the whole body
    std::string hash;
    std::string name, type;
    std::uint64_t size = 0;
};
/// Keeps the files of an operation's inputs, or its raw body; a sweep takes them if nothing comes of it.
/// @return overloaded, and as blob::Blobs::put.
Awaitable<Result<std::vector<KeptFile>>> keep_files(Turn& turn, description::Operation const& operation, dialect::Inputs const& inputs);

/// A file that is given out.
struct GivenFile {
    std::string_view hash;
    std::string_view name, type;
    bool inlined = false;
};
/// Answers with it, or the part that is asked for. @param headers further ones. @return not_found: it is not there (any more).
Awaitable<Result<void>> give_file(Turn& turn, GivenFile const& file, std::vector<std::pair<std::string, std::string>> const& headers = {});
/// Answers with the file of a row, as an operation of that kind says. Whoever calls has asked whether the principal may.
Awaitable<Result<void>> respond_file(Turn& turn, description::Operation const& operation);
/// Whether the path is one of a link to a file.
bool names_link(std::string_view path);
/// Answers who has such a link. @return whether it holds.
Awaitable<Result<bool>> respond_link(Turn& turn);

}  // namespace koine::app
