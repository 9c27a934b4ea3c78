/// @file Dispatcher: sends the deliveries that are due, and notes what came of them.
#pragma once

#include "event/outbox.hpp"
#include "event/sender.hpp"
#include "store/store.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

namespace koine::event {

/// What deliveries are read from; kept alive by whoever uses it.
struct Ground {
    std::shared_ptr<store::Store> store;
    std::shared_ptr<Outbox const> outbox;  ///< null: there are none
};

struct DispatcherOptions {
    SenderOptions sender;
    std::chrono::milliseconds look_every{1000};
    std::chrono::milliseconds first_delay{1000};  ///< before the second attempt; twice as long before each further one
    std::chrono::milliseconds lease{15'000
    };  ///< a delivery is kept from other processes while it is under way, and so long after this one is gone
};

/// A delivery is sent at least once: it is another attempt's if this process ends meanwhile (also by kill -9), and after any answer but 2xx, later and
/// later, at most Outbox::attempts times. Receivers know one by its X-Hook-Delivery, which stays the same. Those of one target go in their order as far as none
/// fails; a target that is not reached rests a while, and holds no other up. What was over a week ago is removed.
/// Thread-safe.
class Dispatcher {
public:
    /// @param current what is served at the moment. Called on the dispatcher's thread.
    /// @param log a line for people, of a delivery that is given up. @return internal.
    static Result<std::unique_ptr<Dispatcher>> start(
        std::function<Ground()> current, DispatcherOptions options, std::function<void(std::string_view)> log
    );
    virtual ~Dispatcher() = default;
    /// A delivery may have been added.
    virtual void poke() = 0;
    /// Begins nothing more, waits so long for what is under way, gives back the rest, and ends the threads. Idempotent.
    virtual void stop(std::chrono::milliseconds patience) = 0;
};

}  // namespace koine::event
