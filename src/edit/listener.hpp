/// @file Listener: who is told of changes within the transaction that makes them, so that what he writes of them stands or falls with them.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "query/principal.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace koine::edit {

/// Rows of one entity that are about to be changed. What it refers to lives until the edit ends.
struct Occasion {
    store::Transaction& transaction;
    std::string_view action;  ///< create, update or delete
    description::Entity const& entity;
    query::Principal const& principal;
    std::string_view request_id;
    std::string_view time;  ///< of the write, as stored
};

/// One row that was changed.
struct Change {
    std::int64_t key = 0;
    std::string_view before, after;  ///< as the change log records the row; empty: there is none, or changes of the entity are not recorded
    std::string_view text;           ///< how people call it; empty if changes are not recorded
};

/// Hears of one edit. A failure of either is the edit's.
class Hearing {
public:
    virtual ~Hearing() = default;
    /// Before rows are removed.
    virtual Result<void> removing(std::span<std::int64_t const> keys) = 0;
    /// After the rows and the change log are written; ascending by key. Recorded rows that are as before are left out.
    virtual Result<void> changed(std::span<Change const> changes) = 0;
};

/// Thread-safe: an edit may run on any store's writer.
class Listener {
public:
    virtual ~Listener() = default;
    /// Asked once by each run of an edit that changes something. @return null: it does not care.
    virtual Result<std::unique_ptr<Hearing>> listen(Occasion const& occasion) = 0;
};

}  // namespace koine::edit
