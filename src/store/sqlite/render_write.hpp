/// @file Rendering of writes: from a write plan to SQLite's text. The only place where SQL is written for writes.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/write_plan.hpp"
#include "store/sqlite/render.hpp"
#include "store/sqlite/row_identity.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace koine::store::sqlite {

/// A write's statements but for inserts, whose text depends on what each row gives. Immutable; made by sessions, used by the writer.
struct RenderedWrite {
    /// How the identities of the rows written are learnt.
    enum class Telling : std::uint8_t {
        nothing,    ///< nobody asks
        returning,  ///< the statement itself returns them, as they are after it (triggers that run after it aside)
        before,     ///< `choose` finds them, and the change goes by them: rows to remove, and virtual tables, which cannot return
        last_rowid  ///< an insert where there are rowids: the connection remembers it, which costs far less than returning it. Merges only by
                    ///< the rowid itself: any other key may compare otherwise in its index than a probe by its columns would
    };
    std::shared_ptr<query::WritePlan const> plan;
    model::EntityKind kind = model::EntityKind::table;
    RowIdentity identity;
    Telling telling = Telling::nothing;
    /// The changing statement gives a row for each row changed: its identity, or just a 1 if that is unknown or not asked for. A view's always
    /// does, for changes() does not count its rows.
    bool returns = false;
    std::uint32_t returned_width = 0;  ///< cells of the identity that it returns; 0: a 1
    RenderedPlan chosen;               ///< update, remove: [kChange], and [kChoose] with Telling::before
    std::shared_ptr<RenderedPlan const> returning;

    static constexpr std::size_t kChange = 0;
    static constexpr std::size_t kChoose = 1;
};

/// @return feature_not_supported: rows that cannot be identified are to be read back or merged, or only some of them written. internal, as
///         render_plan.
Result<std::shared_ptr<RenderedWrite const>> render_write(model::Model const& model, std::shared_ptr<query::WritePlan const> plan);

/// Which columns of WritePlan::columns a row gives: one byte each; empty: all.
using GivenSet = std::span<std::uint8_t const>;

/// One row's insert; the binds are all BindForm::given. As wide as `returned_width`, at least 1, if it returns at all.
Rendered render_insert(model::Model const& model, RenderedWrite const& write, GivenSet given);
/// Whether a row with the same key is there, for merge and replace: its rowid, if that is how it is known (else a 1), or no row. A key
/// column that is not given takes its default. Where it gives a 1 it is good for counting only.
Rendered render_probe(model::Model const& model, RenderedWrite const& write, GivenSet given);

/// A plan's root restricted to identities given by `koine_keys`.
Rendered render_by_identity(model::Model const& model, query::Select const& select, RowIdentity const& identity);

/// Whether `target` has a row with these values of a foreign key: the binds are BindForm::given, in the order of `key.columns`.
Rendered render_target_probe(model::Model const& model, model::ForeignKey const& key);
/// The first chosen row that rows of `origin` refer to by `key`: the referred values, in the order of `key.columns`.
Rendered render_reference_probe(
    model::Model const& model, query::WritePlan const& plan, model::EntityId origin, model::ForeignKey const& key
);

}  // namespace koine::store::sqlite
