#include "cli/settings.hpp"

#include "base/address.hpp"
#include "cli/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace koine::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
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
Complaint time(Duration& into, std::string_view text, Duration least, Duration most) {
    auto const parsed = parse_duration(text, Duration(1));
    auto const whole = parsed ? std::chrono::duration_cast<Duration>(*parsed) : Duration(0);
    bool const in_seconds = std::is_same_v<Duration, seconds>;
    if (!parsed || whole != *parsed || whole < least || whole > most)
        return fmt::format(
                   "a time {}, from {} to {}",
                   in_seconds ? "in whole seconds such as 15s or 2m" : "such as 500ms or 5s",
                   least.count(),
                   most.count()
               ) +
               (in_seconds ? " seconds" : " milliseconds");
    into = whole;
    return std::nullopt;
}

std::string show(milliseconds value) {
    return value.count() % 1000 == 0 ? fmt::format("{}s", value.count() / 1000) : fmt::format("{}ms", value.count());
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

Complaint network(ServeOptions& options, std::string_view text) {
    auto& reach = options.app.webhooks_to;
    if (text == "any") {
        reach.anywhere = true;
        return std::nullopt;
    }
    auto const parsed = parse_address(text);
    if (!parsed) return "any, an address or a network such as 10.0.0.0/8 or fd00::/8";
    reach.networks.push_back(parsed->network());
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

/// The words of a setting and what they mean.
template <class Meaning, std::size_t count>
using Words = std::array<std::pair<std::string_view, Meaning>, count>;

template <class Meaning, std::size_t count>
Complaint word(Meaning& into, std::string_view text, Words<Meaning, count> const& words) {
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) {
        if (text == words[i].first) {
            into = words[i].second;
            return std::nullopt;
        }
        expected += fmt::format("{}{}", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i].first);
    }
    return expected;
}

constexpr Words<store::Durability, 2> kDurabilities = {{{"full", store::Durability::full}, {"normal", store::Durability::normal}}};
constexpr Words<AccessLogWish, 4> kAccessLogs = {
    {{"off", AccessLogWish::off}, {"on", AccessLogWish::on}, {"text", AccessLogWish::text}, {"json", AccessLogWish::json}}
};
constexpr Words<app::LogFormat, 2> kLogFormats = {{{"text", app::LogFormat::text}, {"json", app::LogFormat::json}}};

// --- a row of each form; At is a lambda that gives the options' member ----------------------------------------------------------------

using Text = std::string_view;
using Given = ServeOptions const;
using FormKind = Form::Kind;

template <auto At>
consteval Setting toggle_row(Text name, Text help, Group group) {
    return {name, "", help, group, {FormKind::toggle}, [](ServeOptions& o, Text t) { return toggle(At(o), t); }};
}

template <auto At>
consteval Setting path_row(Text name, Text help, Group group) {
    return {name, "FILE", help, group, {FormKind::path}, [](ServeOptions& o, Text t) { return path(At(o), t); }};
}

template <auto At, std::uint64_t least, std::uint64_t most>
consteval Setting whole_row(Text name, Text help, Group group) {
    return {
        name,
        "N",
        help,
        group,
        {FormKind::whole, least, most},
        [](ServeOptions& o, Text t) { return whole(At(o), t, least, most); },
        [](Given& o) { return std::to_string(At(o)); }
    };
}

template <auto At, std::uint64_t least, std::uint64_t most>
consteval Setting size_row(Text name, Text help, Group group) {
    return {
        name,
        "SIZE",
        help,
        group,
        {FormKind::size, least, most},
        [](ServeOptions& o, Text t) { return size(At(o), t, least, most); },
        [](Given& o) { return show_size(At(o)); }
    };
}

/// The limits are in the member's own unit.
template <auto At, std::uint64_t least, std::uint64_t most>
consteval Setting time_row(Text name, Text help, Group group) {
    using Duration = std::remove_cvref_t<decltype(At(std::declval<ServeOptions&>()))>;
    constexpr bool in_seconds = std::is_same_v<Duration, seconds>;
    return {
        name,
        in_seconds ? "S" : "MS",
        help,
        group,
        {in_seconds ? FormKind::seconds : FormKind::milliseconds, least, most},
        [](ServeOptions& o, Text t) { return time(At(o), t, Duration(least), Duration(most)); },
        [](Given& o) { return show(At(o)); }
    };
}

template <auto At, auto const& words>
consteval Setting words_row(Text name, Text value, Text help, Group group) {
    return {
        name,
        value,
        help,
        group,
        {FormKind::words},
        [](ServeOptions& o, Text t) { return word(At(o), t, words); },
        [](Given& o) { return std::string(std::ranges::find(words, At(o), [](auto const& one) { return one.second; })->first); }
    };
}

constexpr std::uint64_t kKilo = 1024;
constexpr std::uint64_t kMega = kKilo * kKilo;
constexpr std::uint64_t kGiga = kKilo * kMega;
constexpr std::uint64_t kMany = 1'000'000'000;
constexpr std::uint64_t kHour = 3600;

