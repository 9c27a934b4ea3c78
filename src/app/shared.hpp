/// @file Shared: what all workers share.
#pragma once

#include "app/access_log.hpp"
#include "app/application.hpp"
#include "app/service.hpp"
#include "app/watcher.hpp"
#include "auth/guard.hpp"
#include "base/off_loop.hpp"
#include "event/dispatcher.hpp"
#include "operation/runner.hpp"

#include <memory>

namespace koine::app {

/// Outlives the handlers. Each part is thread-safe or never changes.
struct Shared {
    Options options;
    std::shared_ptr<Applications> applications;
    std::unique_ptr<AccessLogger> log;
    std::unique_ptr<auth::Guard> guard;
    std::unique_ptr<OffLoop> off_loop = std::make_unique<OffLoop>();   ///< for what takes long: hashing passwords
    std::unique_ptr<OffLoop> computing = std::make_unique<OffLoop>();  ///< for what apps' functions compute: templates
    std::unique_ptr<operation::Runner> runner;                         ///< of an app's jobs; null: a bare database
    std::unique_ptr<event::Dispatcher> dispatcher;                     ///< of an app's webhooks; null: a bare database
    std::unique_ptr<Watcher> watcher;                                  ///< goes first: it asks the others
};

}  // namespace koine::app
