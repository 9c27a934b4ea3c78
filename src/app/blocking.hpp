/// @file Blocking: works of a store run to their end, for whoever may block: at the start, and on threads of one's own.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

#include <memory>

namespace koine::app {

/// A session on a loop of its own. Not thread-safe; the store must outlive it.
class Blocking {
public:
    /// @return what the store says.
    static Result<std::unique_ptr<Blocking>> make(store::Store& store);
    virtual ~Blocking() = default;
    /// Blocks. @return as store::Session::transact.
    virtual Result<void> transact(store::Work const& work) = 0;
};

}  // namespace koine::app
