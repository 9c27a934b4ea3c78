/// @file The page that a person sees who opens a server's address in a browser.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::page {

/// How many rows a relation holds, as far as was counted.
struct RowCount {
    std::uint64_t rows = 0;
    bool or_more = false;  ///< counting was stopped at `rows`
    bool operator==(RowCount const&) const = default;
};

/// A dialect as it is served.
struct Served {
    dialect::Dialect const* dialect = nullptr;
    std::string base_url;     ///< where its paths begin, as the reader reaches them, without a slash at the end
    std::string openapi_url;  ///< of its document
};

/// All that the page tells. The model and dialects are only read while the page is made.
struct StartFacts {
    model::Model const* model = nullptr;
    std::string title;                            ///< of the database: its file's name
    std::string database;                         ///< "SQLite 3.40.1, rollback journal, 24.6 kB"
    std::string version;                          ///< of the program
    std::vector<Served> served;                   ///< at least one
    std::size_t here = 0;                         ///< which of `served` this page is the root of
    std::vector<std::optional<RowCount>> counts;  ///< by EntityId; shorter, or nothing: not known
    bool writable = false;                        ///< some caller may write
    bool read_token = false;                      ///< reading needs a token
    bool write_token = false;                     ///< writing needs a token
    std::string docs_path = "/-/docs";
};

/// What is shown at most; what is left out is told.
constexpr std::size_t kMaxListed = 500;   ///< tables and views by name
constexpr std::size_t kMaxDetailed = 80;  ///< with their columns
constexpr std::size_t kMaxColumns = 60;   ///< of one of them

/// A whole HTML document, in some hundred kB at most. Needs no JavaScript, nor anything from elsewhere.
std::string start_page(StartFacts const& facts);

/// What is shown instead to who may not read: that a token is needed, and how to pass it. Tells nothing of the database. Of the facts only
/// `version`, `docs_path` and the address of `served[here]` are looked at.
std::string locked_page(StartFacts const& facts);

}  // namespace koine::page
