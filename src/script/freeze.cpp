#include "script/machine.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace koine::script {
namespace {

int refuse_write(lua_State* lua) {
    if (lua_type(lua, 2) == LUA_TSTRING) complain(lua, "'%s' can't be set: the table is read-only", lua_tostring(lua, 2));
    complain(lua, "the table is read-only");
}

int frozen_length(lua_State* lua) {
    push_contents(lua, 1);
    lua_pushinteger(lua, static_cast<lua_Integer>(lua_rawlen(lua, -1)));
    return 1;
}

/// Of a table that had an __index function: it is called with the table, never with the contents.
int frozen_index(lua_State* lua) {
    lua_settop(lua, 2);
    push_contents(lua, 1);
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, 3) != LUA_TNIL) return 1;
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, 2);
    lua_call(lua, 2, 1);
    return 1;
}

/// A table that has a metatable keeps its ways, those that don't write. The metatable itself may be frozen before or after.
void take_over(lua_State* lua, int metatable, int contents, int frozen) {
    bool const list = lua_topointer(lua, metatable) == Machine::of(lua).list_mark;
    bool const mark = list || lua_rawgetp(lua, metatable, &kKeys.order) != LUA_TNIL;
    if (mark) {
        lua_pushvalue(lua, metatable);
        lua_setmetatable(lua, contents);
        return;
    }
    lua_pushvalue(lua, metatable);
    lua_setfield(lua, frozen, "__metatable");
    push_contents(lua, metatable);
    auto const ways = lua_gettop(lua);
    for (char const* name :
         {"__call",
          "__tostring",
          "__name",
          "__eq",
          "__lt",
          "__le",
          "__concat",
          "__len",
          "__add",
          "__sub",
          "__mul",
          "__div",
          "__mod",
          "__unm",
          "__idiv",
          "__pow"}) {
        lua_pushstring(lua, name);
        if (lua_rawget(lua, ways) != LUA_TNIL)
            lua_setfield(lua, frozen, name);
        else
            lua_pop(lua, 1);
    }
    lua_pushliteral(lua, "__index");
    if (lua_rawget(lua, ways) == LUA_TFUNCTION) {
        lua_pushcclosure(lua, frozen_index, 1);
        lua_setfield(lua, frozen, "__index");
    } else {
        lua_createtable(lua, 0, 1);
        lua_insert(lua, -2);
        lua_setfield(lua, -2, "__index");
        lua_setmetatable(lua, contents);
    }
}

bool is_frozen(lua_State* lua, int index) {
    if (!lua_getmetatable(lua, index)) return false;
    bool const frozen = lua_rawgetp(lua, -1, &kKeys.frozen) != LUA_TNIL;  // a table, or true of an environment
    lua_pop(lua, 2);
    return frozen;
}

/// Goes through all that can be reached; the tables and functions still to be looked into lie in a table on the stack.
class Walk {
public:
    Walk(lua_State* lua, Module const& module) : lua_(lua), module_(module) {
        lua_newtable(lua_);
        pending_ = lua_gettop(lua_);
    }

    std::vector<Problem> run(int from) {
        lua_pushvalue(lua_, from);
        note();
        while (count_ > 0) {
            lua_rawgeti(lua_, pending_, count_);
            lua_pushnil(lua_);
            lua_rawseti(lua_, pending_, count_--);
            if (lua_istable(lua_, -1))
                table(lua_gettop(lua_));
            else
                function(lua_gettop(lua_));
            lua_settop(lua_, pending_);
        }
        lua_settop(lua_, pending_ - 1);
        return std::move(mistakes_);
    }

private:
    /// Takes the value on top for later, if it can lead on.
    void note() {
        bool const leads = lua_istable(lua_, -1) || lua_isfunction(lua_, -1);
        if (!leads || !seen_.insert(lua_topointer(lua_, -1)).second)
            lua_pop(lua_, 1);
        else
            lua_rawseti(lua_, pending_, ++count_);
    }

