#include "script/machine.hpp"

#include <re2/re2.h>

#include <cstdlib>
#include <ctime>
#include <exception>

namespace koine::script {
namespace {

constexpr std::size_t kMostRaised = 1000;

std::chrono::nanoseconds cpu_now() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

void hook(lua_State* lua, lua_Debug* /*where*/) {
    auto& machine = Machine::of(lua);
    machine.charge(lua, static_cast<std::uint64_t>(machine.interval));
}

struct Protected {
    int (*call)(lua_State*, void*);
    void* body;
    std::string thrown;
};

/// What the embedder's functions throw becomes an error of Lua, raised outside of the catch.
int run_protected(lua_State* lua) {
    auto& job = *static_cast<Protected*>(lua_touserdata(lua, 1));
    lua_settop(lua, 0);
    try {
        return job.call(lua, job.body);
    } catch (std::exception const& error) {
        job.thrown = error.what();
    }
    complain(lua, "%s", job.thrown.c_str());
}

/// The place of the raised problem on top; beyond all of them if it is something else. Makes nothing, so it raises nothing.
std::size_t raised_at(lua_State* lua) {
    if (lua_gettop(lua) == 0 || lua_type(lua, -1) != LUA_TUSERDATA || !lua_checkstack(lua, 3)) return SIZE_MAX;
    lua_getmetatable(lua, -1);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.failure);
    bool const ours = lua_rawequal(lua, -1, -2) != 0;
    lua_pop(lua, 2);
    return ours ? *static_cast<std::size_t const*>(lua_touserdata(lua, -1)) : SIZE_MAX;
}

}  // namespace

Keys kKeys;

std::string_view to_string(Limit limit) {
    switch (limit) {
        case Limit::instructions: return "instructions";
        case Limit::time: return "time";
        case Limit::memory: return "memory";
        case Limit::text: return "text";
        case Limit::problems: return "problems";
    }
    return "";
}

Machine::~Machine() {
    if (lua) lua_close(lua);
}

void* Machine::allocate(void* of, void* block, std::size_t before, std::size_t after) {
    auto& machine = *static_cast<Machine*>(of);
    auto const held = block ? before : 0;
    if (after == 0) {
        std::free(block);  // NOLINT(cppcoreguidelines-no-malloc): what realloc gave
        machine.used -= held;
        return nullptr;
    }
    if (after > held) {
        // Of a new object Lua tells the kind in place of the old size.
        constexpr std::size_t head = 64;
        if (!block && before == LUA_TSTRING && after > machine.limits.text + head) {
            machine.hit(Limit::text);
            return nullptr;
        }
        if (machine.used + (after - held) > machine.limits.memory) return nullptr;
        if (after > 16UL << 10U) machine.block_of(after);
    }
    void* const given = std::realloc(block, after);  // NOLINT(cppcoreguidelines-no-malloc): Lua's way
    if (given) machine.used += after - held;
    return given;
}

/// One instruction may go through a whole text or table: where there are large ones, the limits are looked at more often.
void Machine::block_of(std::size_t bytes) {
    int const wanted = bytes > 256UL << 10U ? 10 : 100;
    if (wanted >= interval) return;
    interval = wanted;
    if (thread && !limit) lua_sethook(thread, hook, LUA_MASKCOUNT, interval);
}

int Machine::protect_with(int (*call)(lua_State*, void*), void* body) {
    Protected job{call, body, {}};
    lua_pushcfunction(lua, run_protected);
    lua_pushlightuserdata(lua, &job);
    return lua_pcall(lua, 1, LUA_MULTRET, 0);
}

void Machine::hit(Limit which) {
    if (!limit) limit = which;
    usable = false;
}

void Machine::stop(lua_State* at, Limit which) {
    hit(which);
    if (limit_trace.empty()) limit_trace = trace_of(at);
    lua_sethook(at, hook, LUA_MASKCOUNT, 1);
    throw Stopped();
}

void Machine::look(lua_State* at) {
    if (auto const over = passed()) stop(at, *over);
}

