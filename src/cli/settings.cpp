#include "cli/settings.hpp"

#include "cli/values.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <type_traits>

namespace koine::cli {
namespace {

using Complaint = std::optional<std::string>;

template <class Number>
Complaint whole(Number& into, std::string_view text, std::type_identity_t<Number> least, std::type_identity_t<Number> most) {
    auto const number = parse_whole(text);
    if (!number || *number < least || *number > most) return fmt::format("a whole number from {} to {}", least, most);
    into = static_cast<Number>(*number);
    return std::nullopt;
}

template <class Number>
Complaint size(Number& into, std::string_view text, std::uint64_t least, std::uint64_t most) {
    auto const bytes = parse_size(text);
    if (!bytes || *bytes < least || *bytes > most)
        return fmt::format("a size from {} to {} (bytes, or with K, M or G)", show_size(least), show_size(most));
    into = static_cast<Number>(*bytes);
    return std::nullopt;
}

/// Digits alone count in the unit of the setting.
template <class Duration>
Complaint duration(Duration& into, std::string_view text, Duration least, Duration most) {
    auto const parsed = parse_duration(text, Duration(1));
    auto const whole = parsed ? std::chrono::duration_cast<Duration>(*parsed) : Duration(0);
    bool const seconds = std::is_same_v<Duration, std::chrono::seconds>;
    if (!parsed || whole != *parsed || whole < least || whole > most)
        return fmt::format(
                   "a time {}, from {} to {}",
                   seconds ? "in whole seconds such as 15s or 2m" : "such as 500ms or 5s",
                   least.count(),
                   most.count()
               ) +
               (seconds ? " seconds" : " milliseconds");
    into = whole;
    return std::nullopt;
}

std::string show(std::chrono::milliseconds time) {
    return time.count() % 1000 == 0 ? fmt::format("{}s", time.count() / 1000) : fmt::format("{}ms", time.count());
}

Complaint host(ServeOptions& options, std::string_view text) {
    if (text.empty() || text.find_first_of(" \t\r\n/@") != std::string_view::npos)
        return "a host's name or address such as 127.0.0.1, localhost or ::1";
    options.app.host = text;
    return std::nullopt;
}

Complaint mount(ServeOptions& options, std::string_view text) {
    auto parsed = parse_mount(text);
    if (!parsed) return std::string(kMountForm);
    options.app.mounts.push_back(std::move(*parsed));
    return std::nullopt;
}

Complaint access_log(ServeOptions& options, std::string_view text) {
    if (text == "off")
        options.app.access_log = app::AccessLog::off;
    else if (text == "text")
        options.app.access_log = app::AccessLog::text;
    else if (text == "json")
        options.app.access_log = app::AccessLog::json;
    else
        return "off, text or json";
    return std::nullopt;
}

Complaint toggle(bool& into, std::string_view text) {
    auto const wanted = parse_switch(text);
    if (!wanted) return "true or false";
    into = *wanted;
    return std::nullopt;
}

Complaint path(std::string& into, std::string_view text) {
    if (text.empty()) return "a file's path";
    into = text;
    return std::nullopt;
}

Complaint durability(ServeOptions& options, std::string_view text) {
    if (text != "full" && text != "normal") return "full or normal";
    options.app.durability = text == "full" ? store::Durability::full : store::Durability::normal;
    return std::nullopt;
}

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Text = std::string_view;
using Given = ServeOptions const;

constexpr std::uint64_t kKilo = 1024;
constexpr std::uint64_t kMega = kKilo * kKilo;
constexpr std::uint64_t kGiga = kKilo * kMega;
constexpr std::uint32_t kMany = 1'000'000'000;

// clang-format off: a table is read by its columns.
constexpr auto kSettings = std::to_array<Setting>({
    {"dialect", "NAME|FILE[@/prefix]", "serve in this dialect, below /prefix; may be repeated", Group::what, mount,
        [](Given&) { return std::string(app::default_dialect()); }, true},
    {"write", "", "let clients write, too; with tokens, those who have one that may", Group::what,
        [](ServeOptions& o, Text t) { return toggle(o.app.write, t); }},
    {"durability", "full|normal", "what a confirmed write survives: loss of power, or only the end of the program (full)", Group::what,
        durability},
    {"state", "FILE", "where tokens are kept (the database's name and .koine)", Group::what,
        [](ServeOptions& o, Text t) { return path(o.app.state, t); }},

    {"host", "H", "the address to listen on ({})", Group::where, host, [](Given& o) { return o.app.host; }},
    {"port", "N", "the port; 0 takes any free one ({})", Group::where,
        [](ServeOptions& o, Text t) { return whole(o.app.port, t, 0, 65'535); }, [](Given& o) { return std::to_string(o.app.port); }},
    {"workers", "N", "threads that serve; 0 is one per core ({})", Group::where,
        [](ServeOptions& o, Text t) { return whole(o.app.workers, t, 0, 256); }, [](Given& o) { return std::to_string(o.app.workers); }},
    {"max-connections", "N", "connections open at a time ({})", Group::where,
        [](ServeOptions& o, Text t) { return whole(o.app.max_connections, t, 1, 1'000'000); },
        [](Given& o) { return std::to_string(o.app.max_connections); }},
    {"tls-cert", "FILE", "serve HTTPS with this certificate (PEM, with its chain)", Group::where,
        [](ServeOptions& o, Text t) { return path(o.app.tls_certificate, t); }},
    {"tls-key", "FILE", "the certificate's private key (PEM)", Group::where,
        [](ServeOptions& o, Text t) { return path(o.app.tls_key, t); }},
    {"tls-dev", "", "serve HTTPS with a certificate of an authority made for this machine", Group::where,
        [](ServeOptions& o, Text t) { return toggle(o.app.tls_dev, t); }},

    {"max-rows", "N", "rows in one answer ({})", Group::answers,
        [](ServeOptions& o, Text t) { return whole(o.app.max_rows, t, 1, kMany); }, [](Given& o) { return std::to_string(o.app.max_rows); }},
    {"max-response-bytes", "SIZE", "bytes in one answer ({})", Group::answers,
        [](ServeOptions& o, Text t) { return size(o.app.max_response_bytes, t, kKilo, 16 * kGiga); },
        [](Given& o) { return show_size(o.app.max_response_bytes); }},
    {"statement-timeout", "MS", "time that one statement may take ({})", Group::answers,
        [](ServeOptions& o, Text t) { return duration(o.app.statement_limit, t, milliseconds(1), milliseconds(hours(1))); },
        [](Given& o) { return show(o.app.statement_limit); }},

    {"max-head-bytes", "SIZE", "request line and headers ({})", Group::requests,
        [](ServeOptions& o, Text t) { return size(o.app.max_head_bytes, t, kKilo, kMega); },
        [](Given& o) { return show_size(o.app.max_head_bytes); }},
    {"max-body-bytes", "SIZE", "body of a request ({})", Group::requests,
        [](ServeOptions& o, Text t) { return size(o.app.max_body_bytes, t, 0, kGiga); },
        [](Given& o) { return show_size(o.app.max_body_bytes); }},
    {"max-depth", "N", "levels of related rows ({})", Group::requests,
        [](ServeOptions& o, Text t) { return whole(o.app.plan.max_depth, t, 0, 32); },
        [](Given& o) { return std::to_string(o.app.plan.max_depth); }},
    {"max-embeds", "N", "relations that one request may name ({})", Group::requests,
        [](ServeOptions& o, Text t) { return whole(o.app.plan.max_embeds, t, 0, 1000); },
        [](Given& o) { return std::to_string(o.app.plan.max_embeds); }},
    {"max-columns", "N", "columns that one request may name ({})", Group::requests,
        [](ServeOptions& o, Text t) { return whole(o.app.plan.max_columns, t, 1, 2000); },
        [](Given& o) { return std::to_string(o.app.plan.max_columns); }},
    {"max-terms", "N", "conditions in the filters of a request ({})", Group::requests,
        [](ServeOptions& o, Text t) { return whole(o.app.plan.max_terms, t, 0, 10'000); },
        [](Given& o) { return std::to_string(o.app.plan.max_terms); }},
    {"max-order-terms", "N", "terms of one order ({})", Group::requests,
        [](ServeOptions& o, Text t) { return whole(o.app.plan.max_order_terms, t, 0, 200); },
        [](Given& o) { return std::to_string(o.app.plan.max_order_terms); }},

    {"head-timeout", "S", "for a request's head to arrive ({})", Group::time,
        [](ServeOptions& o, Text t) { return duration(o.app.head_timeout, t, seconds(1), seconds(hours(1))); },
        [](Given& o) { return show(o.app.head_timeout); }},
    {"idle-timeout", "S", "between two requests of a connection ({})", Group::time,
        [](ServeOptions& o, Text t) { return duration(o.app.idle_timeout, t, seconds(1), seconds(hours(24))); },
        [](Given& o) { return show(o.app.idle_timeout); }},
    {"write-timeout", "S", "for a client to take its answer ({})", Group::time,
        [](ServeOptions& o, Text t) { return duration(o.app.write_timeout, t, seconds(1), seconds(hours(1))); },
        [](Given& o) { return show(o.app.write_timeout); }},
    {"drain-timeout", "S", "for running requests to finish when stopped ({})", Group::time,
        [](ServeOptions& o, Text t) { return duration(o.app.drain_timeout, t, seconds(0), seconds(hours(1))); },
        [](Given& o) { return show(o.app.drain_timeout); }},

    {"access-log", "off|text|json", "a line on stdout for every request (off)", Group::output, access_log},
    {"quiet", "", "print only the URL", Group::output, [](ServeOptions& o, Text t) { return toggle(o.quiet, t); }},
});
// clang-format on

}  // namespace

std::string_view to_string(Group group) {
    switch (group) {
        case Group::what: return "What is served";
        case Group::where: return "Where";
        case Group::answers: return "Limits of an answer";
        case Group::requests: return "Limits of a request";
        case Group::time: return "Patience";
        case Group::output: return "Output";
    }
    return "";
}

std::string Setting::flag() const { return fmt::format("--{}", name); }

std::string Setting::variable() const {
    std::string variable = "KOINE_";
    for (char c : name) variable += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
    return variable;
}

std::span<Setting const> settings() { return kSettings; }

}  // namespace koine::cli
