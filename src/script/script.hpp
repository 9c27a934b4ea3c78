/// @file Scripts: a Program of Lua modules, States that run it, the Pool that keeps them, and the Call of one function.
///
/// Lua 5.4 without what reaches the machine, its files or other calls: base, string, table, math, utf8 as far as they can be bounded, `re` (RE2), `time`,
/// `crypto`, `codec`, `text`, `problem`, `warn`, `list`, `map`, `null`, and what the embedder offers. Without coroutines, load, require,
/// debug, os, io, xpcall, rawset, collectgarbage, __gc and __close.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "script/host.hpp"
#include "script/value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::script {

/// A module: its name is the file's, without folder and ".lua".
struct Source {
    std::string file;  ///< as mistakes name it: "operations/alerts.lua"
    std::string text;
};

/// A global function of a module, which can be called as "module.name".
struct Function {
    std::string name;  ///< "alerts.test"
    std::string file;
    int line = 0;
    bool operator==(Function const&) const = default;
};

/// A place where a module reads a global name, with the members that follow by name: "alert", "db.trusted", "codec.json.encode"; "db.?" if the member
/// is worked out.
struct Use {
    std::string name;
    std::string file;
    int line = 0;
    bool known = true;  ///< somebody defines it: the module, another one, the library, the host
    bool operator==(Use const&) const = default;
};

/// What the library asks of its embedder. Called from whichever thread runs a state.
struct Environment {
    WallClock now;
    /// The key of that name for crypto.hmac: scripts name keys and never see them. By default there is none.
    std::function<std::optional<std::string>(std::string_view name)> key;
    /// Globals that `CallOptions::globals` gives, so that their names are known.
    std::vector<std::string> globals;
};

class Program;
struct Compiled {
    std::shared_ptr<Program const> program;  ///< null if there are mistakes
    std::vector<Problem> mistakes;           ///< configuration, each with file and line
};

/// Modules and what they may call. Immutable; any thread may use it.
///
/// A file is run once for each state, before any call: it defines functions and constants, and can't call the host. What it defines is frozen then: calls see
/// the globals and local tables of a file as read-only, and a function that assigns to a local of its file is a mistake, so nothing of one call is there
/// for the next. Globals that a function writes are the call's own. Modules see each other's globals by the module's name.
class Program {
public:
    /// Mistakes: syntax, an error or a limit while a file is run, a name that is taken (two files, or the library's), a function that changes what
    /// would outlive its call. Unknown names are no mistakes here: see `unknown`.
    static Compiled compile(
        std::vector<Source> sources, std::vector<HostFunction> hosts, Environment environment = {}, StateLimits limits = {}
    );
    ~Program();
    Program(Program const&) = delete;
    Program& operator=(Program const&) = delete;

    /// All functions, sorted by name.
    std::vector<Function> const& functions() const;
    /// The function of that name, to call it; nothing if there is none.
    std::optional<std::size_t> find(std::string_view name) const;
    /// The host's function of that name.
    std::optional<HostId> host(std::string_view name) const;
    std::vector<HostFunction> const& hosts() const;

    /// Every use of a global name, by file and line. What is worked out (`_ENV[name]`) is not seen.
    std::vector<Use> const& uses() const;
    /// Those that nobody defines.
    std::vector<Use> unknown() const;
    /// Those of this name or its members; and of "db.?" for "db.trusted".
    std::vector<Use> uses_of(std::string_view name) const;
    /// Every name that a module may use, with dots, sorted: to find the nearest right one.
    std::vector<std::string> const& names() const;

