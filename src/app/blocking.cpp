#include "app/blocking.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace koine::app {
namespace {

class OnLoop final : public Blocking {
public:
    Result<void> begin(store::Store& store) {
        KOINE_TRY(session_, store.session(context_));
        return outcome::success();
    }
    ~OnLoop() override {
        if (session_) session_->settle();
    }

    Result<void> transact(store::Work const& work) override {
        Result<void> done = Problem(Reason::internal).because("interrupted");
        auto const run = [&]() -> Awaitable<> { done = co_await session_->transact(work, nullptr); };
        boost::asio::co_spawn(context_, run(), boost::asio::detached);
        context_.run();
        context_.restart();
        return done;
    }

private:
    boost::asio::io_context context_;
    std::unique_ptr<store::Session> session_;
};

}  // namespace

Result<std::unique_ptr<Blocking>> Blocking::make(store::Store& store) {
    auto made = std::make_unique<OnLoop>();
    KOINE_TRY(made->begin(store));
    return std::unique_ptr<Blocking>(std::move(made));
}

}  // namespace koine::app
