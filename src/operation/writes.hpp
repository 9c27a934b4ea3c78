/// @file Writes: rows written as an edit of clients would be, in a transaction, by their stored form.
#pragma once

#include "operation/book.hpp"
#include "query/principal.hpp"
#include "query/rows.hpp"
#include "script/value.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::operation {

/// In whose name something is written.
struct Author {
    query::Principal const& principal;
    std::string_view request_id;
    int depth = 0;         ///< how many hooks stand around it
    bool recorded = true;  ///< false: part of an edit that records it
};

/// The document as JSON. @return operation_failed: it is no table, or has a name that is no field.
Result<std::string> document_of(resource::Resource const& stored, script::Value const& document);

/// What was written, as read by the transaction. Movable; keeps what it needs alive.
class Written {
public:
    virtual ~Written() = default;
    virtual std::vector<std::int64_t> const& keys() const = 0;
    /// In stored form; empty after a removal.
    virtual query::Rows const& rows() const = 0;
    virtual Planned const& planned() const = 0;
};

/// Writes one document. @param stored a resource of Book::stored. @param key of the row; of a new one it is not looked at. @param json an object: of a removal it is not looked at.
/// @return as edit::Edit::apply.
Result<std::unique_ptr<Written>> write_row(
    Book const& book,
    resource::Resource const& stored,
    edit::Verb verb,
    std::int64_t key,
    std::string json,
    Author const& author,
    store::Transaction& transaction
);

/// Removes the rows as one edit. @return as edit::Edit::apply.
Result<void> remove_rows(
    Book const& book,
    resource::Resource const& stored,
    std::vector<std::int64_t> const& keys,
    Author const& author,
    store::Transaction& transaction
);

/// Reads one row in a transaction, if it is there. @return what the store says.
Result<std::shared_ptr<Planned const>> read_row(ByKey const& by_key, std::int64_t key, store::Transaction& transaction, query::Rows& rows);
/// Reads in a transaction. @return what the planner and the store say.
Result<std::shared_ptr<Planned const>> read_rows(
    Book const& book, query::Query const& query, store::Transaction& transaction, query::Rows& rows, std::uint32_t most_rows
);

}  // namespace koine::operation
