/// @file What of an app happens rather than is: operations, hooks, jobs and webhooks, as its YAML says them. Immutable once loaded.
#pragma once

#include "base/message.hpp"
#include "description/place.hpp"
#include "model/yaml.hpp"
#include "value/type.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace koine::description {

/// Who may: a word, or a permission.
struct Rule {
    enum class Who : std::uint8_t { anyone, user, staff, superuser, permission, nobody };
    Who who = Who::permission;
    std::string permission;  ///< of `permission`: "peering.add_autonomoussystem"; made of the entity's type word by default
};

/// One typed value that an operation takes from a body or a query string.
struct Input {
    std::string name;
    value::Type type;
    bool nullable = false;
    bool blank = false;     ///< the empty text may be given, and is the default if there is none
    bool required = true;   ///< false with a default, too, and of what may be null or empty
    std::string otherwise;  ///< the default, as stored
    bool has_default = false;
    std::string help;
    Place place;

    bool is_file() const { return type.kind == value::Kind::file; }
};

/// What an operation answers with, if not with what its function makes itself.
struct Answer {
    std::string resource;  ///< whose rows; empty: a document of the function's own
    std::string view;      ///< by which they are shown; empty: `full`
    bool list = false;     ///< several rows
    bool any = false;      ///< it is said that it is a document of the function's own
    bool nothing = false;  ///< it is said that there is none
};

/// How a file is given out.
struct FileAnswer {
    std::string name, type;  ///< a text, or a field of the row; the field's name where these are
    bool name_is_field = false, type_is_field = false;
    bool inlined = false;  ///< browsers show it, if its type is harmless; else they save it
};

/// `POST {id}/sync: {call: peeringdb.sync}`: something that is done at a path of its own.
struct Operation {
    enum class Kind : std::uint8_t {
        call,  ///< a function of a Lua file: `target` is "file.function"
        sql,   ///< a statement that reads: `target` is the name of the .sql file, without its suffix
        file   ///< bytes: `target` is the field that holds them, a blob of the row
    };
    Kind kind = Kind::call;
    std::string target;
    std::vector<Method> methods;
    std::string path;      ///< below the dialect's prefix, with holes: "peering/autonomous-systems/{id}/sync"; no slash at its ends
    std::string resource;  ///< whose; empty: nobody's
    bool of_row = false;   ///< a row of the resource is meant, by its key in the hole `id`: it is looked up first
    bool reads = true;     ///< it writes nothing: needs no writer. Default: of GET
    Rule rule;
    std::vector<Input> query, body;
    bool body_is_free = false;  ///< `body: any`: whatever JSON comes
    bool body_is_raw = false;   ///< `body: raw`: bytes of whatever type, kept as a file
    bool body_is_list = false;  ///< `body: {list: …}` is not offered yet
    int status = 200;           ///< of what is answered; nothing is answered with it too, without a body
    std::vector<int> replies;   ///< further statuses that its function answers with: for documents
    bool listed = false;        ///< indexes name it
    Answer answer;
    FileAnswer file;            ///< of a file
    std::string summary, help;  ///< for documents
    Place place;

    /// Whether its form may bring files.
    bool takes_files() const { return std::ranges::any_of(body, &Input::is_file); }
    /// Whether documents know what comes back.
    bool declares_answer() const {
        return kind != Kind::call || !answer.resource.empty() || answer.any || answer.nothing || status == 204 || status == 205;
    }
};

/// A function before or after rows are written, in the same transaction.
struct Hooks {
    std::string before_create, before_update, before_delete;  ///< "file.function"; may change what is given, or refuse it
    std::string after_create, after_update, after_delete;
    bool empty() const {
        return before_create.empty() && before_update.empty() && before_delete.empty() && after_create.empty() && after_update.empty() &&
               after_delete.empty();
    }
};

/// A function that runs again and again.
struct Schedule {
    std::string name;
    std::string call;  ///< "file.function"
    std::chrono::seconds every{0};
    Place place;
};

/// How jobs are run, and with which entity of the app they are shown; empty names: not.
struct Jobs {
    std::string entity;
    std::string key;     ///< a uuid or text: the job's id
    std::string name;    ///< which job
    std::string status;  ///< a choice, holding `words`
    std::string created, started, completed;
    std::string user;    ///< who started it
    std::string object;  ///< an any_ref: what it is about
    std::string data;    ///< json: what the function keeps
    std::string output;  ///< text: what people read
    std::string error;   ///< text: why it failed
    /// The status as the entity's choice says it.
    std::string pending = "pending", running = "running", completed_word = "completed", failed = "failed", errored = "errored";
    std::vector<Schedule> every;
    int attempts = 5;  ///< at most so often, if the function fails by a fault that may pass
};

/// Who is told of changes: rows of an entity of the app, or addresses that the YAML says.
struct Webhooks {
    std::string entity;  ///< empty: only `targets`
    std::string enabled, types, url, method, content_type, headers, body, secret, conditions, verify, authority;
    std::string on_create, on_update, on_delete;  ///< booleans
    /// An address that is always told.
    struct Target {
        std::string name;
        std::string url;              ///< may be a setting: "{setting.url}"
        std::vector<std::string> on;  ///< "task.create", "task", or an event's name
        std::string secret;           ///< a setting's name; empty: not signed
        Place place;
    };
    std::vector<Target> targets;
    std::string signature = "X-Hook-Signature";  ///< the header with the HMAC of the body
    std::string digest = "sha512";               ///< or sha256
    std::string view = "full";                   ///< by which the row is told
    yaml::Node payload;                          ///< a template (docs/webhooks.md); none: the usual one
    int attempts = 8;
    bool any() const { return !entity.empty() || !targets.empty(); }
};

/// The Lua and SQL files of the app's folder `operations`.
struct Script {
    std::string name;  ///< without suffix: an identifier, of one file only
    std::string file;  ///< where it lies
    std::string text;
    bool is_sql = false;
};

}  // namespace koine::description
