/// @file Telling: an app's webhooks in the server: what is written of changes, and the thread that sends it.
#pragma once

#include "app/application.hpp"
#include "app/shared.hpp"
#include "base/result.hpp"
#include "event/dispatcher.hpp"
#include "event/outbox.hpp"

#include <cstdint>
#include <memory>

namespace koine::app {

/// The outbox of an app. @return null if it has no webhooks; configuration.
Result<std::shared_ptr<event::Outbox>> make_outbox(MountedDialect const& mount);

/// Sends what is due of the app that is served at the moment. Its folder may gain webhooks while it is served. @return internal.
Result<std::unique_ptr<event::Dispatcher>> start_dispatcher(Shared const& shared);

/// Has what a transaction wrote be sent at once: made before it, told once it is durable.
class Telling {
public:
    Telling(Shared const& shared, Application const& application)
        : dispatcher_(shared.dispatcher.get()),
          outbox_(application.outbox.get()),
          before_(outbox_ == nullptr ? 0 : outbox_->written()) {}
    void done() const {
        if (dispatcher_ != nullptr && outbox_ != nullptr && outbox_->written() != before_) dispatcher_->poke();
    }

private:
    event::Dispatcher* dispatcher_;
    event::Outbox const* outbox_;
    std::uint64_t before_;
};

}  // namespace koine::app