bool Machine::goes_on(std::uint64_t work) {
    instructions += work;
    unlooked += work;
    return (unlooked < static_cast<std::uint64_t>(interval) && instructions <= options.limits.instructions) || !passed();
}

std::optional<Limit> Machine::passed() {
    unlooked = 0;
    if (limit) return limit;
    if (instructions > options.limits.instructions) return Limit::instructions;
    auto const elapsed = earlier + (Clock::now() - started);
    auto const cpu = cpu_started || elapsed > options.limits.time ? std::optional(cpu_now()) : std::nullopt;
    if (!cpu_started) cpu_started = cpu_now();
    if (elapsed <= options.limits.time) return std::nullopt;
    if (elapsed > 5 * options.limits.time || cpu_earlier + (*cpu - *cpu_started) > options.limits.time) return Limit::time;
    return std::nullopt;
}

std::int64_t Machine::now() const { return microseconds_now(program->parts().environment.now); }

void Machine::start_clock() {
    started = Clock::now();
    cpu_started.reset();
}

void Machine::pause_clock() {
    earlier += Clock::now() - started;
    if (cpu_started) cpu_earlier += cpu_now() - *cpu_started;
}

void Machine::begin(std::size_t which, CallOptions with) {
    options = std::move(with);
    function = which;
    stage = Call::Stage::ready;
    result = 0;
    interval = base_interval;
    instructions = unlooked = 0;
    guards = 0;
    tree_budget = limits.memory;
    earlier = {};
    cpu_earlier = {};
}

Call::Stage Machine::run(Push const& arguments) {
    auto const status = protect([&](lua_State* at) {
        if (!thread) {
            thread = lua_newthread(at);
            lua_rawsetp(at, LUA_REGISTRYINDEX, &thread);
        }
        lua_rawgetp(at, LUA_REGISTRYINDEX, &kKeys.functions);
        lua_rawgeti(at, -1, static_cast<lua_Integer>(function + 1));
        lua_remove(at, -2);
        auto push = pusher(at);
        if (arguments) arguments(push);
        return lua_gettop(at);
    });
    if (status != LUA_OK || !lua_checkstack(thread, lua_gettop(lua))) {
        fail(status == LUA_OK ? LUA_ERRMEM : status);
        return stage;
    }
    auto const count = lua_gettop(lua);
    lua_xmove(lua, thread, count);
    lua_sethook(thread, hook, LUA_MASKCOUNT, interval);
    return resume(count - 1);
}

Call::Stage Machine::go_on(Result<Value>* given, Push const* push) {
    given_problem.reset();
    wait.arguments.clear();
    if (given && !*given) {
        given_problem = std::move(*given).error();
        return resume(0);
    }
    auto const status = protect([&](lua_State* at) {
        auto writes = pusher(at);
        if (given)
            writes.value(given->value());
        else if (*push)
            (*push)(writes);
        lua_settop(at, 1);
        return 1;
    });
    if (status != LUA_OK) {
        // Not the script's doing: but it can be told only there, where it may be caught.
        given_problem =
            Problem(Reason::internal).because(lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "what was given did not fit");
        if (status == LUA_ERRMEM) hit(Limit::memory);
        lua_settop(lua, 0);
        return resume(0);
    }
    lua_xmove(lua, thread, 1);
    return resume(1);
}

Call::Stage Machine::resume(int arguments) {
    start_clock();
    int results = 0;
    auto const status = lua_resume(thread, lua, arguments, &results);
    pause_clock();
    if (status == LUA_YIELD) {
        stage = Call::Stage::waits;
    } else if (status == LUA_OK && !limit) {
        stage = Call::Stage::done;
        result = results > 0 ? lua_gettop(thread) - results + 1 : 0;
    } else {
        fail(status);
    }
    return stage;
}

