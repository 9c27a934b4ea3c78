/// @file Seed: an app's sample rows, written into a new database.
#pragma once

#include "base/result.hpp"
#include "description/description.hpp"
#include "model/schema.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>

namespace koine::app {

/// The rows of the app's files under data/: maps from entities to lists of rows, in their order. A row gives fields, readonly and hidden ones too, and perhaps its `id`; a
/// field that it lacks has its default. A reference is written as the value of the target's first unique field (else of its id), as a map of such values
/// ({asn: 64500}), one of an any_ref as a map from the target's entity to that. Rows must come after those they refer to.
class Seed {
public:
    /// Reads and checks the files. @return configuration: file, line and column, and what is wrong.
    static Result<std::unique_ptr<Seed>> read(std::shared_ptr<description::App const> app, model::Model const& model);
    virtual ~Seed() = default;
    /// Writes the rows; to be run in a transaction on a database without rows.
    virtual Result<void> write(store::Transaction& transaction) const = 0;
    virtual std::int64_t rows() const = 0;
};

}  // namespace koine::app
