/// @file The write axis: what a request that writes means, and what its answer is like.
#pragma once

#include "dialect/axes.hpp"
#include "query/body.hpp"
#include "query/write_plan.hpp"

#include <cstdint>
#include <memory>
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
    PageFacts page;        ///< of the rows in the body; its `range` also without one, empty if the convention says nothing of ranges
    std::string location;  ///< where the row is; empty if that isn't told
    std::vector<std::string> applied;                                 ///< preferences, for the dialect's headers
    std::span<std::pair<std::string, std::string> const> words = {};  ///< of a function, for the dialect's frames. Must outlive it
    std::string_view links = {};                                      ///< of a function: JSON, or empty. Likewise
};

/// A strategy of the axis. Stateless, shared between threads.
class Write {
public:
    virtual ~Write() = default;

    /// Whether the convention has a write of this method at such an endpoint.
    virtual bool offers(Method method, Endpoint::Kind kind) const = 0;
    /// Whether this method writes to such an endpoint of the entity: by the convention, and by what the entity can.
    virtual bool takes(Method method, Endpoint::Kind kind, model::Entity const& entity) const = 0;
    /// @param read what the other axes made of the request's parameters, as if it were a read: its filters and key choose rows, its selection
    ///        shapes what is returned. @param body as `input` read it; what only the address says is added to it. @param entity one of the
    ///        model's; what the request names. Both must live as long as the intent.
    /// @return method_unsupported, key_filters_required, filter_required, key_mismatch, window_not_allowed, limit_without_order, ragged_rows,
    ///         empty_body, invalid_body, invalid_syntax (in the names of columns), unknown_parameter, not_found, limit_exceeded,
    ///         feature_not_supported, and what literals return.
    virtual Result<WriteIntent> read(Exchange const& exchange, query::Query&& read, query::Body& body, model::Entity const& entity)
        const = 0;
    /// After the write, or instead of it where there was nothing to write.
    /// @param returning how `written.rows` were read; null if nothing was. @param singular whether the media type asked for holds one row.
    virtual WriteAnswer answer(
        Exchange const& exchange,
        WriteIntent const& intent,
        model::Entity const& entity,
        query::Written const& written,
        query::Plan const* returning,
        bool singular
    ) const = 0;
    /// Which operations a caller who may write has for this entity, their parameters, bodies and answers.
    virtual void describe(model::Entity const& entity, model::Model const& model, Description& description) const = 0;
};

/// `prefer`: rows are chosen by filters, and the header Prefer says how it is done and what is answered (return, resolution, missing, count,
/// tx, handling, max-affected; those that `context` knows). POST inserts one row or many (`columns`, `on_conflict`), PUT puts one at its key,
/// PATCH and DELETE take all rows that the filters leave. Options: `put: merge|replace|none` (what PUT does to columns of a present row
/// that the body lacks; merge keeps them), `rollback: true|false` (whether tx=rollback is heeded; true), `require_filter: false|true` (whether
/// PATCH and DELETE without a filter are refused; false).
Result<std::unique_ptr<Write const>> compile_write_prefer(yaml::Node const& options);

/// `items`: POST on a list makes a row, or all rows of a list of them; PATCH, PUT and DELETE on an item. Options: `put: full|keep|none` (whether
/// PUT gives columns that the body lacks their defaults, or keeps them; full), and of `create` (201, item), `update` (200, item),
/// `replace` (200, item) and `remove` (204, none): `{status, body: item|none}`. What is made by PUT is answered as `create` says.
Result<std::unique_ptr<Write const>> compile_write_items(yaml::Node const& options);

}  // namespace koine::dialect
