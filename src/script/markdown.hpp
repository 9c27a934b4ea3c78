/// @file Markdown: GitHub's flavour of it as HTML, whatever the text is.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace koine::script {

/// What a text of Markdown may be and take.
struct MarkdownLimits {
    std::size_t text = 128UL << 10U;   ///< bytes
    std::size_t memory = 32UL << 20U;  ///< bytes while it is worked on
    /// Asked every now and then with the work done since; false ends it. None: it goes on to its end.
    std::function<bool(std::uint64_t work)> goes_on = {};
};

/// CommonMark with tables, ~~strikethrough~~, task lists and addresses as links. Raw HTML is left out, and links of scripts; or, if `unsafe`, kept but for
/// the tags that GitHub filters. One at a time in the whole process, for the library keeps what it parses by in globals.
/// @return operation_failed: too large, more memory than it may take, or ended by `goes_on`; the cause tells which.
Result<std::string> markdown(std::string_view text, bool unsafe, MarkdownLimits const& limits = {});

}  // namespace koine::script
