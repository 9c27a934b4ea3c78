/// @file Queue: the rows of `koine_delivery`, as whoever sends them adds, finds and finishes them. Times in microseconds since 1970.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/intent.hpp"
#include "query/mutation.hpp"
#include "query/plan.hpp"
#include "query/rows.hpp"
#include "query/write_plan.hpp"
#include "store/transaction.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace koine::event {

inline constexpr std::string_view kDeliveryTable = "koine_delivery";

/// One request that is to be sent, or was.
struct Delivery {
    std::int64_t id = 0;
    std::string target;                ///< "hook:12" of the row that asked for it, or the name that the YAML gives
    std::optional<std::int64_t> hook;  ///< that row
    std::string event;                 ///< "tracker.task.create", or an event of the app's own
    std::string request;               ///< the id of the request that caused it
    std::string url, method, body;
    std::string headers;  ///< a JSON object
    bool verify = true;
    std::string authority;
    std::string error;  ///< to be added: why it cannot be sent at all; empty if it can
    std::int64_t due = 0;
    std::int64_t attempts = 0;
};

/// What came of an attempt.
struct Finished {
    std::int64_t id = 0;
    enum class State : std::uint8_t { waiting, sent, failed } state = State::waiting;
    std::int64_t due = 0;  ///< if it waits
    std::int64_t attempts = 0;
    int status = 0;
    std::string error;
};

/// Plans of one model, made once. Immutable.
class Queue {
public:
    /// @return configuration: the tables are not the app's.
    static Result<std::unique_ptr<Queue const>> make(model::Model const& model);

    Result<void> add(store::Transaction& transaction, std::span<Delivery const> deliveries) const;

    /// A read of those that are due for longest, but for these targets. Its plan is always the same.
    query::Query due(std::vector<std::string> without, std::uint32_t most) const;
    std::shared_ptr<query::Plan const> const& due_plan() const { return due_; }
    std::vector<Delivery> read(query::Rows const& rows) const;

    /// Keeps one, as it was read, from others until then. @return false if it is no longer so.
    Result<bool> claim(store::Transaction& transaction, Delivery const& delivery, std::int64_t until) const;
    /// Keeps one that was claimed for some time more.
    Result<void> renew(store::Transaction& transaction, std::int64_t id, std::int64_t until) const;
    Result<void> finish(store::Transaction& transaction, Finished const& finished) const;
    /// Removes some that were over before then.
    Result<void> sweep(store::Transaction& transaction, std::int64_t before) const;

private:
    /// A change of chosen rows, and how many there may be.
    struct Changing {
        query::Mutation mutation;
        std::shared_ptr<query::WritePlan const> plan;
    };
    static Result<Changing> changing(model::Model const& model, query::Mutation mutation);
    static Result<std::int64_t> carry_out(
        store::Transaction& transaction, Changing const& changing, std::vector<std::string> const& chosen, std::vector<query::Cell> cells
    );

    std::shared_ptr<query::WritePlan const> insert_;
    std::shared_ptr<query::Plan const> due_;
    Changing claiming_, renewing_, finishing_, sweeping_;
};

/// Now, in microseconds since 1970.
std::int64_t now_in_microseconds();

}  // namespace koine::event
