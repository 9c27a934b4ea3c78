#include "app/telling.hpp"

#include "app/log.hpp"
#include "jinja/jinja.hpp"

#include <chrono>

namespace koine::app {
namespace {

/// A template of a hook is rendered on the writer's thread, on which everyone waits.
Result<std::string> render(std::string_view source, std::string_view context) {
    jinja::Options options;
    options.name = "body";
    options.limits.output_bytes = std::size_t{1} << 20;
    options.limits.steps = 200'000;
    options.limits.memory_bytes = std::size_t{16} << 20;
    options.limits.time = std::chrono::milliseconds(50);
    return jinja::render(source, context, options);
}

}  // namespace

Result<std::shared_ptr<event::Outbox>> make_outbox(MountedDialect const& mount) {
    return event::Outbox::make(mount.dialect->resources, jinja::available() ? event::Render(render) : event::Render());
}

Result<std::unique_ptr<event::Dispatcher>> start_dispatcher(Shared const& shared) {
    auto current = [applications = shared.applications]() -> event::Ground {
        auto const application = applications->current();
        return {application->store, application->outbox};
    };
    auto tell = [format = shared.options.log_format](std::string_view sentence) { log(format, LogLevel::error, sentence); };
    event::DispatcherOptions options;
    options.sender.reach = shared.options.webhooks_to;
    return event::Dispatcher::start(std::move(current), std::move(options), std::move(tell));
}

}  // namespace koine::app
