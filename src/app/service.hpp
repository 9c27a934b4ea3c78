/// @file Service: a database served in one or several dialects. What the command line starts and stops.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "event/reach.hpp"
#include "model/schema.hpp"
#include "query/limits.hpp"
#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace koine::app {

/// A dialect at a place. The dialect's own prefixes come below `prefix`.
struct Mount {
    std::string dialect;  ///< a built-in name, or a path of a YAML file (it has a slash or ends in .yaml or .yml)
    std::string prefix;   ///< "" or "/api": no slash at the end
    bool operator==(Mount const&) const = default;
};

enum class AccessLog : std::uint8_t { off, text, json };
/// How the server's own lines on stderr look (app/log.hpp).
enum class LogFormat : std::uint8_t { text, json };

/// Everything that can be set. The defaults are safe: loopback, read-only, capped.
struct Options {
    std::string source;         ///< the SQLite file, or an app: a folder or a YAML file
    std::string store;          ///< an app's database; empty = .koine/app.db in its folder
    event::Reach webhooks_to;   ///< an app: where its webhooks may reach beside the internet
    bool watch = false;         ///< an app: look whether its files have changed, and serve what they say then
    std::vector<Mount> mounts;  ///< empty = the default dialect at ""
    std::string host = "127.0.0.1";
    std::uint16_t port = 3000;  ///< 0 = any free one
    unsigned workers = 0;       ///< 0 = one per core
    AccessLog access_log = AccessLog::off;
    LogFormat log_format = LogFormat::text;

    bool write = false;  ///< whether anything may be written; who may is decided by tokens
    store::Durability durability = store::Durability::full;
    std::string state;            ///< the file of tokens; empty = beside the source, its name and ".koine"
    std::string tls_certificate;  ///< PEM files; both or none
    std::string tls_key;
    bool tls_dev = false;  ///< serve TLS with a certificate of a local authority made for this machine

    std::uint32_t max_rows = 10'000;
    std::uint64_t max_response_bytes = 64ULL * 1024 * 1024;
    query::PlanLimits plan;
    std::chrono::milliseconds statement_limit{5000};
    std::uint32_t max_head_bytes = 32 * 1024;
    std::uint64_t max_body_bytes = 8ULL * 1024 * 1024;
    std::uint32_t max_connections = 20'000;
    std::chrono::seconds head_timeout{15};
    std::chrono::seconds idle_timeout{75};
    std::chrono::seconds write_timeout{30};
    std::chrono::seconds drain_timeout{10};
    WallClock clock = {
    };  ///< an app: of its functions and jobs, of `now` in what is written, of what tokens and sessions are over. For tests
};

/// What a banner tells.
struct Facts {
    std::string url;                    ///< http://127.0.0.1:3000
    std::string database;               ///< "SQLite 3.40.1, rollback journal, 8.1 MB"
    std::vector<std::string> dialects;  ///< "NAME at /prefix", each
    std::vector<std::string> examples;  ///< URLs to try, made from what the database holds
    std::vector<std::string> notes;     ///< what the loader left out and why
    std::vector<std::string> trust;     ///< with tls_dev: how clients are made to trust the certificate, lines to paste
    std::vector<std::string> done;      ///< what was done to an app's database
    std::string docs;                   ///< the address of the page with its documents; empty if there is none
    std::vector<std::string> warnings;  ///< of serving itself: the certificate, tokens in clear
    enum class Writers : std::uint8_t { nobody, tokens, anyone, rules };  ///< rules: as the app says
    Writers writers = Writers::nobody;
    std::size_t tables = 0;
    std::size_t views = 0;
};

/// Whether that is an app: a folder, or a YAML file.
bool names_app(std::string const& source);

/// A running server. `start` opens the database, compiles the dialects and binds the port; `run` serves until `stop`.
class Service {
public:
    /// @return configuration (bad file, dialect, port in use, an address other than loopback), told in one sentence.
    static Result<std::unique_ptr<Service>> start(Options options);
    virtual ~Service() = default;
    virtual Facts facts() const = 0;
    /// Blocks until stopped and drained.
    virtual void run() = 0;
    /// Finishes what runs, refuses the new. Thread-safe, also from a signal-handling thread; a second call closes at once.
    virtual void stop() = 0;
};

/// The model of a database file, for `koine inspect`. @return configuration problems.
Result<model::Model> inspect(std::string const& file);
/// The OpenAPI document that a server with these options shows at `/-/openapi.json`, as JSON: that of the mount at the shortest place.
/// Nothing is bound or written. @param address where clients reach the server, as "http://127.0.0.1:3000"; the mount's place is added.
/// @return configuration problems.
Result<std::string> describe(Options const& options, std::string_view address);
/// The names of the built-in dialects.
std::vector<std::string> builtin_dialects();
/// The default dialect's name.
std::string_view default_dialect();

}  // namespace koine::app
