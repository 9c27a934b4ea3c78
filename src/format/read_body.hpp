/// @file ReadBody: the bytes of a request's body as names and values. Formats are read here; which one it is, `input` decides.
#pragma once

#include "base/result.hpp"
#include "query/body.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace koine::format {

enum class BodyFormat : std::uint8_t {
    json,  ///< an object is one row, a list of objects many. Of a name that comes twice in a row the last counts. Digits stay as written
    csv,  ///< RFC 4180 with a line of names; NULL, quoted or not, is null, everything else a text. Empty lines and a byte order mark are passed over
    form,      ///< application/x-www-form-urlencoded: one row of texts. Of a name that comes twice the last counts
    multipart  ///< multipart/form-data: likewise, a part a name; of files see BodyReading
};

/// What a body may be at most; its bytes are capped by who receives it. A row that lacks a name takes room for it all the same, which is
/// why `values` has a cap of its own.
struct BodyLimits {
    std::size_t rows = 100'000;
    std::size_t names = 500;
    std::size_t name_bytes = 1'000;
    std::size_t values = 1'000'000;  ///< rows times names; each takes 24 bytes here, and 16 more when it is bound
    std::size_t depth = 32;          ///< JSON: brackets inside each other, those of the rows counted
};

/// What is to be made of a body beyond its format.
struct BodyReading {
    /// Whoever judges documents tells what is wrong with them: JSON that is no object and no list is Form::other, elements of a list that are no objects are
    /// Body::strange, and an empty text is Form::none; else these are faults.
    bool documents = false;
    bool lists = false;  ///< form, multipart: the values of a name that comes twice are a JSON list of texts; else the last counts
    bool files = false;  ///< multipart: files are taken, as Body::files; else refused
    std::string_view boundary = {};  ///< multipart: between the parts, as Content-Type says it
};

/// Reads the text into `body` (cleared first). Views in it are of `text`, which must outlive it, and of Body::texts. One pass, linear in the text but for
/// a factor of the logarithm of the names. A body that failed is empty.
/// @return empty_body (nothing, or blanks only), invalid_body (with the place: "line 3, column 7: ..."), ragged_rows (CSV), limit_exceeded,
///         feature_not_supported (a file).
Result<void> read_body(
    BodyFormat format, std::string_view text, BodyLimits const& limits, query::Body& body, BodyReading const& reading = {}
);

}  // namespace koine::format
