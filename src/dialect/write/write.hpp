/// @file The write axis: what a request that writes means, and what its answer is like.
#pragma once

#include "dialect/axes.hpp"
#include "query/body.hpp"
#include "query/write_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace koine::dialect {

/// A write as the convention understands it.
struct WriteIntent {
    query::Mutation mutation;
    bool nothing = false;  ///< there is nothing to write (no rows, no columns): it is answered without asking the store
    bool rollback = false;
    std::optional<std::int64_t> max_affected;
    bool exactly_one = false;  ///< another number of rows is not_singular; for an item that is not there, see `not_found`
    bool not_found = false;    ///< no row affected is not_found: the request named one by its key
};

/// What the answer to a write is like.
struct WriteAnswer {
    enum class Body : std::uint8_t { none, list, item };
    int status = 200;
    Body body = Body::none;
    bool location = false;             ///< `Location` names the row, by the primary key that `mutation.returned` selected
    std::string range;                 ///< as PageFacts::range; empty if the convention says nothing of ranges
    std::vector<std::string> applied;  ///< preferences, for the dialect's headers
};

/// A strategy of the axis. Stateless, shared between threads.
class Write {
public:
    virtual ~Write() = default;

    /// @param read what the other axes made of the request's parameters, as if it were a read: its filters and key choose rows, its selection
    ///        shapes what is returned. @param body as `input` read it. @param entity one of the model's; what the request names.
    /// @return method_unsupported, key_filters_required, key_mismatch, window_not_allowed, limit_without_order, ragged_rows, empty_body,
    ///         invalid_body, invalid_syntax (in the names of columns), limit_exceeded, and what literals return.
    virtual Result<WriteIntent> read(Exchange const& exchange, query::Query&& read, query::Body const& body, model::Entity const& entity)
        const = 0;
    /// After the write. @param singular whether the media type asked for holds one row.
    virtual WriteAnswer answer(
        Exchange const& exchange, WriteIntent const& intent, model::Entity const& entity, query::Written const& written, bool singular
    ) const = 0;
    /// Which operations a caller who may write has for this entity, their parameters, bodies and answers.
    virtual void describe(model::Entity const& entity, model::Model const& model, Description& description) const = 0;
};

}  // namespace koine::dialect
