/// @file Operations: functions of an app's Lua files, run for requests, jobs and hooks. What they may use is listed in docs/operations.md.
#pragma once

#include "base/awaitable.hpp"
#include "base/cancellation.hpp"
#include "base/clock.hpp"
#include "base/message.hpp"
#include "base/off_loop.hpp"
#include "base/result.hpp"
#include "description/description.hpp"
#include "operation/book.hpp"
#include "query/principal.hpp"
#include "script/script.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::operation {

/// The app's files, compiled; null with mistakes (configuration, each with its place).
struct Scripts {
    std::shared_ptr<script::Program const> program;
    std::vector<Problem> mistakes;
};
/// Compiles the app's files and checks that everything its YAML calls is there, and that its functions use no name that nobody knows.
/// @param clock of functions.
Scripts compile_scripts(description::App const& app, WallClock clock = {});

/// A row that is read before a function is called with it.
struct RowArgument {
    resource::Resource const& resource;  ///< as clients see it
    std::int64_t key = 0;
    /// Writes the arguments. @param row writes the row, in stored form.
    std::function<void(script::Pusher&, script::Push const& row)> arguments;
};

/// One call of a function. What it points to must live until the call ends.
struct Invocation {
    std::string_view function;  ///< "file.function"
    script::Push const& arguments;
    query::Principal const& principal;
    std::string_view request_id;
    bool writes = false;   ///< it may change rows
    bool trusted = false;  ///< db asks no rules: of jobs, which act for the app
    bool rows = false;     ///< what it returns names rows of a resource
    script::CallLimits limits = {};
    RowArgument const* row = nullptr;      ///< counts instead of `arguments`. Without that row the call fails: not_found
    int depth = 0;                         ///< how many hooks stand around it
    OffLoop* off_loop = nullptr;           ///< for what takes long and would hold a loop; null: it is done at once
    std::span<Header const> headers = {};  ///< of the request, for request:header
    std::function<Result<void>(script::Reader const&)> const* returned = nullptr;  ///< takes what it returns, which is no outcome then
};

/// What a function returned.
struct Outcome {
    enum class Kind : std::uint8_t {
        nothing,   ///< nil
        json,      ///< `body`
        text,      ///< `body`, as `content_type`
        redirect,  ///< to `body`
        rows,      ///< those of `keys`, in this order
        file       ///< the blob of the hash `body`, as `file` says
    };
    Kind kind = Kind::nothing;
    int status = 0;  ///< 0: the operation's
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string content_type;
    std::vector<std::int64_t> keys;
    bool list = false;                                       ///< rows: they came as a list
    std::vector<std::pair<std::string, std::string>> words;  ///< rows: what the dialect's frame may say around them, by name
    std::string links;                                       ///< rows: JSON that it may show, or empty
    struct File {
        std::string name, type;
        bool inlined = false;
    };
    File file;
    std::vector<std::string> warnings;  ///< what `warn` told, beside the answer
};

/// Runs it within a transaction, on the writer's thread, to its end. As the work of a transaction may be run again, so may this.
/// @return what the function raised or met; internal with the app's own frames as cause for a fault of the function.
Result<Outcome> run_in(Book const& book, Invocation const& call, store::Transaction& transaction);

/// Statements of plans and texts on one session, kept by these. Belongs to a worker as its session does; destroyed before it.
class Statements {
public:
    explicit Statements(store::Session& session) : session_(session) {}
    Result<std::shared_ptr<store::Prepared>> of(std::shared_ptr<query::Plan const> const& plan);
    Result<std::shared_ptr<store::Prepared>> of(std::shared_ptr<store::Text const> const& text);
    store::Session& session() { return session_; }

private:
    store::Session& session_;
    std::map<std::shared_ptr<query::Plan const>, std::shared_ptr<store::Prepared>> kept_;
    std::map<std::shared_ptr<store::Text const>, std::shared_ptr<store::Prepared>> texts_;
};

/// Runs it on a worker's loop, or another one's: reads wait without blocking, and each write (if it may write) is a transaction of its own.
/// @return as run_in.
Awaitable<Result<Outcome>> run_on(Book const& book, Invocation const& call, Statements& statements, Cancellation const* cancellation);

}  // namespace koine::operation
