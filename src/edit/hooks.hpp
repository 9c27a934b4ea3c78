/// @file Hooks: what an app does of its own around rows that are written, in the same transaction.
#pragma once

#include "base/result.hpp"
#include "store/transaction.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace koine::edit {

/// Of one edit. Its functions are called in this order, all of them anew if the transaction is run again. A failure of one is the edit's; the faults of an
/// invalid_document are those of the row at hand.
class Hooks {
public:
    virtual ~Hooks() = default;
    /// The rows that will be changed or removed, in the order in which they are written; none of new ones. All that was given of them is right so far.
    virtual Result<void> begin(store::Transaction& transaction, std::span<std::int64_t const> keys) = 0;
    /// One row is about to be written. @param place of it among the rows of the edit. @param key 0 of a new one.
    /// @param document what it will be: a JSON object of its fields in stored form, of sets only those that are given; empty of a removal.
    virtual Result<void> before(store::Transaction& transaction, std::size_t place, std::int64_t key, std::string_view document) = 0;
    /// The rows are written, at these places; what must hold of them is checked after this, and then they are recorded.
    virtual Result<void> written(store::Transaction& transaction, std::span<std::int64_t const> keys) = 0;
    /// They are recorded, or gone.
    virtual Result<void> after(store::Transaction& transaction, std::span<std::int64_t const> keys) = 0;
};

}  // namespace koine::edit
