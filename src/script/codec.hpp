/// @file Codecs: CSV, XML and tar as values and back. What is read may be anything; all is bounded, and what is wrong is told in one sentence.
#pragma once

#include "base/result.hpp"
#include "script/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::script {

/// What a text that is written may have, beyond which writing ends: it is too long then, and its writer's own limit tells so.
inline constexpr std::size_t kMostWritten = 16UL << 20U;
/// Fields of CSV; elements and attributes of XML.
inline constexpr std::size_t kMostParts = 200'000;
/// Files of an archive.
inline constexpr std::size_t kMostFiles = 10'000;

struct CsvForm {
    char separator = ',';  ///< ASCII, none of quote and line end
    bool has_header = false;
    std::vector<std::string> names;  ///< the columns, if they are said
    bool safe = false;               ///< written: a text that a spreadsheet takes for a formula gets a ' before it
};

/// RFC 4180, with any line ends, and UTF-8's mark before it. Lines without anything are passed over. Fields are texts.
/// @return a list of lists; of maps, if names are said or the first line has them. operation_failed: why not, with the line.
Result<Value> read_csv(std::string_view text, CsvForm const& form);
/// @param rows a list of lists, or of maps: of these the columns are `names`, else the names of all members as they come, and unless `has_header` is
///             off, they are the first line.
/// @return operation_failed: why not.
Result<std::string> write_csv(Value const& rows, CsvForm const& form, std::size_t most = kMostWritten);

/// The one element as a map of its name. An element with nothing but text is that text; another one a map: attributes as "@name", text as "#text",
/// elements by name, those that repeat as a list. Comments and instructions are passed over. Without DTD, and with no entities but the five.
/// @return operation_failed: why not, with the place.
Result<Value> read_xml(std::string_view text);
/// The same backwards. @return operation_failed: why not.
Result<std::string> write_xml(Value const& document, bool declaration, std::size_t most = kMostWritten);

/// A file of an archive. A name that ends in a slash is a folder's.
struct TarFile {
    std::string name;
    std::string text;
    std::uint32_t mode = 0644;
    std::int64_t mtime = 0;  ///< seconds since 1970
};

/// POSIX's ustar, with pax headers and GNU's long names. Links, devices and the like are passed over.
/// @return operation_failed: no tar, damaged, too many files, or a name that leads out of the place where it is unpacked.
Result<std::vector<TarFile>> read_tar(std::string_view bytes);
/// @return operation_failed: such a name, or too many files.
Result<std::string> write_tar(std::vector<TarFile> const& files, std::size_t most = kMostWritten);

}  // namespace koine::script
