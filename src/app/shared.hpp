/// @file Shared: what all workers share.
#pragma once

#include "app/access_log.hpp"
#include "app/application.hpp"
#include "app/service.hpp"
#include "app/sweeper.hpp"
#include "app/watcher.hpp"
#include "auth/guard.hpp"
#include "base/off_loop.hpp"
#include "event/dispatcher.hpp"
#include "operation/runner.hpp"

#include <memory>

namespace koine::app {

/// Uploads that wait at once, each with its body in memory; and pieces of files, one for each connection at most.
inline constexpr std::size_t kKeeping = 128;
inline constexpr std::size_t kReading = 100'000;

/// Outlives the handlers. Each part is thread-safe or never changes.
struct Shared {
    Options options;
    std::shared_ptr<Applications> applications;
    std::unique_ptr<AccessLogger> log;
    std::unique_ptr<auth::Guard> guard;
    std::unique_ptr<OffLoop> off_loop = std::make_unique<OffLoop>();         ///< for what takes long: hashing passwords
    std::unique_ptr<OffLoop> computing = std::make_unique<OffLoop>();        ///< for what apps' functions compute: templates
    std::unique_ptr<OffLoop> keeping = std::make_unique<OffLoop>(kKeeping);  ///< for files that come in, and are synced
    std::unique_ptr<OffLoop> files = std::make_unique<OffLoop>(kReading);    ///< for files that are read: pieces, each from a connection
    std::unique_ptr<event::Dispatcher> dispatcher;                           ///< of an app's webhooks; null: a bare database
    std::unique_ptr<operation::Runner> runner;                               ///< of an app's jobs; null: a bare database
    std::unique_ptr<Sweeper> sweeper;                                        ///< of an app's files; null: a bare database
    std::unique_ptr<Watcher> watcher;                                        ///< goes first: it asks the others
};

}  // namespace koine::app
