#include "script/machine.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace koine::script {
namespace {

/// What loading a file may use.
constexpr CallLimits kLoading{1'000'000, std::chrono::milliseconds(200)};

void set_mark(lua_State* lua, void const* key, bool map) {
    lua_createtable(lua, 0, 2);
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    if (map) {
        lua_pushboolean(lua, false);
        lua_rawsetp(lua, -2, &kKeys.order);
    }
    lua_rawsetp(lua, LUA_REGISTRYINDEX, key);
}

void prepare_registry(lua_State* lua) {
    set_mark(lua, &kKeys.list, false);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.list);
    Machine::of(lua).list_mark = lua_topointer(lua, -1);
    lua_pop(lua, 1);
    set_mark(lua, &kKeys.map, true);
    lua_newtable(lua);  // frozen tables by their contents, for as long as these live
    lua_createtable(lua, 0, 1);
    lua_pushliteral(lua, "k");
    lua_setfield(lua, -2, "__mode");
    lua_setmetatable(lua, -2);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &kKeys.origins);
}

/// Puts the value on top at a name with dots in the table at the index, making tables as needed.
void place(lua_State* lua, int table, std::string_view name) {
    auto const value = lua_gettop(lua);
    lua_pushvalue(lua, table);
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
        push_text(lua, name.substr(0, dot));
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, -3) != LUA_TTABLE) {
            lua_pop(lua, 1);
            lua_newtable(lua);
            lua_pushvalue(lua, -2);
            lua_pushvalue(lua, -2);
            lua_rawset(lua, -5);
        }
        lua_replace(lua, -3);
        lua_pop(lua, 1);
        name.remove_prefix(dot + 1);
    }
    push_text(lua, name);
    lua_pushvalue(lua, value);
    lua_rawset(lua, -3);
    lua_settop(lua, value - 1);
}

/// Calls the function with the arguments but the first, which is the table that was called.
int call_without_table(lua_State* lua) {
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_replace(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    return 1;
}

/// Makes the table of that name of the library callable by the function on top. @return false if there is none; the function stays then.
bool make_callable(lua_State* lua, int library, std::string const& name) {
    if (lua_getfield(lua, library, name.c_str()) != LUA_TTABLE) {
        lua_pop(lua, 1);
        return false;
    }
    lua_createtable(lua, 0, 1);
    lua_pushvalue(lua, -3);
    lua_pushcclosure(lua, call_without_table, 1);
    lua_setfield(lua, -2, "__call");
    freeze(lua, -1);
    lua_setmetatable(lua, -2);
    lua_pop(lua, 2);
    return true;
}

}  // namespace

/// The metatable of the library's table has it as its __index, until it gives way to the table of those globals.
int first_own_global(lua_State* lua) {
    auto& machine = Machine::of(lua);
    if (!machine.options.globals) return 0;
    lua_settop(lua, 2);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.globals);
    auto push = machine.pusher(lua);
    machine.options.globals(push);
    if (!lua_istable(lua, 4)) return 0;
    lua_pushvalue(lua, 4);
    lua_setfield(lua, 3, "__index");
    lua_pushvalue(lua, 2);
    lua_rawget(lua, 4);
    return 1;
}

namespace {

/// Pushes the table of the library and the host, with the metatable of the call's own globals.
void push_library(lua_State* lua) {
    lua_newtable(lua);
    auto const library = lua_gettop(lua);
    add_base(lua);
    static constexpr std::pair<char const*, void (*)(lua_State*)> tables[] = {
        {"string", push_strings},
        {"table", push_tables},
        {"math", push_math},
        {"utf8", push_utf8},
        {"re", push_regular},
        {"time", push_time},
        {"crypto", push_crypto},
        {"codec", push_codec},
        {"text", push_text_functions},
    };
    for (auto const& [name, push] : tables) {
        push(lua);
        lua_setfield(lua, library, name);
    }
    auto const& hosts = Machine::of(lua).program->hosts();
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        if (hosts[i].hidden) continue;
        push_host(lua, static_cast<HostId>(i));
        if (hosts[i].mode == HostFunction::Mode::immediate && make_callable(lua, library, hosts[i].name)) continue;
        place(lua, library, hosts[i].name);
    }
    lua_createtable(lua, 0, 2);
    lua_pushliteral(lua, "__index");
    lua_rawsetp(lua, -2, &kKeys.globals);
    lua_pushcfunction(lua, first_own_global);
    lua_setfield(lua, -2, "__index");
    lua_pushvalue(lua, -1);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &kKeys.globals);
    lua_setmetatable(lua, library);
}

/// Freezes the tables in the table at the index, the innermost first, and notes their names.
void freeze_within(lua_State* lua, int table, std::string const& prefix, std::vector<std::string>* names) {
    luaL_checkstack(lua, 10, nullptr);
    for (lua_pushnil(lua); lua_next(lua, table); lua_pop(lua, 1)) {
        auto const name = prefix + lua_tostring(lua, -2);
        if (names) names->push_back(name);
        if (!lua_istable(lua, -1)) continue;
        freeze_within(lua, lua_gettop(lua), name + ".", names);
        freeze(lua, -1);
    }
}

