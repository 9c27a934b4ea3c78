/// @file Writes: what accounts write into an app's tables, planned once: new tokens and sessions, and changes of those there are.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "query/mutation.hpp"
#include "query/write_plan.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace koine::identity {

/// A row of a token or a session to be made, for a user.
struct Making {
    std::shared_ptr<query::WritePlan const> plan;
    enum class Gets : std::uint8_t { user, key, now, expires, random };
    std::vector<Gets> columns;
};

/// What a new row gets beyond the defaults that its columns have themselves. The last three name fields.
/// @return null if the app has no such entity; configuration.
Result<std::unique_ptr<Making>> make_making(
    description::App const& app,
    model::Model const& model,
    std::string const& entity,
    std::string const& user,
    std::string const& key,
    std::string const& expires
);

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
