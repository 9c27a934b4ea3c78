/// @file Where: the conditions and the order that a function gives as tables, as those of a query.
#pragma once

#include "operation/book.hpp"
#include "query/intent.hpp"
#include "script/value.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::operation {

/// `{asn = 1, name = {"a", "b"}, ["router.platform"] = 3, asn = {gte = 5}, irr = null}`: paths of fields with a value (equal), a list (one of them), null (without
/// a value), or operators: eq ne gt gte lt lte contains prefix null. All must hold. @return operation_failed: an unknown path or operator, a
/// value that the field cannot have.
Result<std::vector<query::Filter>> conditions(Book const& book, resource::Resource const& resource, script::Value const& where);

/// `"-asn"` or `{"name", "-asn"}`; the key stands behind it. @return operation_failed.
Result<std::vector<query::OrderTerm>> order(Book const& book, resource::Resource const& resource, script::Value const& words);

/// The key that a value names: itself, as a number or its digits, or that of a row. @return not_found of another text; operation_failed with these words.
Result<std::int64_t> key_of(
    script::Value const& value, std::string_view otherwise = "a row is named by its key, a whole number, or by the row itself"
);

/// A mistake of the function: told to the log with its place, to clients as a fault of the server.
Problem mistake(std::string_view what);

}  // namespace koine::operation