/// The first global that a call writes in a module makes the table for them. The metatable of the environment, the definitions and the module's
/// number are upvalues.
int first_write(lua_State* lua) {
    lua_settop(lua, 3);
    lua_createtable(lua, 0, 4);
    lua_createtable(lua, 0, 1);
    lua_pushvalue(lua, lua_upvalueindex(2));
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, 4);
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, 3);
    lua_rawset(lua, 4);
    Machine::of(lua).written.push_back(static_cast<int>(lua_tointeger(lua, lua_upvalueindex(3))));
    lua_pushvalue(lua, 4);
    lua_setfield(lua, lua_upvalueindex(1), "__index");
    lua_pushvalue(lua, 4);
    lua_setfield(lua, lua_upvalueindex(1), "__newindex");
    return 0;
}

Problem mistake_of(Module const& module, std::string_view message) {
    std::string_view file = module.file;
    int line = 0;
    if (message.starts_with(file) && message.size() > file.size() && message[file.size()] == ':') {
        message.remove_prefix(file.size() + 1);
        while (!message.empty() && message.front() >= '0' && message.front() <= '9') {
            line = line * 10 + (message.front() - '0');
            message.remove_prefix(1);
        }
        if (message.starts_with(": ")) message.remove_prefix(2);
    }
    return configuration_problem(file, line, 0, message);
}

class Loading {
public:
    Loading(lua_State* lua, Program::Parts const& parts, Program::Parts* learnt, std::vector<Problem>* mistakes)
        : lua_(lua),
          parts_(parts),
          learnt_(learnt),
          mistakes_(mistakes) {}

    void run() {
        push_library(lua_);
        library_ = lua_gettop(lua_);
        auto* const names = learnt_ ? &learnt_->names : nullptr;
        freeze_within(lua_, library_, "", names);
        lua_newtable(lua_);
        functions_ = lua_gettop(lua_);
        lua_newtable(lua_);
        modules_ = lua_gettop(lua_);
        for (auto const& module : parts_.modules) announce(module);
        for (std::size_t i = 0; i < parts_.modules.size(); ++i) load(parts_.modules[i], static_cast<int>(i + 1));
        collect_functions();
        lua_pushvalue(lua_, functions_);
        lua_rawsetp(lua_, LUA_REGISTRYINDEX, &kKeys.functions);
        lua_pushvalue(lua_, modules_);
        lua_rawsetp(lua_, LUA_REGISTRYINDEX, &kKeys.modules);
    }

private:
    /// Makes the module's view for the others, empty until it is loaded.
    void announce(Module const& module) {
        push_text(lua_, module.name);
        lua_pushvalue(lua_, -1);
        if (lua_rawget(lua_, library_) != LUA_TNIL)
            fault(configuration_problem(module.file, 0, 0, "the name '" + module.name + "' is taken: call the file otherwise"));
        lua_pop(lua_, 1);
        lua_newtable(lua_);
        freeze(lua_, -1);
        lua_rawset(lua_, library_);
    }

    void fault(Problem problem) {
        if (mistakes_) mistakes_->push_back(std::move(problem));
    }

    void load(Module const& module, int number) {
        auto const top = lua_gettop(lua_);
        lua_newtable(lua_);  // the environment, empty for ever: what is read and written goes by its metatable
        auto const environment = top + 1;
        lua_createtable(lua_, 0, 4);
        auto const metatable = top + 2;
        lua_newtable(lua_);
        auto const definitions = top + 3;
        lua_createtable(lua_, 0, 1);
        lua_pushvalue(lua_, library_);
        lua_setfield(lua_, -2, "__index");
        lua_setmetatable(lua_, definitions);
        lua_pushboolean(lua_, true);
        lua_rawsetp(lua_, metatable, &kKeys.frozen);
        lua_pushboolean(lua_, false);
        lua_setfield(lua_, metatable, "__metatable");
        for (char const* way : {"__index", "__newindex"}) {
            lua_pushvalue(lua_, definitions);
            lua_setfield(lua_, metatable, way);
        }
        lua_pushvalue(lua_, metatable);
        lua_setmetatable(lua_, environment);

        auto const chunk = "@" + module.file;
        auto status = luaL_loadbufferx(lua_, module.bytecode.data(), module.bytecode.size(), chunk.c_str(), "b");
        if (status == LUA_OK) {
            lua_pushvalue(lua_, environment);
            if (!lua_setupvalue(lua_, -2, 1)) lua_pop(lua_, 1);
            status = lua_pcall(lua_, 0, 0, 0);
        }
        auto& machine = Machine::of(lua_);
        if (machine.limit)
            fault(configuration_problem(
                module.file, 0, 0, "to load the file takes more " + std::string(to_string(*machine.limit)) + " than it may"
            ));
        else if (status != LUA_OK)
            fault(mistake_of(module, lua_isstring(lua_, -1) ? check_text(lua_, -1).substr(0, 1000) : "an error that is no text"));
        if (status != LUA_OK && !mistakes_) complain(lua_, "a module can't be loaded any more");
        lua_settop(lua_, definitions);
        if (machine.limit) return;
        for (auto& problem : freeze_module(lua_, module)) fault(std::move(problem));
        publish(module, definitions);
        keep(number, metatable, definitions);
        lua_settop(lua_, top);
    }

