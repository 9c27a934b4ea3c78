/// @file What all pages have around their content.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace koine::page {

/// Appends the head of a document. @param styles names of assets.
void begin_document(std::string& out, std::string_view title, std::initializer_list<std::string_view> styles);
/// The program's mark and name: decoration, beside the page's own heading.
void append_mark(std::string& out);
/// Appends the begin of a page's content that shows nothing, since its viewer was not fetched, and how to get it. The content stays open.
void begin_without_viewer(std::string& out, std::string_view viewer);
/// Appends the end of a document. @param scripts names of assets.
void end_document(std::string& out, std::initializer_list<std::string_view> scripts);

}  // namespace koine::page
