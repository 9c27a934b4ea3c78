/// @file Hooks: an app's functions before and after rows of its resources are written.
#pragma once

#include "edit/hooks.hpp"
#include "operation/book.hpp"
#include "operation/writes.hpp"

#include <memory>

namespace koine::operation {

/// What the app does around an edit of the resource: for edit::Order::hooks. All that is given must outlive it. @param resource as clients or as
/// functions see it. @return null: nothing.
///
/// `before.create` is called with the document, `before.update` with the document and the row as it is, `before.delete` with the row; what the first two
/// return, a table of fields, is written too. Those after it likewise, with the document as it was written. They act by the author's rules.
std::unique_ptr<edit::Hooks> hooks_of(Book const& book, resource::Resource const& resource, Author const& author);

}  // namespace koine::operation
