/// @file The headers that pages are sent with.
#pragma once

#include "base/message.hpp"

#include <span>

namespace koine::page {

/// Of HTML documents: their type, what a browser may load and run (only this server's files), that no one frames them or sniffs types.
/// How long they keep, and for whom, is the caller's to say.
std::span<Header const> page_headers();
/// The same of pages with forms, which may be sent to this server: their requests say which page they come from, since a write asks for that.
std::span<Header const> form_page_headers();

}  // namespace koine::page