    void table(int index) {
        if (is_frozen(lua_, index)) return;
        bool const definitions = std::exchange(first_, false);  // they are reached through environments only
        for (lua_pushnil(lua_); lua_next(lua_, index);) {
            note();
            lua_pushvalue(lua_, -1);
            note();
        }
        if (definitions) return;
        if (lua_getmetatable(lua_, index)) note();
        lua_settop(lua_, index);
        freeze(lua_, index);
    }

    void function(int index) {
        lua_Debug what{};
        lua_pushvalue(lua_, index);
        lua_getinfo(lua_, ">S", &what);
        if (*what.what != 'C') {
            auto const found = std::ranges::find_if(module_.leakers, [&](Leaker const& leaker) { return is(leaker, what, index); });
            if (found != module_.leakers.end()) leak(*found);
        }
        if (lua_tocfunction(lua_, index) == gmatch_step)
            mistakes_.push_back(
                configuration_problem(module_.file, 0, 0, "the file keeps an iterator of gmatch, which would outlive a call")
            );
        for (int i = 1; lua_getupvalue(lua_, index, i); ++i) {
            note();
        }
    }

    /// Several functions may stand on the same lines; the name of the local tells them apart.
    bool is(Leaker const& leaker, lua_Debug const& what, int index) {
        if (leaker.first_line != what.linedefined || leaker.last_line != what.lastlinedefined) return false;
        char const* const name = lua_getupvalue(lua_, index, leaker.upvalue);
        if (name) lua_pop(lua_, 1);
        return name && leaker.local == name;
    }

    void leak(Leaker const& leaker) {
        auto message = "a function changes '" + leaker.local +
                       "', a local of the file, which would outlive the call: make it a global, or keep it elsewhere";
        mistakes_.push_back(configuration_problem(module_.file, leaker.line, 0, message));
    }

    lua_State* lua_;
    Module const& module_;
    int pending_ = 0;
    lua_Integer count_ = 0;
    bool first_ = true;
    std::unordered_set<void const*> seen_;
    std::vector<Problem> mistakes_;
};

}  // namespace

void push_contents(lua_State* lua, int index) {
    if (lua_getmetatable(lua, index)) {
        bool const frozen = lua_rawgetp(lua, -1, &kKeys.frozen) == LUA_TTABLE;
        lua_remove(lua, -2);
        if (frozen) return;
        lua_pop(lua, 1);
    }
    lua_pushvalue(lua, index);
}

void freeze(lua_State* lua, int index) {
    if (is_frozen(lua, index)) return;
    luaL_checkstack(lua, 20, nullptr);
    index = lua_absindex(lua, index);
    auto const top = lua_gettop(lua);
    lua_newtable(lua);
    auto const contents = top + 1;
    for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
        lua_pushvalue(lua, -2);
        lua_pushvalue(lua, -2);
        lua_rawset(lua, contents);
    }
    for (lua_pushnil(lua); lua_next(lua, index);) {
        lua_pop(lua, 1);
        lua_pushvalue(lua, -1);
        lua_pushnil(lua);
        lua_rawset(lua, index);
    }
    lua_createtable(lua, 0, 5);
    auto const frozen = contents + 1;
    lua_pushvalue(lua, contents);
    lua_rawsetp(lua, frozen, &kKeys.frozen);
    lua_pushvalue(lua, contents);
    lua_setfield(lua, frozen, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, frozen, "__newindex");
    lua_pushcfunction(lua, frozen_length);
    lua_setfield(lua, frozen, "__len");
    lua_pushboolean(lua, false);
    lua_setfield(lua, frozen, "__metatable");
    if (lua_getmetatable(lua, index)) take_over(lua, frozen + 1, contents, frozen);
    lua_settop(lua, frozen);
    lua_setmetatable(lua, index);
    lua_rawgetp(lua, LUA_REGISTRYINDEX, &kKeys.origins);
    lua_pushvalue(lua, contents);
    lua_pushvalue(lua, index);
    lua_rawset(lua, -3);
    lua_settop(lua, top);
}

std::vector<Problem> freeze_module(lua_State* lua, Module const& module) {
    luaL_checkstack(lua, 20, nullptr);
    auto const definitions = lua_gettop(lua);
    return Walk(lua, module).run(definitions);
}

}  // namespace koine::script