// clang-format off: a table is read by its columns.
constexpr auto kSettings = std::to_array<Setting>({
    {"dialect", "NAME|FILE[@/prefix]", "serve in this dialect, below /prefix; may be repeated", Group::what, {FormKind::mount}, mount,
        [](Given&) { return std::string(app::default_dialect()); }, true, [](ServeOptions& o) { o.app.mounts.clear(); }},
    toggle_row<[](auto& o) -> auto& { return o.app.write; }>(
        "write", "let clients write, too; with tokens, those who have one that may", Group::what),
    words_row<[](auto& o) -> auto& { return o.app.durability; }, kDurabilities>(
        "durability", "full|normal", "what a confirmed write survives: loss of power, or only the program's end ({})", Group::what),
    path_row<[](auto& o) -> auto& { return o.app.state; }>(
        "state", "where tokens are kept (the database's name and .koine)", Group::what),
    path_row<[](auto& o) -> auto& { return o.app.store; }>(
        "store", "an app's database (.koine/app.db in its folder)", Group::what),
    toggle_row<[](auto& o) -> auto& { return o.app.watch; }>(
        "watch", "of an app: serve what its files say now, whenever they change", Group::what),
    {"webhooks-to", "NETWORK|any", "of an app: a network beside the internet that its webhooks may reach; may be repeated", Group::what,
        {FormKind::network}, network, nullptr, true, [](ServeOptions& o) { o.app.webhooks_to = {}; }},

    {"host", "H", "the address to listen on ({})", Group::where, {FormKind::text}, host, [](Given& o) { return o.app.host; }},
    whole_row<[](auto& o) -> auto& { return o.app.port; }, 0, 65'535>(
        "port", "the port; 0 takes any free one ({})", Group::where),
    whole_row<[](auto& o) -> auto& { return o.app.workers; }, 0, 256>(
        "workers", "threads that serve; 0 is one per core ({})", Group::where),
    whole_row<[](auto& o) -> auto& { return o.app.max_connections; }, 1, 1'000'000>(
        "max-connections", "connections open at a time ({})", Group::where),
    path_row<[](auto& o) -> auto& { return o.app.tls_certificate; }>(
        "tls-cert", "serve HTTPS with this certificate (PEM, with its chain)", Group::where),
    path_row<[](auto& o) -> auto& { return o.app.tls_key; }>(
        "tls-key", "the certificate's private key, in PEM", Group::where),
    toggle_row<[](auto& o) -> auto& { return o.app.tls_dev; }>(
        "tls-dev", "serve HTTPS with a certificate of an authority made for this machine", Group::where),

    whole_row<[](auto& o) -> auto& { return o.app.max_rows; }, 1, kMany>(
        "max-rows", "rows in one answer ({})", Group::answers),
    size_row<[](auto& o) -> auto& { return o.app.max_response_bytes; }, kKilo, 16 * kGiga>(
        "max-response-bytes", "bytes in one answer ({})", Group::answers),
    time_row<[](auto& o) -> auto& { return o.app.statement_limit; }, 1, 1000 * kHour>(
        "statement-timeout", "time that one statement may take ({})", Group::answers),

    size_row<[](auto& o) -> auto& { return o.app.max_head_bytes; }, kKilo, kMega>(
        "max-head-bytes", "request line and headers ({})", Group::requests),
    size_row<[](auto& o) -> auto& { return o.app.max_body_bytes; }, 0, kGiga>(
        "max-body-bytes", "body of a request ({})", Group::requests),
    whole_row<[](auto& o) -> auto& { return o.app.plan.max_depth; }, 0, 32>(
        "max-depth", "levels of related rows ({})", Group::requests),
    whole_row<[](auto& o) -> auto& { return o.app.plan.max_embeds; }, 0, 1000>(
        "max-embeds", "relations that one request may name ({})", Group::requests),
    whole_row<[](auto& o) -> auto& { return o.app.plan.max_columns; }, 1, 2000>(
        "max-columns", "columns that one request may name ({})", Group::requests),
    whole_row<[](auto& o) -> auto& { return o.app.plan.max_terms; }, 0, 10'000>(
        "max-terms", "conditions in the filters of a request ({})", Group::requests),
    whole_row<[](auto& o) -> auto& { return o.app.plan.max_order_terms; }, 0, 200>(
        "max-order-terms", "terms of one order ({})", Group::requests),

    time_row<[](auto& o) -> auto& { return o.app.head_timeout; }, 1, kHour>(
        "head-timeout", "for a request's head to arrive ({})", Group::time),
    time_row<[](auto& o) -> auto& { return o.app.idle_timeout; }, 1, 24 * kHour>(
        "idle-timeout", "between two requests of a connection ({})", Group::time),
    time_row<[](auto& o) -> auto& { return o.app.write_timeout; }, 1, kHour>(
        "write-timeout", "for a client to take its answer ({})", Group::time),
    time_row<[](auto& o) -> auto& { return o.app.drain_timeout; }, 0, kHour>(
        "drain-timeout", "for running requests to finish when stopped ({})", Group::time),

    words_row<[](auto& o) -> auto& { return o.access_log; }, kAccessLogs>(
        "access-log", "off|on|text|json", "a line on stdout for every request; on is as --log-format says ({})", Group::output),
    words_row<[](auto& o) -> auto& { return o.app.log_format; }, kLogFormats>(
        "log-format", "text|json", "how logs are written: of requests, and the server's own lines ({})", Group::output),
    toggle_row<[](auto& o) -> auto& { return o.quiet; }>("quiet", "print only the URL", Group::output),
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

std::string Setting::explained() const { return fmt::format(fmt::runtime(help), otherwise ? otherwise(ServeOptions()) : std::string()); }

std::span<Setting const> settings() { return kSettings; }

}  // namespace koine::cli