    /// Fills the module's view with what it defines.
    void publish(Module const& module, int definitions) {
        push_text(lua_, module.name);
        lua_rawget(lua_, library_);
        push_contents(lua_, lua_gettop(lua_));
        auto const view = lua_gettop(lua_);
        for (lua_pushnil(lua_); lua_next(lua_, definitions);) {
            lua_pushvalue(lua_, -2);
            lua_insert(lua_, -2);
            lua_rawset(lua_, view);
        }
    }

    void keep(int number, int metatable, int definitions) {
        lua_createtable(lua_, 5, 0);
        lua_pushvalue(lua_, metatable);
        lua_rawseti(lua_, -2, 1);
        lua_pushvalue(lua_, definitions);
        lua_rawseti(lua_, -2, 2);
        lua_pushvalue(lua_, metatable);
        lua_pushvalue(lua_, definitions);
        lua_pushinteger(lua_, number);
        lua_pushcclosure(lua_, first_write, 3);
        lua_pushvalue(lua_, -1);
        lua_setfield(lua_, metatable, "__newindex");
        lua_rawseti(lua_, -2, 3);
        lua_pushliteral(lua_, "__index");
        lua_rawseti(lua_, -2, 4);
        lua_pushliteral(lua_, "__newindex");
        lua_rawseti(lua_, -2, 5);
        lua_rawseti(lua_, modules_, number);
    }

    /// The functions in the program's order; the first state finds them.
    void collect_functions() {
        if (learnt_ && mistakes_->empty()) {
            for (auto const& module : parts_.modules) learn(module);
            std::ranges::sort(learnt_->functions, {}, &Function::name);
        }
        lua_Integer number = 0;
        for (auto const& function : parts_.functions) {
            auto const dot = function.name.find('.');
            push_text(lua_, std::string_view(function.name).substr(0, dot));
            lua_rawget(lua_, library_);
            push_contents(lua_, lua_gettop(lua_));
            push_text(lua_, std::string_view(function.name).substr(dot + 1));
            lua_rawget(lua_, -2);
            lua_rawseti(lua_, functions_, ++number);
            lua_settop(lua_, modules_);
        }
    }

    void learn(Module const& module) {
        push_text(lua_, module.name);
        lua_rawget(lua_, library_);
        push_contents(lua_, lua_gettop(lua_));
        learnt_->names.push_back(module.name);
        for (lua_pushnil(lua_); lua_next(lua_, modules_ + 2); lua_pop(lua_, 1)) {
            if (lua_type(lua_, -2) != LUA_TSTRING) continue;
            auto const name = module.name + "." + lua_tostring(lua_, -2);
            learnt_->names.push_back(name);
            if (!lua_isfunction(lua_, -1) || lua_iscfunction(lua_, -1)) continue;
            lua_Debug where{};
            lua_pushvalue(lua_, -1);
            lua_getinfo(lua_, ">S", &where);
            learnt_->functions.push_back({name, module.file, where.linedefined});
        }
        lua_settop(lua_, modules_);
    }

    lua_State* lua_;
    Program::Parts const& parts_;
    Program::Parts* learnt_;
    std::vector<Problem>* mistakes_;
    int library_ = 0;
    int functions_ = 0;
    int modules_ = 0;
};

}  // namespace

Result<void> Machine::build(
    std::shared_ptr<Program const> of_program, StateLimits with, Program::Parts* learnt, std::vector<Problem>* mistakes
) {
    program = std::move(of_program);
    limits = with;
    lua = lua_newstate(allocate, this);
    if (!lua) return Problem(Reason::internal).because("a state does not fit into its memory");
    *static_cast<Machine**>(lua_getextraspace(lua)) = this;
    begin(0, CallOptions{kLoading, nullptr, {}, {}});
    started = Clock::now();
    loading = true;
    thread = lua;  // the limits are those of a call
    lua_sethook(
        lua, [](lua_State* at, lua_Debug*) { of(at).charge(at, static_cast<std::uint64_t>(of(at).interval)); }, LUA_MASKCOUNT, interval
    );
    auto const status = protect([&](lua_State* at) {
        luaL_checkstack(at, 40, nullptr);
        prepare_registry(at);
        Loading(at, program->parts(), learnt, mistakes).run();
        lua_pushnil(at);
        lua_setfield(at, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_newtable(at);
        lua_rawseti(at, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
        return 0;
    });
    thread = nullptr;
    loading = false;
    lua_sethook(lua, nullptr, 0, 0);
    std::string const cause = status == LUA_OK                   ? ""
                              : lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1)
                                                                 : "the modules do not fit into their limits";
    lua_settop(lua, 0);
    base_interval = interval;
    written.clear();
    if (status != LUA_OK) return Problem(Reason::internal).because(cause);
    return outcome::success();
}

}  // namespace koine::script
