#include "script/machine.hpp"

#include <exception>

namespace koine::script {
namespace {

// A limit is never caught.
int finish_pcall(lua_State* lua, int status, lua_KContext /*context*/) {
    auto& machine = Machine::of(lua);
    --machine.guards;
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(lua);
    if (machine.limit) machine.stop(lua, *machine.limit);
    if (status == LUA_ERRMEM) machine.stop(lua, Limit::memory);
    constexpr std::uint64_t kUnwinding = 500;
    machine.charge(lua, kUnwinding);
    lua_pushboolean(lua, false);
    lua_insert(lua, -2);
    return 2;
}

int pcall(lua_State* lua) {
    luaL_checkany(lua, 1);
    lua_pushboolean(lua, true);
    lua_insert(lua, 1);
    ++Machine::of(lua).guards;
    return finish_pcall(lua, lua_pcallk(lua, lua_gettop(lua) - 2, LUA_MULTRET, 0, 0, finish_pcall), 0);
}

int next(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 2);
    push_contents(lua, 1);
    lua_insert(lua, 2);
    return lua_next(lua, 2) ? 2 : 0;
}

int pairs(lua_State* lua) {
    luaL_checkany(lua, 1);
    if (luaL_getmetafield(lua, 1, "__pairs") == LUA_TNIL) {
        lua_pushcfunction(lua, next);
        lua_pushvalue(lua, 1);
        lua_pushnil(lua);
    } else {
        lua_pushvalue(lua, 1);
        lua_callk(lua, 1, 3, 0, [](lua_State*, int, lua_KContext) { return 3; });
    }
    return 3;
}

/// A metatable that is frozen is used by its contents, for Lua reads metatables as they lie.
int set_metatable(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_argexpected(lua, lua_isnoneornil(lua, 2) || lua_istable(lua, 2), 2, "nil or table");
    lua_settop(lua, 2);
    if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL) complain(lua, "cannot change a protected metatable");
    if (lua_istable(lua, 2)) {
        push_contents(lua, 2);
        lua_replace(lua, 2);
        for (char const* name : {"__gc", "__close", "__mode"}) {
            lua_pushstring(lua, name);
            if (lua_rawget(lua, 2) != LUA_TNIL) complain(lua, "%s is not available", name);
            lua_pop(lua, 1);
        }
    }
    lua_setmetatable(lua, 1);
    return 1;
}

int get_metatable(lua_State* lua) {
    luaL_checkany(lua, 1);
    if (!lua_getmetatable(lua, 1)) {
        lua_pushnil(lua);
        return 1;
    }
    if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL) return 1;
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.origins);
    lua_pushvalue(lua, -2);
    if (lua_rawget(lua, -2) == LUA_TNIL) lua_pop(lua, 2);
    return 1;
}

int raw_get(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checkany(lua, 2);
    push_contents(lua, 1);
    lua_pushvalue(lua, 2);
    lua_rawget(lua, -2);
    return 1;
}

/// The table to be marked, a new one if none is given, as the first of so many arguments.
void begin_marking(lua_State* lua, int arguments) {
    if (lua_isnoneornil(lua, 1)) lua_settop(lua, 0), lua_newtable(lua);
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, arguments);
    if (luaL_getmetafield(lua, 1, "__metatable") != LUA_TNIL) complain(lua, "a table with a metatable can't be marked");
}

int make_list(lua_State* lua) {
    begin_marking(lua, 1);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.list);
    lua_setmetatable(lua, 1);
    return 1;
}

int make_map(lua_State* lua) {
    begin_marking(lua, 2);
    if (lua_istable(lua, 2)) {
        lua_createtable(lua, 0, 2);
        lua_pushvalue(lua, 2);
        lua_rawsetp(lua, -2, &kKeys.order);
        lua_pushboolean(lua, false);
        lua_setfield(lua, -2, "__metatable");
    } else {
        lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.map);
    }
    lua_setmetatable(lua, 1);
    lua_settop(lua, 1);
    return 1;
}

