/// @file Book: what calls of one application share: its functions, its resources in stored form, and plans that were made once.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "blob/blobs.hpp"
#include "edit/edit.hpp"
#include "edit/listener.hpp"
#include "query/intent.hpp"
#include "query/plan.hpp"
#include "represent/program.hpp"
#include "resource/resource.hpp"
#include "script/script.hpp"
#include "store/text.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace koine::operation {

/// A plan with what writes its rows.
struct Planned {
    std::shared_ptr<query::Plan const> plan;
    represent::Program program;
};

/// Who is told of what functions write, and of events. None: nobody.
struct Told {
    std::shared_ptr<edit::Listener> listener;
    std::function<Result<void>(
        store::Transaction& transaction,
        std::string_view event,
        std::string_view json,
        query::Principal const& principal,
        std::string_view request_id
    )>
        emit;
};

/// Where an app's files are, and what links to them are signed with. None: it keeps none.
struct Files {
    std::shared_ptr<blob::Blobs> blobs;
    std::string key;
};

/// How one row is read by its key: all is worked out but the key.
struct ByKey {
    std::shared_ptr<Planned const> planned;
    std::vector<query::Argument> arguments;
    std::size_t place = 0;  ///< of the key among them

    /// The arguments for that row.
    std::vector<query::Argument> of(std::int64_t key) const {
        auto made = arguments;
        made[place].scalar = query::Cell::of(key);
        return made;
    }
};

/// Immutable but for the plans that it makes at first use, and a count. Thread-safe.
class Book {
public:
    /// @param resources as clients see them, of an application that outlives the book. @param clock of jobs, and of what functions write.
    /// @return configuration: the app and the tables do not belong together; what is wrong with its .sql files.
    static Result<std::shared_ptr<Book>> make(
        std::shared_ptr<resource::Resources const> resources,
        edit::Rules rules,
        std::shared_ptr<script::Program const> program,
        Told told = {},
        WallClock clock = {},
        Files files = {}
    );

    /// The resource of that name or path, as clients see it; null if there is none.
    resource::Resource const* find(std::string_view name) const;
    /// The same as functions see it (operation/stored.hpp).
    resource::Resource const& stored(resource::Resource const& resource) const;
    /// Likewise of an entity, also one that no resource shows; null if there is none.
    resource::Resource const* stored(std::string_view entity) const { return stored_->home_of(entity); }

    /// The .sql file of that name; null if there is none.
    std::shared_ptr<store::Text const> text(std::string_view name) const {
        auto const found = texts_.find(name);
        return found == texts_.end() ? nullptr : found->second;
    }

    /// The plan of a query; of a shape it is made once. @return as query::plan_read.
    Result<std::shared_ptr<Planned const>> planned(query::Query const& query) const;
    /// The rows of these keys by a view, ascending.
    query::Query by_keys(resource::Resource const& resource, resource::View const& view, std::vector<std::int64_t> const& keys) const;

    /// The one of a key by a view, likewise made once. @return as query::plan_read.
    Result<std::shared_ptr<ByKey const>> by_key(resource::Resource const& resource, resource::View const& view) const;

    /// The same of what an edit reads back, whose plan is always the same.
    std::shared_ptr<Planned const> planned(std::shared_ptr<query::Plan const> const& plan, query::Selection const& selection) const;

    /// Microseconds since 1970, by the clock of the application; and as stored.
    std::int64_t now() const { return microseconds_now(clock_); }
    std::string stamp() const { return timestamp(now()); }

    description::App const& app() const { return *resources_->app; }
    resource::Resources const& resources() const { return *resources_; }
    resource::Resources const& stored_resources() const { return *stored_; }
    model::Model const& model() const { return *resources_->model; }
    edit::Rules const& rules() const { return rules_; }
    std::shared_ptr<edit::Plans> const& plans() const { return plans_; }
    script::Program const& program() const { return *program_; }
    edit::Listener* listener() const { return told_.listener.get(); }
    /// Tells of an event of the app's own, within the transaction.
    Result<void> emit(
        store::Transaction& transaction,
        std::string_view event,
        std::string_view json,
        query::Principal const& principal,
        std::string_view request_id
    ) const {
        return told_.emit ? told_.emit(transaction, event, json, principal, request_id) : Result<void>(outcome::success());
    }
    /// How many jobs were ordered so far, of which some may have been undone: who sees it grow in a transaction has the runner look.
    std::uint64_t jobs_ordered() const { return jobs_ordered_.load(std::memory_order_relaxed); }
    void note_job() const { jobs_ordered_.fetch_add(1, std::memory_order_relaxed); }
    Files const& files() const { return files_; }
    /// The states that calls run in.
    script::Pool& pool() const { return *pool_; }

private:
    Book() = default;
    std::shared_ptr<resource::Resources const> resources_, stored_;
    std::map<std::string_view, resource::Resource const*, std::less<>> by_name_;
    std::map<resource::Resource const*, resource::Resource const*> stored_of_;
    std::map<std::string, std::shared_ptr<store::Text const>, std::less<>> texts_;
    edit::Rules rules_;
    Told told_;
    WallClock clock_;
    Files files_;
    std::shared_ptr<edit::Plans> plans_;
    std::shared_ptr<script::Program const> program_;
    std::unique_ptr<script::Pool> pool_;
    mutable std::atomic<std::uint64_t> jobs_ordered_ = 0;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::shared_ptr<Planned const>, std::less<>> planned_;
    mutable std::map<query::Plan const*, std::shared_ptr<Planned const>> edited_;
    mutable std::map<resource::View const*, std::shared_ptr<ByKey const>> by_key_;
};

}  // namespace koine::operation
