#include "app/log.hpp"
#include "app/service.hpp"
#include "cli/banner.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/signals.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>
#include <utility>

namespace koine::cli {
namespace {

void announce(app::Facts const& facts, ServeOptions const& options) {
    if (options.quiet)
        say(stdout, facts.url + "\n");
    else if (options.app.log_format == app::LogFormat::json)
        say(stdout, ready_line(facts, options.app, std::chrono::system_clock::now()));
    else
        say(stdout, banner(facts, options.app, Paint(stdout)));
    std::fflush(stdout);
    bool const told = !options.quiet && options.app.log_format == app::LogFormat::text;
    for (auto const& warning : facts.warnings)
        if (!told) app::log(options.app.log_format, app::LogLevel::note, printable(warning));
}

/// On a terminal only: a supervisor's log needs no lesson in Ctrl-C.
void say_stopping(int signals) {
    if (isatty(STDERR_FILENO) == 0) return;
    say(stderr, signals == 1 ? "stopping: finishing what runs (Ctrl-C again stops at once)\n" : "stopping at once\n");
}

}  // namespace

ExitCode serve(Command const& command) {
    auto const environment = read_environment();
    auto options = resolve(command, environment);
    if (!options) return fail(options.error());
    auto const& wanted = options.value().app;
    for (auto const& doubt : doubts(environment)) app::log(wanted.log_format, app::LogLevel::note, printable(doubt));

    std::setvbuf(stdout, nullptr, _IOLBF, 1U << 16U);
    StopSignals signals;
    auto started = app::Service::start(wanted);
    if (!started) return fail_with_file(started.error(), wanted.source, wanted.log_format);
    auto const service = std::move(started).value();
    signals.on_stop([&](int received) {
        say_stopping(received);
        service->stop();
    });
    announce(service->facts(), options.value());
    service->run();
    signals.on_stop({});
    // Whoever read the banner or the log may be gone by now: that is no failure of serving.
    std::fflush(stdout);
    return ExitCode::fine;
}

}  // namespace koine::cli
