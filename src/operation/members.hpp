/// @file Members: what functions of the app give for rows that were read, in the cells that the plan keeps for it.
#pragma once

#include "base/awaitable.hpp"
#include "base/cancellation.hpp"
#include "base/off_loop.hpp"
#include "base/result.hpp"
#include "operation/book.hpp"
#include "operation/operation.hpp"
#include "query/principal.hpp"
#include "query/rows.hpp"
#include "represent/program.hpp"
#include "store/transaction.hpp"

#include <string_view>

namespace koine::operation {

/// Who reads the rows: by whose rules the functions read.
struct Caller {
    query::Principal const& principal;
    std::string_view request_id;
    bool trusted = false;         ///< db asks no rules
    int depth = 0;                ///< how many functions stand around it
    OffLoop* off_loop = nullptr;  ///< as Invocation::off_loop
};

/// Calls the function of each blank of the program once, with a list of all rows of its step that have such an object (each a table of its needs, by their
/// paths, in stored form), and puts what it gives into their cells; texts go to the rows' arena. Functions may read, not write. Without rows nothing is
/// called. May be done again. Programs that have no blanks need no call.
/// @return operation_failed: not as many values as rows, or one that is not of the member's type, with file and line of the function; what it raised or met.
Awaitable<Result<void>> fill_on(
    Book const& book,
    represent::Program const& program,
    query::Rows& rows,
    Caller const& caller,
    Statements& statements,
    Cancellation const* cancellation
);
/// The same within a transaction, on the writer's thread.
Result<void> fill_in(
    Book const& book, represent::Program const& program, query::Rows& rows, Caller const& caller, store::Transaction& transaction
);

}  // namespace koine::operation
