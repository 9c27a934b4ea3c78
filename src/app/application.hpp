/// @file Application: one immutable whole of a database and the dialects it is served in; and the place where the current one is found.
#pragma once

#include "app/documents.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "dialect/dialect.hpp"
#include "edit/edit.hpp"
#include "event/outbox.hpp"
#include "operation/book.hpp"
#include "store/store.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace koine::app {

/// A compiled dialect below a prefix.
struct MountedDialect {
    std::string prefix;  ///< "" or "/api"
    std::shared_ptr<dialect::Dialect const> dialect;
};

struct Application {
    std::shared_ptr<store::Store> store;
    std::vector<MountedDialect> mounts;  ///< longest prefix first
    std::uint64_t generation = 0;
    std::shared_ptr<Documents> documents;         ///< of this store in these dialects
    std::shared_ptr<description::App const> app;  ///< null: a bare database
    std::shared_ptr<edit::Plans> plans;           ///< of an app's edits
    std::shared_ptr<operation::Book const> book;  ///< of an app's functions; null: it has none
    operation::Files files;                       ///< of an app that keeps some
    std::shared_ptr<event::Outbox> outbox;        ///< of an app's webhooks; null: it has none
    /// An app's OpenAPI document.
    struct OpenApi {
        std::string json, yaml;
    };
    std::shared_ptr<OpenApi const> openapi;

    /// The dialect that answers this raw path: the longest mount it lies under, else the last.
    MountedDialect const& mount_for(std::string_view path) const;
};

/// Holds the current application and makes the next when the database, or what describes the app, has changed. Thread-safe.
/// A request takes the application once and keeps it to its end, so that a swap fails no request.
class Applications {
public:
    /// Makes the application anew, but for its generation. @return why it cannot be; the application that serves then goes on serving.
    using Make = std::function<Result<std::shared_ptr<Application>>(Application const& before)>;
    /// Whether something beside the store has changed since it was last asked. Cheap enough for once a second.
    using Changed = std::function<bool()>;

    Applications(std::shared_ptr<Application const> first, Make make, Changed changed = {});

    std::shared_ptr<Application const> current() const;
    /// Number of the current application: cheap, to see whether `current` is worth asking.
    std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
    /// Looks whether the database has changed since the current application was made and, if so, makes and swaps in a new one.
    /// Blocks for some milliseconds: not for a worker's thread. @return true if the current application is up to date now.
    bool refresh();
    /// Why the last refresh failed; empty if it did not.
    std::string trouble() const;

private:
    Make make_;
    Changed changed_;
    std::atomic<std::uint64_t> generation_;
    mutable std::mutex mutex_;  // guards current_ and trouble_
    std::mutex refreshing_;     // one refresh at a time; guards unmade_
    bool unmade_ = false;       // what describes the app has changed, and nothing could be made of it
    std::shared_ptr<Application const> current_;
    std::string trouble_;
};

}  // namespace koine::app