/// The error lies on top of the thread, or of the main stack if it did not come that far.
void Machine::fail(int status) {
    stage = Call::Stage::failed;
    lua_State* const at = lua_gettop(lua) > 0 || !thread ? lua : thread;
    if (status == LUA_ERRMEM) hit(Limit::memory);
    auto trace = limit && !limit_trace.empty() ? limit_trace : trace_of(at);
    std::string cause;
    if (limit) {
        cause = "the script used more " + std::string(to_string(*limit)) + " than it may";
    } else if (auto const place = raised_at(at); place < raised.size()) {
        failure = Failure{std::move(raised[place]), std::nullopt, trace};
    } else if (lua_gettop(at) > 0 && lua_type(at, -1) == LUA_TSTRING) {
        cause = std::string(Machine::reader(at, lua_gettop(at)).text().substr(0, 1000));
    } else if (lua_gettop(at) > 0) {
        cause = std::string("an error that is a ") + luaL_typename(at, -1);
    }
    if (!failure) {
        if (!trace.empty()) cause += "; " + trace;
        failure = Failure{Problem(Reason::internal).because(cause), limit, std::move(trace)};
    }
    // The thread is dead. What it left to close is never closed: that would be to go on.
    thread = nullptr;
    lua_settop(lua, 0);
}

void Machine::end() {
    if (stage == Call::Stage::waits) {
        usable = false;
        thread = nullptr;
    }
    stage = Call::Stage::done;
    if (usable) {
        if (thread) lua_settop(thread, 0);
        lua_settop(lua, 0);
        if (!written.empty()) {
            lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.modules);
            for (int const module : written) {
                lua_rawgeti(lua, 1, module);                          // 2: {metatable, definitions, first write, "__index", "__newindex"}
                for (int i = 1; i <= 5; ++i) lua_rawgeti(lua, 2, i);  // 3..7
                lua_pushvalue(lua, 6);
                lua_pushvalue(lua, 4);
                lua_rawset(lua, 3);
                lua_pushvalue(lua, 7);
                lua_pushvalue(lua, 5);
                lua_rawset(lua, 3);
                lua_settop(lua, 1);
            }
            lua_settop(lua, 0);
        }
        if (options.globals) {
            lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.globals);
            lua_rawgetp(lua, -1, &kKeys.globals);  // the name "__index": to make it could fail
            lua_pushcfunction(lua, first_own_global);
            lua_rawset(lua, -3);
            lua_settop(lua, 0);
        }
    }
    written.clear();
    raised.clear();
    notes.clear();
    wait.arguments.clear();
    failure.reset();
    given_problem.reset();
    options = {};
}

void raise(lua_State* lua, Machine::What what) {
    auto& machine = Machine::of(lua);
    if (machine.raised.size() >= kMostRaised) machine.stop(lua, Limit::problems);
    auto* const place = static_cast<std::size_t*>(lua_newuserdatauv(lua, sizeof(std::size_t), 0));
    *place = machine.raised.size();
    machine.raised.push_back(std::move(what));
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.failure);
    lua_setmetatable(lua, -2);
    lua_error(lua);
    std::unreachable();
}

std::string trace_of(lua_State* lua) {
    constexpr int kMostFrames = 12;
    std::string text;
    lua_Debug frame{};
    int told = 0;
    for (int level = 0; told < kMostFrames && level < 200 && lua_getstack(lua, level, &frame); ++level) {
        lua_getinfo(lua, "Sln", &frame);
        if (frame.currentline < 0) continue;
        if (told++ > 0) text += ", ";
        text.append(frame.short_src).append(":").append(std::to_string(frame.currentline));
        if (frame.name) text.append(" in ").append(frame.name);
    }
    return text;
}

std::string_view check_text(lua_State* lua, int index) {
    std::size_t size = 0;
    char const* const bytes = luaL_checklstring(lua, index, &size);
    return {bytes, size};
}

std::string_view option_text(lua_State* lua, int index, std::string_view otherwise) {
    return lua_isnoneornil(lua, index) ? otherwise : check_text(lua, index);
}

void push_text(lua_State* lua, std::string_view text) { lua_pushlstring(lua, text.data(), text.size()); }

}  // namespace koine::script
