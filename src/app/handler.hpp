/// @file RequestHandler: the way of a request, from a parsed head to a written answer. One per worker.
#pragma once

#include "app/shared.hpp"
#include "app/work.hpp"
#include "http/server.hpp"

#include <memory>
#include <vector>

namespace koine::app {

class RequestHandler final : public http::Handler {
public:
    RequestHandler(Shared& shared, boost::asio::io_context& context) : shared_(shared), context_(context) {}

    Awaitable<> handle(http::Request const& request, http::Answer& answer) override;
    void problem(Problem const& problem, http::Request const& partial, http::Answer& answer) override;
    void access(http::AccessRecord const& record) override { shared_.log->record(record); }
    void settle() override;

private:
    /// This worker's state of the current application, made anew after a swap. @return why the database cannot be opened.
    Result<std::shared_ptr<WorkerState>> state();

    Shared& shared_;
    boost::asio::io_context& context_;
    std::shared_ptr<WorkerState> state_;
    std::vector<std::weak_ptr<WorkerState>> former_;  ///< of requests that began before a swap and may still run
    WorkPool pool_;
};

}  // namespace koine::app