int problem(lua_State* lua) {
    auto& machine = Machine::of(lua);
    auto kind = std::string(check_text(lua, 1));
    auto fields = lua_isnoneornil(lua, 2) ? Value(Map{}) : check_value(lua, 2, machine.tree_budget);
    if (!fields.map()) complain(lua, "problem: its fields are to be a table with names");
    raise(lua, Raised{std::move(kind), std::move(fields)});
}

int warn(lua_State* lua) {
    constexpr std::size_t kMostNotes = 100;
    auto& machine = Machine::of(lua);
    if (machine.notes.size() >= kMostNotes) complain(lua, "more than %d warnings", static_cast<int>(kMostNotes));
    Note note{std::string(check_text(lua, 1)), {}};
    for (int i = 2, last = lua_gettop(lua); i <= last; ++i) note.arguments.push_back(check_value(lua, i, machine.tree_budget));
    machine.notes.push_back(std::move(note));
    return 0;
}

int problem_index(lua_State* lua) {
    // The metatable is out of reach, so only a problem comes here.
    auto const place = *static_cast<std::size_t const*>(lua_touserdata(lua, 1));
    auto const name = check_text(lua, 2);
    auto const& raised = Machine::of(lua).raised;
    if (place >= raised.size()) return 0;
    auto push = Machine::pusher(lua);
    if (auto const* own = std::get_if<Raised>(&raised[place])) {
        if (name == "kind")
            push.text(own->kind);
        else if (auto const* field = own->fields.find(name))
            push.value(*field);
    } else {
        auto const& given = std::get<Problem>(raised[place]);
        if (name == "kind")
            push.text(to_string(given.kind()));
        else if (name == "reason")
            push.text(to_string(given.reason()));
        else if (auto const argument = given.argument(name))
            push.text(*argument);
    }
    return push.count();
}

int problem_text(lua_State* lua) {
    lua_settop(lua, 1);
    lua_pushliteral(lua, "kind");
    problem_index(lua);
    lua_pushliteral(lua, "problem: ");
    lua_insert(lua, -2);
    lua_concat(lua, 2);
    return 1;
}

int null_text(lua_State* lua) {
    lua_pushliteral(lua, "null");
    return 1;
}

int charged(lua_State* lua) {
    std::size_t bytes = 0;
    for (int i = lua_gettop(lua); i > 0; --i)
        if (lua_type(lua, i) == LUA_TSTRING) bytes += lua_rawlen(lua, i);
    if (bytes >= 64) Machine::of(lua).charge(lua, bytes / 16);
    return lua_tocfunction(lua, lua_upvalueindex(1))(lua);
}

int call_immediate(lua_State* lua) {
    auto& machine = Machine::of(lua);
    auto const id = static_cast<HostId>(lua_tointeger(lua, lua_upvalueindex(1)));
    auto const& function = machine.program->hosts()[static_cast<std::size_t>(id)];
    if (machine.loading) complain(lua, "%s can't be called while the file is loaded", function.name.c_str());
    auto result = Machine::pusher(lua);
    std::optional<Problem> problem;
    try {
        auto const arguments = Machine::arguments(lua, id);
        luaL_checkstack(lua, 16, nullptr);
        if (auto outcome = function.handler(arguments, result); !outcome) problem = outcome.error();
    } catch (std::exception const& error) {
        problem = Problem(Reason::internal).because(error.what());
    }
    if (problem) raise(lua, *std::move(problem));
    return result.count() > 0 ? 1 : 0;
}

int after_wait(lua_State* lua, int /*status*/, lua_KContext before) {
    auto& machine = Machine::of(lua);
    if (machine.given_problem) {
        auto given = *std::exchange(machine.given_problem, std::nullopt);
        raise(lua, std::move(given));
    }
    return lua_gettop(lua) - static_cast<int>(before);
}

int serve_in_place(lua_State* lua) {
    auto& machine = Machine::of(lua);
    auto result = Machine::pusher(lua);
    std::optional<Problem> problem;
    machine.pause_clock();
    try {
        if (auto done = machine.options.serve(machine.wait, result); !done) problem = std::move(done).error();
    } catch (std::exception const& error) {
        problem = Problem(Reason::internal).because(error.what());
    }
    machine.start_clock();
    if (problem) raise(lua, *std::move(problem));
    return result.count() > 0 ? 1 : 0;
}

