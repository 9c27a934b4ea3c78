/// @file What a worker keeps: its session and plans of the current application, and the reusable memory of requests.
#pragma once

#include "app/application.hpp"
#include "app/plan_cache.hpp"
#include "base/arena.hpp"
#include "base/problem.hpp"
#include "identity/identity.hpp"
#include "identity/tokens.hpp"
#include "operation/operation.hpp"
#include "query/body.hpp"
#include "query/cell.hpp"
#include "query/intent.hpp"
#include "query/rows.hpp"
#include "query/write_plan.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace koine::app {

/// One worker's half of an application. Requests share it until they end, so that a swap leaves running ones alone.
struct WorkerState {
    std::shared_ptr<Application const> application;
    std::unique_ptr<store::Session> session;
    PlanCache<CompiledRead> reads;  // after the session: prepared statements die first
    PlanCache<CompiledWrite> writes;
    std::unique_ptr<operation::Statements> statements;  ///< of an app's functions

    std::unique_ptr<identity::Accounts> accounts;  ///< of an app that has users
    std::unique_ptr<identity::Tokens> tokens;      ///< made when somebody first sees to his tokens
    /// What edits read back, by plan: one for each resource that was written.
    struct Edited {
        std::shared_ptr<query::Plan const> plan;
        represent::Program program;
    };
    std::unordered_map<query::Plan const*, Edited> edits;
};

/// The memory of one request. Kept for the next, unless it has grown beyond the ordinary.
struct Work {
    query::Query query;
    std::string shape;
    std::vector<query::Argument> arguments;
    Arena texts;
    query::Rows rows;
    std::vector<Problem> warnings;  ///< what did not stop it

    query::Body body;  ///< from here on: of writes only
    query::WriteValues values;
    std::vector<query::Argument> returning;
    query::Written written;
};

/// The work of a worker's past requests, ready for reuse. A lease gives it back at its end. Not thread-safe; outlives its leases.
class WorkPool {
public:
    class Lease {
    public:
        explicit Lease(WorkPool& pool) : pool_(&pool), work_(pool.take()) {}
        Lease(Lease const&) = delete;
        Lease& operator=(Lease const&) = delete;
        ~Lease() { pool_->give_back(std::move(work_)); }
        Work& operator*() const { return *work_; }
        Work* operator->() const { return work_.get(); }

    private:
        WorkPool* pool_;
        std::unique_ptr<Work> work_;
    };

private:
    std::unique_ptr<Work> take();
    void give_back(std::unique_ptr<Work> work);

    std::vector<std::unique_ptr<Work>> idle_;
};

}  // namespace koine::app
