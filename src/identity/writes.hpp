/// @file Writes: what accounts write into an app's tables, planned once: new tokens and sessions, and changes of those there are.
#pragma once

#include "base/awaitable.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/mutation.hpp"
#include "query/write_plan.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::identity {

/// A row of a token or a session to be made, for a user.
struct Making {
    enum class Gets : std::uint8_t { user, key, now, random, write, expires, description };
    std::shared_ptr<query::WritePlan const> plan;
    std::vector<Gets> columns;
};
/// A field that gets what is given for the row.
struct Filled {
    std::string_view field;  ///< empty: none
    Making::Gets what = Making::Gets::expires;
};

/// What a new row gets beyond the defaults that its columns have themselves. @param user, key name fields.
/// @return null if the app has no such entity; configuration.
Result<std::unique_ptr<Making>> make_making(
    description::App const& app,
    model::Model const& model,
    std::string const& entity,
    std::string const& user,
    std::string const& key,
    std::vector<Filled> const& filled
);

/// What is given for a new row.
struct NewRow {
    std::int64_t user = 0;
    std::string now;      ///< as stored; empty: as the machine's clock says
    std::string expires;  ///< as stored; empty: never
    std::string description;
    bool may_write = true;
};
/// Makes the row, with a random key of which it keeps only the hash. @param making stays until it is done.
/// @return the key, which is never known again; internal; what the store says.
Awaitable<Result<std::string>> make_row(store::Session& session, Making const& making, NewRow row);

/// A change or removal of rows that are chosen by one value, the first of the mutation's one condition.
struct Changing {
    query::Mutation mutation;
    std::shared_ptr<query::WritePlan const> plan;
};

/// Of the rows with that value in the column `by`. @return configuration.
Result<Changing> make_changing(
    model::Model const& model, query::Change change, std::string const& entity, std::string const& by, std::vector<std::string> columns
);

/// @param cells the new values of the columns; none for a removal. @return what the store says.
Result<void> carry_out(store::Transaction& transaction, Changing const& changing, std::string const& value, std::vector<query::Cell> cells);

}  // namespace koine::identity
