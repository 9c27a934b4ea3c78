/// @file Edit: one request that writes documents of a resource: from what a body gives to rows, all of it or nothing, with its record in the change log.
#pragma once

#include "base/arena.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "edit/listener.hpp"
#include "query/body.hpp"
#include "query/principal.hpp"
#include "query/rows.hpp"
#include "resource/resource.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::edit {

class Hooks;

enum class Verb : std::uint8_t {
    create,   ///< a row for each document
    replace,  ///< all that is required must be given; what is not given stays
    patch,    ///< what is given
    remove    ///< documents give only keys
};

/// What a convention says of references and faults.
struct Rules {
    bool keys_as_text = true;   ///< "12" is the key 12
    bool by_attributes = true;  ///< {"asn": 64500} means the one row that has it; nested ones are joined by `separator`
    std::string separator = "__";
    bool skip_unknown = true;  ///< in bulk, keys of no row are passed over
    std::size_t most_documents = 10'000;
};

/// The plans that edits need of the resources of one app over one model, each made once. Thread-safe; immutable but for what it makes at first use.
class Plans {
public:
    virtual ~Plans() = default;
    /// @param resources, model must outlive it. @param clock tells what `now` is.
    static std::shared_ptr<Plans> make(resource::Resources const& resources, model::Model const& model, WallClock clock = {});
};

struct Order {
    resource::Resources const& resources;
    resource::Resource const& resource;
    model::Model const& model;
    Verb verb = Verb::create;
    bool bulk = false;     ///< the body is a list; replace, patch, remove: each document has its key at `id`
    std::string_view key;  ///< not bulk, not create: of the row, as the path says it
    query::Body const& body;
    query::Principal const& principal;
    std::string_view request_id;
    Rules const& rules;
    std::shared_ptr<Plans> plans = {};  ///< of these resources; null: made for this edit alone
    Listener* listener = nullptr;       ///< who is told of the changes; outlives the edit
    Hooks* hooks = nullptr;             ///< outlives the edit
    bool recorded = true;               ///< false: part of another edit, which records and tells all of it
};

/// Lives in the coroutine of its request, which keeps all that the order refers to, the arena too.
class Edit {
public:
    virtual ~Edit() = default;
    /// To be run in a transaction; may be run again. @return invalid_document, invalid_documents (with faults), not_found, row_is_referenced
    ///         (arguments count, rows), limit_exceeded, what the store says.
    virtual Result<void> apply(store::Transaction& transaction) = 0;
    /// After it: the keys of the rows written, as the answer shows them: created ones in the order of the body, others in the resource's order.
    virtual std::vector<std::int64_t> const& keys() const = 0;
    /// The rows by the resource's view `full`, in that order, as read by the transaction. Empty after a removal.
    virtual query::Rows const& rows() const = 0;
    virtual query::Rows& rows() = 0;
    virtual std::shared_ptr<query::Plan const> const& plan() const = 0;
};

/// Judges what needs no database: names, types, what is required; hashes passwords, so it may take long. Faults found here are told by `apply` together with the others of their kind: a fault of
/// one member does not hide another's. @return invalid_document for a body that isn't documents at all; limit_exceeded.
Result<std::unique_ptr<Edit>> begin(Order const& order, Arena& arena);

}  // namespace koine::edit
