/// @file Machine: what belongs to one state of Lua on our side of it, and how the room's functions use it. Private to the room.
#pragma once

#include "script/script.hpp"

#include <lua.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace koine::script {

/// A function that assigns to a local of a function around it, by where it stands.
struct Leaker {
    int first_line = 0;
    int last_line = 0;
    int line = 0;     ///< of the assignment
    int upvalue = 0;  ///< the local's place among those of the function, from 1
    std::string local;
};

/// A module as it is kept.
struct Module {
    std::string name;
    std::string file;
    std::string bytecode;  ///< made by us, from text
    std::vector<Leaker> leakers;
    std::vector<std::string> globals;  ///< names that it writes
};

struct Program::Parts {
    std::vector<Module> modules;
    std::vector<HostFunction> hosts;
    Environment environment;
    StateLimits limits;
    std::vector<Function> functions;
    std::vector<Use> uses;
    std::vector<std::string> names;
};

class Key;

/// Ends a call that hit a limit. No error of Lua, so that no pcall of the script stands in its way (there may be 100,000 of them, and each would
/// take its time): the state is good for nothing but to be closed then.
struct Stopped {};

/// Invariants
///  1. Outside of a protected call nothing is called of Lua's API that may raise an error.
///  2. `used` is what the allocator has given and not got back.
///  3. Once `limit` is set the call ends: Stopped is thrown at each look, and the hook looks at each instruction.
///  4. `thread` is null or has an empty stack between calls.
struct Machine {
    using What = std::variant<Problem, Raised>;
    using Clock = std::chrono::steady_clock;

    std::shared_ptr<Program const> program;
    StateLimits limits;
    lua_State* lua = nullptr;
    lua_State* thread = nullptr;  ///< runs the calls; null after a failed one
    std::size_t used = 0;
    bool usable = true;
    bool loading = false;
    void const* list_mark = nullptr;  ///< the metatable of lists
    int base_interval = 1000;
    std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> patterns;
    std::map<std::string, std::shared_ptr<Key const>, std::less<>> keys;  ///< that were used; there are as many as settings at most

    // The call
    CallOptions options;
    Call::Stage stage = Call::Stage::done;
    std::size_t function = 0;
    int result = 0;       ///< the index of the first one on the thread; 0: none
    int interval = 1000;  ///< instructions between two looks at the limits
    std::optional<Limit> limit;
    std::string limit_trace;
    std::uint64_t instructions = 0;
    std::uint64_t unlooked = 0;
    std::size_t tree_budget = 0;  ///< bytes that raised values and notes may still take
    Clock::time_point started;
    Clock::duration earlier{};
    std::optional<std::chrono::nanoseconds> cpu_started;
    std::chrono::nanoseconds cpu_earlier{};
    std::deque<What> raised;
    std::optional<Problem> given_problem;
    std::vector<Note> notes;
    Wait wait;
    std::optional<Failure> failure;
    std::vector<int> written;  ///< modules whose globals the call wrote
    std::size_t guards = 0;    ///< how many pcalls stand around what runs

    Machine() = default;
    Machine(Machine const&) = delete;
    Machine& operator=(Machine const&) = delete;
    ~Machine();

    static Machine& of(lua_State* lua) { return **static_cast<Machine**>(lua_getextraspace(lua)); }

    /// Makes the state and loads the modules. @param learnt: the first state of a program tells what it found, as mistakes and as functions and names.
    Result<void> build(std::shared_ptr<Program const> of_program, StateLimits with, Program::Parts* learnt, std::vector<Problem>* mistakes);

    /// Runs a function in protected mode on the main stack; what it leaves there stays. @return whether it came through.
    template <class Body>
    int protect(Body&& body) {
        using Plain = std::remove_reference_t<Body>;
        return protect_with(
            [](lua_State* at, void* object) { return (*static_cast<Plain*>(object))(at); },
            const_cast<void*>(static_cast<void const*>(&body))
        );
    }
    int protect_with(int (*call)(lua_State*, void*), void* body);

    void begin(std::size_t which, CallOptions with);
    Call::Stage run(Push const& arguments);
    Call::Stage go_on(Result<Value>* given, Push const* push);
    void end();

    /// Adds work, and looks at the limits from time to time. Throws Stopped.
    void charge(lua_State* at, std::uint64_t work) {
        instructions += work;
        unlooked += work;
        if (unlooked >= static_cast<std::uint64_t>(interval) || instructions > options.limits.instructions) look(at);
    }
    void look(lua_State* at);
    /// The host works for the script now, or no longer: its time is not counted.
    void pause_clock();
    void start_clock();
    /// The same without throwing, for what can't be left so: whether it may go on. If not, `look` throws next.
    bool goes_on(std::uint64_t work);
    void hit(Limit which);
    [[noreturn]] void stop(lua_State* at, Limit which);