/// Of a row its key.
Value check_row(lua_State* lua, int index, std::size_t& budget) {
    if (!lua_istable(lua, index)) return check_value(lua, index, budget);
    auto const top = lua_gettop(lua);
    luaL_checkstack(lua, 4, nullptr);
    push_contents(lua, index);
    lua_pushliteral(lua, "id");
    bool const has_key = lua_rawget(lua, -2) != LUA_TNIL;
    auto value = has_key ? Value(Map{{"id", check_value(lua, lua_gettop(lua), budget)}}) : check_value(lua, index, budget);
    lua_settop(lua, top);
    return value;
}

int call_yielding(lua_State* lua) {
    auto& machine = Machine::of(lua);
    auto const id = static_cast<HostId>(lua_tointeger(lua, lua_upvalueindex(1)));
    auto const& host = machine.program->hosts()[static_cast<std::size_t>(id)];
    auto const& name = host.name;
    if (machine.loading) complain(lua, "%s can't be called while the file is loaded", name.c_str());
    machine.wait.function = id;
    machine.wait.arguments.clear();
    auto budget = machine.limits.memory;
    auto const count = lua_gettop(lua);
    for (int i = 1; i <= count; ++i) {
        bool const is_row = host.row_argument && static_cast<std::size_t>(i - 1) == *host.row_argument;
        machine.wait.arguments.push_back(is_row ? check_row(lua, i, budget) : check_value(lua, i, budget));
    }
    if (machine.options.serve) return serve_in_place(lua);
    if (!lua_isyieldable(lua)) complain(lua, "%s may wait, which can't be done inside a function given to sort or gsub", name.c_str());
    return lua_yieldk(lua, 0, count, after_wait);
}

}  // namespace

void push_charged(lua_State* lua, lua_CFunction function) {
    lua_pushcfunction(lua, function);
    lua_pushcclosure(lua, charged, 1);
}

void add_charged(lua_State* lua, std::initializer_list<Entry> entries) {
    for (auto const& [name, function] : entries) {
        push_charged(lua, function);
        lua_setfield(lua, -2, name);
    }
}

void push_host(lua_State* lua, HostId id) {
    auto const& hosts = Machine::of(lua).program->hosts();
    auto const place = static_cast<std::size_t>(id);
    if (place >= hosts.size()) complain(lua, "no such function of the host");
    lua_pushinteger(lua, static_cast<lua_Integer>(place));
    lua_pushcclosure(lua, hosts[place].mode == HostFunction::Mode::yields ? call_yielding : call_immediate, 1);
}

void add_base(lua_State* lua) {
    luaL_requiref(lua, "_G", luaopen_base, 0);
    for (char const* name : {"assert", "error", "ipairs", "rawequal", "rawlen", "select", "tonumber", "tostring", "type"}) {
        lua_getfield(lua, -1, name);
        auto const function = lua_tocfunction(lua, -1);
        lua_pop(lua, 1);
        if (std::string_view(name) == "tonumber")
            push_charged(lua, function);
        else
            lua_pushcfunction(lua, function);
        lua_setfield(lua, -3, name);
    }
    lua_pop(lua, 1);
    static constexpr Entry own[] = {
        {"pcall", pcall},
        {"next", next},
        {"pairs", pairs},
        {"setmetatable", set_metatable},
        {"getmetatable", get_metatable},
        {"rawget", raw_get},
        {"list", make_list},
        {"map", make_map},
        {"problem", problem},
        {"warn", warn},
    };
    add(lua, own);
    lua_pushlightuserdata(lua, &kKeys.null);
    lua_createtable(lua, 0, 2);
    lua_pushcfunction(lua, null_text);
    lua_setfield(lua, -2, "__tostring");
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_setfield(lua, -2, "null");

    lua_newtable(lua);
    static constexpr Entry of_problem[] = {{"__index", problem_index}, {"__tostring", problem_text}};
    add(lua, of_problem);
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_rawsetp(lua, LUA_REGISTRYINDEX, &kKeys.failure);
}

}  // namespace koine::script
