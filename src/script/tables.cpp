#include "script/machine.hpp"

#include <algorithm>
#include <bit>
#include <initializer_list>

namespace koine::script {
namespace {

std::uint64_t range(lua_Integer first, lua_Integer last) {
    return last < first ? 0 : static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
}

void charge(lua_State* lua, std::uint64_t work) { Machine::of(lua).charge(lua, work); }

lua_CFunction own(lua_State* lua) { return lua_tocfunction(lua, lua_upvalueindex(1)); }

/// concat(t, sep, i, j), unpack(t, i, j): what they go through is told by the arguments from `first` on, or by the length.
template <int First>
int ranged(lua_State* lua) {
    auto const from = luaL_optinteger(lua, First, 1);
    auto const to = lua_isnoneornil(lua, First + 1) ? luaL_len(lua, 1) : luaL_checkinteger(lua, First + 1);
    charge(lua, range(from, to));
    return own(lua)(lua);
}

int move(lua_State* lua) {
    charge(lua, range(luaL_checkinteger(lua, 2), luaL_checkinteger(lua, 3)));
    return own(lua)(lua);
}

/// insert(t, position, value), remove(t, position): they shift what comes after.
template <int Arguments>
int shifting(lua_State* lua) {
    if (lua_gettop(lua) >= Arguments) {
        auto const size = luaL_len(lua, 1);
        charge(lua, range(luaL_checkinteger(lua, 2), size));
    }
    return own(lua)(lua);
}

int sort(lua_State* lua) {
    auto const size = static_cast<std::uint64_t>(std::max<lua_Integer>(luaL_len(lua, 1), 0));
    charge(lua, size * static_cast<std::uint64_t>(std::bit_width(size)));
    return own(lua)(lua);
}

/// Leaves the functions of a library of Lua's, all of them or those named, each wrapped.
void push_library(lua_State* lua, char const* name, lua_CFunction open, std::initializer_list<std::string_view> without) {
    luaL_requiref(lua, name, open, 0);
    lua_newtable(lua);
    for (lua_pushnil(lua); lua_next(lua, -3);) {
        auto const function = lua_tocfunction(lua, -1);
        bool const left_out = std::ranges::find(without, std::string_view(lua_tostring(lua, -2))) != without.end();
        if (function) {
            lua_pop(lua, 1);
            push_charged(lua, function);
        }
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        if (left_out)
            lua_pop(lua, 2);
        else
            lua_rawset(lua, -4);
    }
    lua_remove(lua, -2);
}

}  // namespace

void push_tables(lua_State* lua) {
    luaL_requiref(lua, "table", luaopen_table, 0);
    lua_newtable(lua);
    static constexpr std::pair<char const*, lua_CFunction> wrapped[] = {
        {"concat", ranged<3>},
        {"unpack", ranged<2>},
        {"move", move},
        {"insert", shifting<3>},
        {"remove", shifting<2>},
        {"sort", sort},
    };
    for (auto const& [name, function] : wrapped) {
        lua_getfield(lua, -2, name);
        lua_pushcclosure(lua, function, 1);
        lua_setfield(lua, -2, name);
    }
    lua_getfield(lua, -2, "pack");
    lua_setfield(lua, -2, "pack");
    lua_remove(lua, -2);
}

// math.random needs its library's own upvalue, so it is taken as it is.
void push_math(lua_State* lua) {
    luaL_requiref(lua, "math", luaopen_math, 0);
    push_library(lua, "math", luaopen_math, {"randomseed", "random"});
    lua_getfield(lua, -2, "random");
    lua_setfield(lua, -2, "random");
    lua_remove(lua, -2);
}

void push_utf8(lua_State* lua) { push_library(lua, "utf8", luaopen_utf8, {}); }

}  // namespace koine::script