    /// The environment's clock: microseconds since 1970.
    std::int64_t now() const;

    static Pusher pusher(lua_State* at) { return Pusher(at); }
    static Reader reader(lua_State* at, int index) { return {at, index}; }
    static Arguments arguments(lua_State* at, HostId id) {
        return {at, static_cast<std::size_t>(lua_gettop(at)), of(at).options.context, id};
    }

private:
    static void* allocate(void* machine, void* block, std::size_t before, std::size_t after);
    void block_of(std::size_t bytes);
    Call::Stage resume(int arguments);
    /// The limit that is reached, if any.
    std::optional<Limit> passed();
    void fail(int status);
};

/// Keys of the registry, and of metatables: their addresses.
struct Keys {
    char frozen = 0;     ///< of a metatable: the contents of the table that is frozen
    char order = 0;      ///< of a metatable: the names that come first, or false
    char list = 0;       ///< the metatable of lists
    char map = 0;        ///< the metatable of maps without an order
    char failure = 0;    ///< the metatable of raised problems
    char functions = 0;  ///< all functions of the program, by their number from 1
    char modules = 0;    ///< {metatable of the environment, definitions, first write} by the module's number from 1
    char origins = 0;    ///< the frozen table of contents
    char globals = 0;    ///< the metatable of the library's table, whose __index is the call's own globals, or what makes them
    char null = 0;       ///< as a value: the constant `null`
};
extern Keys kKeys;

/// __index of the library's table: makes the globals of a call (`CallOptions::globals`) when it first asks for one.
int first_own_global(lua_State* lua);

/// Registers functions in the table on top.
struct Entry {
    char const* name;
    lua_CFunction function;
};
template <std::size_t Count>
void add(lua_State* lua, Entry const (&entries)[Count]) {
    for (auto const& [name, function] : entries) {
        lua_pushcfunction(lua, function);
        lua_setfield(lua, -2, name);
    }
}

/// Fails the script with this: caught as an object with kind, reason and its fields.
[[noreturn]] void raise(lua_State* lua, Machine::What what);
/// Fails the script with a text; where it stands is put before.
template <class... Parts>
[[noreturn]] void complain(lua_State* lua, char const* format, Parts... parts) {
    luaL_error(lua, format, parts...);
    std::unreachable();
}

/// The text argument, a number too.
std::string_view check_text(lua_State* lua, int index);
std::string_view option_text(lua_State* lua, int index, std::string_view otherwise);
void push_text(lua_State* lua, std::string_view text);
/// A value at hand as a tree, without raising. @param budget: bytes that it may take, less what it took.
Result<Value> read_value(lua_State* lua, int index, std::size_t& budget);
/// The same, raising.
Value check_value(lua_State* lua, int index, std::size_t& budget);
/// The same within what the state may hold, its size counted as work.
Value check_tree(lua_State* lua, int index);
/// Options as such a tree: a map, or null if there are none. @param known the names that there are.
Value check_options(lua_State* lua, int index, std::initializer_list<std::string_view> known);
/// One of them that is true or false; false if it is not there.
bool check_flag(lua_State* lua, Value const& options, char const* name);

/// The key of that name, which the embedder knows; it is not to come near the script.
std::string key_named(lua_State* lua, int index);
/// Pushes bytes in the form that the argument names: hex if there is none.
void push_encoded(lua_State* lua, int index, std::string_view bytes);

/// The app's own frames.
std::string trace_of(lua_State* lua);
/// Wraps a function of C (on top) so that the texts among its arguments count as work.
void push_charged(lua_State* lua, lua_CFunction function);
/// Registers functions that are wrapped so in the table on top.
void add_charged(lua_State* lua, std::initializer_list<Entry> entries);

/// Freezes the table at the index: reads go to its contents, which only we can reach.
void freeze(lua_State* lua, int index);
/// Pushes the contents of a frozen table, or the table itself.
void push_contents(lua_State* lua, int index);
/// Freezes all that the definitions on top hold, through tables and locals of functions.
/// @return mistakes: functions that would keep what they change.
std::vector<Problem> freeze_module(lua_State* lua, Module const& module);

// The library: each pushes one table, or adds to the table on top.
void add_base(lua_State* lua);
void push_strings(lua_State* lua);
void push_tables(lua_State* lua);
void push_math(lua_State* lua);
void push_utf8(lua_State* lua);
void push_regular(lua_State* lua);
void push_time(lua_State* lua);
void push_crypto(lua_State* lua);
/// Adds sign, verify and jwt to the table on top.
void add_signing(lua_State* lua);
void push_codec(lua_State* lua);
void push_text_functions(lua_State* lua);

/// One step of an iterator of string.gmatch, which keeps its place.
int gmatch_step(lua_State* lua);

/// Pushes a function of the host.
void push_host(lua_State* lua, HostId id);

}  // namespace koine::script
