/// @file What stands between a script and its embedder: functions of the host, values that cross over, what a call may use and how it fails.
#pragma once

#include "base/result.hpp"
#include "script/value.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct lua_State;

namespace koine::script {

struct Machine;

/// A function of the host: its place in the list that the program was compiled with.
enum class HostId : std::uint32_t {};

/// What a value at hand is. `nothing` is Lua's nil, and what lies beyond the last argument.
enum class Class : std::uint8_t { nothing, null, boolean, integer, real, text, list, map, function, other };

/// Writes one value into Lua without a tree between: scalars, or begin_list … end_list, begin_map … key, value … end_map, nested at will.
/// A member that is not written is nil in Lua; null() writes the constant `null`. Only within the function that was given one: it raises
/// Lua errors (no memory) as C++ exceptions, which are not to be caught. Texts may hold any bytes.
class Pusher {
public:
    /// The constant `null` within a list or a map; nil as a value of its own.
    void null();
    void boolean(bool value);
    void integer(std::int64_t value);
    void real(double value);
    void text(std::string_view value);
    void value(Value const& tree);
    /// A function of the host, also a hidden one: a method of an object, e.g. `principal:can(…)`.
    void function(HostId id);

    /// @param about how many members or items follow; more or fewer is fine.
    void begin_map(std::size_t about = 0);
    void key(std::string_view name);
    void end_map();
    void begin_list(std::size_t about = 0);
    void end_list();
    /// A member of a map, key and value.
    void text(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    void integer(std::string_view name, std::int64_t value) {
        key(name);
        integer(value);
    }
    void boolean(std::string_view name, bool value) {
        key(name);
        boolean(value);
    }

    /// Within a map: a member that is the same value as another one, which was written.
    void same(std::string_view name, std::string_view as);

    /// How many whole values were written.
    int count() const { return count_; }

private:
    friend struct Machine;
    explicit Pusher(lua_State* lua) : lua_(lua) {}
    void place();
    void room();

    static constexpr int kMap = -1;
    lua_State* lua_;
    int count_ = 0;
    int depth_ = 0;
    int frames_[kMaxDepth + 1] = {};  ///< of each list how many items it has; kMap for a map
};

/// A value of Lua that is read where it lies. Valid while the function runs that was given it; texts likewise. Costs nothing to copy.
class Reader {
public:
    Class type() const;
    /// What it holds. Asked for another class: false, 0, empty. An integer is a real too.
    bool boolean() const;
    std::int64_t integer() const;
    double real() const;
    std::string_view text() const;

    /// How many items a list has; 0 of all else.
    std::size_t size() const;
    /// Visits the items of a list in order. `visit(Reader item, std::size_t index)` returns whether to go on.
    void each(std::function<bool(Reader, std::size_t)> const& visit) const;
    /// Visits the member of a map, if it has it.
    /// @return whether it has.
    bool member(std::string_view name, std::function<void(Reader)> const& visit) const;

    /// As a tree. @return internal: deeper than 64 levels, with items and names, or something that is no value; the cause tells which.
    Result<Value> value() const;

private:
    friend struct Machine;
    friend class Arguments;
    Reader(lua_State* lua, int index) : lua_(lua), index_(index) {}
    lua_State* lua_;
    int index_;  ///< absolute, or beyond the top
};

/// The arguments of a call of an immediate function.
class Arguments {
public:
    std::size_t size() const { return count_; }
    /// `nothing` beyond the last one.
    Reader operator[](std::size_t index) const;
    /// What the call was begun with (`CallOptions::context`).
    void* context() const { return context_; }
    /// The function itself, if one handler serves several.
    HostId id() const { return id_; }

private:
    friend struct Machine;
    Arguments(lua_State* lua, std::size_t count, void* context, HostId id) : lua_(lua), count_(count), context_(context), id_(id) {}
    lua_State* lua_;
    std::size_t count_;
    void* context_;
    HostId id_;
};

/// What an immediate function does: writes at most one value (none is nil), or returns the Problem that is raised in the script.
/// An exception becomes `internal`. It must not touch the Call itself.
using Handler = std::function<Result<void>(Arguments const& arguments, Pusher& result)>;

/// A function that the embedder offers.
struct HostFunction {
    enum class Mode : std::uint8_t {
        immediate,  ///< the handler is called in place
        yields      ///< the call waits until the driver resumes it; no handler
    };
    std::string
        name;  ///< "emit", "db.get", "codec.xml.encode": tables are made as needed, and added to the library's where they have the same name. An
               ///< immediate one of the name of a table of the library ("text") is called by calling that
    Mode mode = Mode::immediate;
    Handler handler;
    bool hidden = false;  ///< no global: reached only through Pusher::function
    /// yields: the place of an argument that names a row, which may be given as a whole: of a table that has the member `id` only that is taken.
    std::optional<std::size_t> row_argument = {};
};

/// What a script waits for.
struct Wait {
    HostId function{};
    std::vector<Value> arguments;
};

/// What `problem(kind, {…})` raises: the embedder words it later.
struct Raised {
    std::string kind;
    Value fields;  ///< a map
    bool operator==(Raised const&) const = default;
};

/// What `warn(code, …)` adds to a call.
struct Note {
    std::string code;
    std::vector<Value> arguments;
    bool operator==(Note const&) const = default;
};

/// Which limit ended a call.
enum class Limit : std::uint8_t { instructions, time, memory, text, problems };
std::string_view to_string(Limit limit);

/// Why a call failed.
struct Failure {
    /// What the script raised, or the Problem that a function of the host gave and nobody caught; a fault of the script itself (an error of
    /// its run, a limit) is Problem(internal), with file, line and the app's own frames as cause, for the log only.
    std::variant<Problem, Raised> what;
    std::optional<Limit> limit;
    /// The app's own frames, the innermost first: "operations/a.lua:12 in act, operations/a.lua:40 in run". Empty if none is known.
    std::string trace;

    Problem const* problem() const { return std::get_if<Problem>(&what); }
    Raised const* raised() const { return std::get_if<Raised>(&what); }
};

/// What one call may use. It can catch no error of a limit.
struct CallLimits {
    /// Of the virtual machine; work in C (sorting, patterns, hashing) counts by its size.
    std::uint64_t instructions = 10'000'000;
    /// While it runs, not while it waits: CPU time of the thread, and at most five times that by the clock. Looked at every 1,000 instructions.
    std::chrono::microseconds time{100'000};
};

/// What one state may use, the modules themselves included.
struct StateLimits {
    std::size_t memory = 32UL << 20U;  ///< bytes
    std::size_t text = 1UL << 20U;     ///< bytes of one string
};

}  // namespace koine::script
