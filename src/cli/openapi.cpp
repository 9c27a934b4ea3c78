#include "app/service.hpp"
#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace koine::cli {
namespace {

bool is_address(std::string_view text) {
    auto const begins = [&](std::string_view scheme) { return text.size() > scheme.size() && text.starts_with(scheme); };
    return (begins("http://") || begins("https://")) && std::ranges::none_of(text, [](char c) {
               return c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>' || c == '?' || c == '#';
           });
}

/// Where a server with these options would be reached.
std::string own_address(app::Options const& options) {
    auto const secure = options.tls_dev || !options.tls_certificate.empty();
    bool const bare_ipv6 = options.host.find(':') != std::string::npos && !options.host.starts_with('[');
    return fmt::format("{}://{}{}{}:{}", secure ? "https" : "http", bare_ipv6 ? "[" : "", options.host, bare_ipv6 ? "]" : "", options.port);
}

Result<std::string> address_of(Command const& command, app::Options const& options) {
    if (!command.has("base-url")) return own_address(options);
    auto given = command.text("base-url");
    if (!is_address(given))
        return bad_value("--base-url", given, "an address such as https://api.example.org or http://localhost:3000/data");
    while (given.ends_with('/')) given.pop_back();
    return given;
}

ExitCode write_file(std::string const& path, std::string_view text) {
    auto const failed = [&] {
        say(stderr, fmt::format("koine: {} could not be written: {}\n", printable(path), std::strerror(errno)));
        return ExitCode::failed;
    };
    auto* file = std::fopen(path.c_str(), "wbe");
    if (!file) return failed();
    bool const written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    bool const closed = std::fclose(file) == 0;
    return written && closed ? ExitCode::fine : failed();
}

}  // namespace

ExitCode openapi(Command const& command) {
    auto const options = resolve(command, read_environment());
    if (!options) return fail(options.error());
    auto const& wanted = options.value().app;
    auto const address = address_of(command, wanted);
    if (!address) return fail(address.error());
    if (command.has("output") && command.text("output").empty()) return fail(missing_value("the value of --output", "a file's path, or -"));
    auto const document = app::describe(wanted, address.value());
    if (!document) return fail_with_file(document.error(), wanted.source);
    auto const text = document.value() + "\n";
    if (auto const path = command.text("output"); !path.empty() && path != "-") return write_file(path, text);
    say(stdout, text);
    return finish_output();
}

}  // namespace koine::cli
