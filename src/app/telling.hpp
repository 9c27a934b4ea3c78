/// @file Telling: an app's webhooks in the server: what is written of changes, and the thread that sends it.
#pragma once

#include "app/application.hpp"
#include "app/shared.hpp"
#include "base/result.hpp"
#include "event/dispatcher.hpp"
#include "event/outbox.hpp"
#include "operation/book.hpp"
#include "operation/runner.hpp"

#include <cstdint>
#include <memory>

namespace koine::app {

/// The outbox of an app. @return null if it has no webhooks; configuration.
Result<std::shared_ptr<event::Outbox>> make_outbox(MountedDialect const& mount);

/// Sends what is due of the app that is served at the moment. Its folder may gain webhooks while it is served. @return internal.
Result<std::unique_ptr<event::Dispatcher>> start_dispatcher(Shared const& shared);

/// Has what a transaction wrote be sent at once, and the jobs that it ordered be looked at: made before it, told once it is durable.
class Telling {
public:
    Telling(Shared const& shared, Application const& application)
        : dispatcher_(shared.dispatcher.get()),
          runner_(shared.runner.get()),
          outbox_(application.outbox.get()),
          book_(application.book.get()),
          written_(outbox_ == nullptr ? 0 : outbox_->written()),
          ordered_(book_ == nullptr ? 0 : book_->jobs_ordered()) {}
    void done() const {
        if (dispatcher_ != nullptr && outbox_ != nullptr && outbox_->written() != written_) dispatcher_->poke();
        if (runner_ != nullptr && book_ != nullptr && book_->jobs_ordered() != ordered_) runner_->poke();
    }

private:
    event::Dispatcher* dispatcher_;
    operation::Runner* runner_;
    event::Outbox const* outbox_;
    operation::Book const* book_;
    std::uint64_t written_, ordered_;
};

}  // namespace koine::app
