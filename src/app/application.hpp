/// @file Application: one immutable whole of a database and the dialects it is served in; and the place where the current one is found.
#pragma once

#include "app/documents.hpp"
#include "base/result.hpp"
#include "dialect/dialect.hpp"
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
    std::shared_ptr<Documents> documents;  ///< of this store in these dialects

    /// The dialect that answers this raw path: the longest mount it lies under, else the last.
    MountedDialect const& mount_for(std::string_view path) const;
};

/// Holds the current application and makes the next when the database has changed. Thread-safe.
/// A request takes the application once and keeps it to its end, so that a swap fails no request.
class Applications {
public:
    /// Opens the database anew. @return why it cannot be opened; the application that serves then goes on serving.
    using Open = std::function<Result<std::shared_ptr<store::Store>>()>;

    Applications(std::shared_ptr<Application const> first, Open open);

    std::shared_ptr<Application const> current() const;
    /// Number of the current application: cheap, to see whether `current` is worth asking.
    std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
    /// Looks whether the database has changed since the current application was made and, if so, makes and swaps in a new one.
    /// Blocks for some milliseconds: not for a worker's thread. @return true if the current application is up to date now.
    bool refresh();
    /// Why the last refresh failed; empty if it did not.
    std::string trouble() const;

private:
    Open open_;
    std::atomic<std::uint64_t> generation_;
    mutable std::mutex mutex_;  // guards current_ and trouble_
    std::mutex refreshing_;     // one refresh at a time
    std::shared_ptr<Application const> current_;
    std::string trouble_;
};

}  // namespace koine::app
