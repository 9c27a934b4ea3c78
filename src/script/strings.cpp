#include "script/finder.hpp"
#include "script/machine.hpp"
#include "script/pattern.hpp"

#include <cstring>

namespace koine::script {
namespace {

constexpr std::string_view kSpecial = "^$*+?.([%-";

int find(lua_State* lua) {
    auto const subject = check_text(lua, 1);
    auto const pattern = check_text(lua, 2);
    if (!lua_toboolean(lua, 4) && pattern.find_first_of(kSpecial) != std::string_view::npos) {
        Pattern finder(lua, subject, pattern);
        return find_first(lua, finder, true);
    }
    auto const from = beginning(lua, 3, subject.size());
    // Two-way search: linear whatever the texts are.
    void const* const found =
        from == Finder::kNone ? nullptr : ::memmem(subject.data() + from, subject.size() - from, pattern.data(), pattern.size());
    if (!found) {
        lua_pushnil(lua);
        return 1;
    }
    auto const at = static_cast<char const*>(found) - subject.data();
    lua_pushinteger(lua, at + 1);
    lua_pushinteger(lua, at + static_cast<lua_Integer>(pattern.size()));
    return 2;
}

int gmatch(lua_State* lua) {
    auto const from = beginning(lua, 3, check_text(lua, 1).size());
    check_text(lua, 2);
    lua_settop(lua, 2);
    lua_pushinteger(lua, from == Finder::kNone ? -1 : static_cast<lua_Integer>(from));
    lua_pushinteger(lua, -1);
    lua_pushcclosure(lua, gmatch_step, 4);
    return 1;
}

int repeat(lua_State* lua) {
    auto const text = check_text(lua, 1);
    auto const count = luaL_checkinteger(lua, 2);
    auto const separator = option_text(lua, 3, "");
    auto const each = text.size() + separator.size();
    if (count <= 0 || each == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    auto& machine = Machine::of(lua);
    if (static_cast<std::uint64_t>(count) > machine.limits.text / each + 1) complain(lua, "resulting string too large");
    auto const total = each * static_cast<std::size_t>(count) - separator.size();
    machine.charge(lua, static_cast<std::uint64_t>(count) + total / 16);
    luaL_Buffer buffer;
    char* out = luaL_buffinitsize(lua, &buffer, total);
    for (lua_Integer i = 0; i < count; ++i) {
        std::memcpy(out, text.data(), text.size());
        out += text.size();
        if (i + 1 == count || separator.empty()) continue;
        std::memcpy(out, separator.data(), separator.size());
        out += separator.size();
    }
    luaL_pushresultsize(&buffer, total);
    return 1;
}

/// Arithmetic on texts reads them as numbers, however long they are.
void charge_metamethods(lua_State* lua, int metatable) {
    for (char const* name : {"__add", "__sub", "__mul", "__mod", "__pow", "__div", "__idiv", "__unm"}) {
        lua_getfield(lua, metatable, name);
        push_charged(lua, lua_tocfunction(lua, -1));
        lua_setfield(lua, metatable, name);
        lua_pop(lua, 1);
    }
}

}  // namespace

int gmatch_step(lua_State* lua) {
    auto const from = lua_tointeger(lua, lua_upvalueindex(3));
    if (from < 0) return 0;
    lua_settop(lua, 0);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_pushvalue(lua, lua_upvalueindex(2));
    auto const subject = check_text(lua, 1);
    Pattern finder(lua, subject, check_text(lua, 2), false);
    auto const last = lua_tointeger(lua, lua_upvalueindex(4));
    bool const found = finder.search(static_cast<std::size_t>(from), last < 0 ? Finder::kNone : static_cast<std::size_t>(last));
    lua_pushinteger(lua, found ? static_cast<lua_Integer>(finder.end) : -1);
    lua_pushvalue(lua, -1);
    lua_replace(lua, lua_upvalueindex(3));
    lua_replace(lua, lua_upvalueindex(4));
    return found ? finder.push_captures(lua, true) : 0;
}

void push_strings(lua_State* lua) {
    luaL_requiref(lua, "string", luaopen_string, 0);
    lua_newtable(lua);
    for (char const* name : {"byte", "char", "format", "len", "lower", "pack", "packsize", "reverse", "sub", "unpack", "upper"}) {
        lua_getfield(lua, -2, name);
        auto const function = lua_tocfunction(lua, -1);
        lua_pop(lua, 1);
        push_charged(lua, function);
        lua_setfield(lua, -2, name);
    }
    add_charged(lua, {{"find", find}, {"match", match_by<Pattern>}, {"gsub", gsub_by<Pattern>}, {"gmatch", gmatch}, {"rep", repeat}});
    lua_remove(lua, -2);
    // The methods of texts: a table of their own that nobody can reach.
    lua_newtable(lua);
    for (lua_pushnil(lua); lua_next(lua, -3);) {
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        lua_rawset(lua, -4);
    }
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    charge_metamethods(lua, lua_gettop(lua));
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, false);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 3);
}

}  // namespace koine::script
