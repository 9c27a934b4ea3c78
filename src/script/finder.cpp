#include "script/finder.hpp"

#include "script/machine.hpp"

#include <cctype>

namespace koine::script {
namespace {

void append(lua_State* lua, std::string& out, std::string_view text) {
    auto& machine = Machine::of(lua);
    if (out.size() + text.size() > machine.limits.text) machine.stop(lua, Limit::text);
    machine.charge(lua, 1 + text.size() / 64);
    out += text;
}

/// The text of the replacement with %0 to %9 filled in.
void append_template(lua_State* lua, Finder& finder, std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            auto const next = std::min(text.find('%', i), text.size());
            append(lua, out, text.substr(i, next - i));
            i = next - 1;
            continue;
        }
        ++i;
        if (i < text.size() && text[i] == '%') {
            append(lua, out, "%");
        } else if (i < text.size() && text[i] >= '0' && text[i] <= '9') {
            int const index = text[i] - '1';
            if (index < 0 || (index == 0 && finder.captures() == 0))
                finder.push_whole(lua);
            else if (index < finder.captures())
                finder.push_capture(index);
            else
                complain(lua, "invalid capture index %%%d in replacement string", index + 1);
            if (!lua_isnil(lua, -1)) append(lua, out, check_text(lua, -1));
            lua_pop(lua, 1);
        } else {
            complain(lua, "invalid use of '%%' in replacement string");
        }
    }
}

void append_replacement(lua_State* lua, Finder& finder, int kind, std::string& out) {
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(lua, 3);
        auto const count = finder.push_captures(lua, true);
        lua_call(lua, count, 1);
    } else if (kind == LUA_TTABLE) {
        if (finder.captures() > 0)
            finder.push_capture(0);
        else
            finder.push_whole(lua);
        lua_gettable(lua, 3);
    } else {
        append_template(lua, finder, check_text(lua, 3), out);
        return;
    }
    if (!lua_toboolean(lua, -1))
        append(lua, out, finder.subject.substr(finder.start, finder.end - finder.start));
    else if (!lua_isstring(lua, -1))
        complain(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
    else
        append(lua, out, check_text(lua, -1));
    lua_pop(lua, 1);
}

}  // namespace

int Finder::push_captures(lua_State* lua, bool whole) {
    int const count = captures();
    if (count == 0 && whole) {
        push_whole(lua);
        return 1;
    }
    luaL_checkstack(lua, count, "too many captures");
    for (int i = 0; i < count; ++i) push_capture(i);
    return count;
}

std::size_t beginning(lua_State* lua, int index, std::size_t size) {
    auto const init = luaL_optinteger(lua, index, 1);
    if (init > 0) return static_cast<std::size_t>(init) - 1 > size ? Finder::kNone : static_cast<std::size_t>(init) - 1;
    if (init == 0 || init < -static_cast<lua_Integer>(size)) return 0;
    return size - static_cast<std::size_t>(-init);
}

int find_first(lua_State* lua, Finder& finder, bool positions) {
    auto const from = beginning(lua, 3, finder.subject.size());
    if (from == Finder::kNone || !finder.search(from, Finder::kNone)) {
        lua_pushnil(lua);
        return 1;
    }
    if (!positions) return finder.push_captures(lua, true);
    lua_pushinteger(lua, static_cast<lua_Integer>(finder.start + 1));
    lua_pushinteger(lua, static_cast<lua_Integer>(finder.end));
    return 2 + finder.push_captures(lua, false);
}

int replace_all(lua_State* lua, Finder& finder) {
    int const kind = lua_type(lua, 3);
    luaL_argexpected(
        lua, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3, "string/function/table"
    );
    auto const most = luaL_optinteger(lua, 4, static_cast<lua_Integer>(finder.subject.size() + 1));
    std::string out;
    lua_Integer count = 0;
    std::size_t at = 0;
    std::size_t last = Finder::kNone;
    while (count < most && finder.search(at, last)) {
        ++count;
        append(lua, out, finder.subject.substr(at, finder.start - at));
        append_replacement(lua, finder, kind, out);
        at = last = finder.end;
        if (finder.anchored()) break;
    }
    append(lua, out, finder.subject.substr(at));
    push_text(lua, out);
    lua_pushinteger(lua, count);
    return 2;
}

}  // namespace koine::script