    struct Parts;
    Parts const& parts() const { return *parts_; }

private:
    explicit Program(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// Writes the arguments of a call, one value after another.
using Push = std::function<void(Pusher&)>;

struct CallOptions {
    CallLimits limits = {};
    /// Handed to immediate functions. Must live as long as the call.
    void* context = nullptr;
    /// If set, functions that would yield are answered here and now, on the thread that runs the call: for a driver that can't wait. Writes at most one
    /// value (none is nil), or returns the Problem that is raised in the script. Its time is not the call's.
    std::function<Result<void>(Wait const&, Pusher&)> serve = {};
    /// Further globals of this call, as members of one map (begin_map … end_map): "principal". They hide nothing, and are made when one is first asked for.
    Push globals = {};
};

/// One state of Lua with the program loaded. One call at a time; one thread at a time, not always the same.
class State {
public:
    /// @return internal: not even the modules fit into the limits.
    static Result<std::unique_ptr<State>> make(std::shared_ptr<Program const> program, StateLimits limits = {});
    ~State();
    State(State const&) = delete;
    State& operator=(State const&) = delete;

    Program const& program() const;
    /// False once a call hit a limit or was given up while it waited: then it is to be closed.
    bool usable() const;
    /// Bytes that it holds now.
    std::size_t memory() const;

private:
    friend class Call;
    explicit State(std::unique_ptr<Machine> machine);
    std::unique_ptr<Machine> machine_;
};

/// One call of a function. Not thread-safe; movable between threads as its state is, also while it waits.
///
///     Call call(state, *program->find("droplets.act"));
///     auto stage = call.start([&](Pusher& push) { push.value(request); });
///     while (stage == Call::Stage::waits) stage = call.resume(co_await serve(call.wait()));
///     if (stage == Call::Stage::failed) return call.failure();
///     Value answer = call.result();
class Call {
public:
    enum class Stage : std::uint8_t { ready, waits, done, failed };

    /// The state must be usable and have no other call. @param function of Program::find.
    Call(State& state, std::size_t function, CallOptions options = {});
    /// Gives it up if it waits; the state is not usable any more then.
    ~Call();
    Call(Call const&) = delete;
    Call& operator=(Call const&) = delete;

    /// Runs until it waits, is done, or has failed. Does not suspend and throws nothing; what `arguments` throws fails the call.
    Stage start(Push const& arguments);
    Stage start(std::vector<Value> const& arguments = {});
    /// Goes on with what the function of the host gives: a value, or a Problem that the script may catch. Only while it waits.
    Stage resume(Result<Value> given);
    /// The same, written without a tree.
    Stage resume(Push const& given);

    Stage stage() const;
    /// Whether a pcall stands around what it does now: then the script may outlive a Problem that it is given.
    bool is_guarded() const;
    /// Only while it waits.
    Wait const& wait() const;
    /// The (first) result when it is done, null if there is none. @return internal if it is no value.
    Result<Value> result() const;
    /// The same where it lies; the texts live until the call is destroyed.
    Reader reader() const;
    /// Only when it has failed.
    Failure const& failure() const;
    std::vector<Note> const& notes() const;
    /// Instructions used so far, in steps of 1,000.
    std::uint64_t instructions() const;

private:
    Machine* machine_;
};

/// Keeps states of one program. Thread-safe.
class Pool {
public:
    /// Gives the state back when it goes, or closes it if it is not usable.
    class Lease {
    public:
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        State& operator*() const { return *state_; }
        State* operator->() const { return state_.get(); }

    private:
        friend class Pool;
        Lease(Pool* pool, std::unique_ptr<State> state);
        Pool* pool_;
        std::unique_ptr<State> state_;
    };

    /// @param kept how many idle states it keeps. @param most how many there may be at once.
    explicit Pool(std::shared_ptr<Program const> program, StateLimits limits = {}, std::size_t kept = 8, std::size_t most = 256);
    /// All leases must be back.
    ~Pool();
    Pool(Pool const&) = delete;
    Pool& operator=(Pool const&) = delete;

    /// A state that was kept, or a new one. @return overloaded: all are in use; internal: it can't be made.
    Result<Lease> take();
    std::shared_ptr<Program const> const& program() const;

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace koine::script
