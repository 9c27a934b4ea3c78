/// @file Outbox: what is to be told of changes and events, written in the transaction in which they happen.
#pragma once

#include "edit/listener.hpp"
#include "event/message.hpp"
#include "event/queue.hpp"
#include "query/principal.hpp"
#include "query/rows.hpp"
#include "represent/program.hpp"
#include "resource/resource.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace koine::event {

/// Of one app over one model. Thread-safe.
///
/// Which hooks there are is read in a transaction and kept for a second, so that a write mostly costs no statement for that; what this server changes of
/// them counts at once, what another program changes within that second. Deliveries hold whole, signed requests, no secret.
class Outbox : public edit::Listener {
public:
    /// Both must outlive it. @param render see Messages. @return null if the app has no webhooks; configuration.
    static Result<std::shared_ptr<Outbox>> make(std::shared_ptr<resource::Resources const> resources, Render render);
    /// Whether what the app says of webhooks can be served: its payload. @return configuration.
    static Result<void> check(description::App const& app);

    /// Tells the addresses of the app's YAML whose `on` names that event of the app's own. Others are told nothing: no statement. @param json its
    /// data, one document. @return invalid_body if it is none, limit_exceeded if it is larger than 1 MiB; what the store says.
    virtual Result<void> emit(
        store::Transaction& transaction,
        std::string_view event,
        std::string_view json,
        query::Principal const& principal,
        std::string_view request_id
    ) = 0;

    /// Who fills the members that functions of the app give, in rows that are told; until then, and without one, they are null. To be said before
    /// anything is told.
    using Fill = std::function<Result<void>(represent::Program const& program, query::Rows& rows, edit::Occasion const& occasion)>;
    virtual void fill_by(Fill fill) = 0;

    /// How many deliveries were written so far, also by transactions that failed: more than before a transaction means that somebody should look.
    virtual std::uint64_t written() const = 0;
    virtual Queue const& queue() const = 0;
    /// At most so often a delivery is tried.
    virtual int attempts() const = 0;
};

}  // namespace koine::event
