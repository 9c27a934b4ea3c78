#include "script/machine.hpp"

#include <algorithm>
#include <unordered_map>

namespace koine::script {
namespace {

constexpr std::size_t kNodeBytes = 64;

Problem unfit(std::string_view why) { return Problem(Reason::internal).because(why); }

bool is_null(lua_State* lua, int index) { return lua_islightuserdata(lua, index) && lua_touserdata(lua, index) == &kKeys.null; }

/// What a table is, by its mark; `other` if it has none. An order is left on the stack, or nil.
Class push_mark(lua_State* lua, int contents) {
    if (!lua_getmetatable(lua, contents)) {
        lua_pushnil(lua);
        return Class::other;
    }
    if (lua_topointer(lua, -1) == Machine::of(lua).list_mark) {
        lua_pop(lua, 1);
        lua_pushnil(lua);
        return Class::list;
    }
    auto const order = lua_rawgetp(lua, -1, &kKeys.order);
    lua_remove(lua, -2);
    return order == LUA_TNIL ? Class::other : Class::map;
}

class Reading {
public:
    Reading(lua_State* lua, std::size_t& budget) : lua_(lua), budget_(budget) {}

    Result<Value> value(int index, int depth) {
        KOINE_TRY(spend(kNodeBytes));
        switch (lua_type(lua_, index)) {
            case LUA_TNIL: return Value();
            case LUA_TBOOLEAN: return Value(lua_toboolean(lua_, index) != 0);
            case LUA_TNUMBER:
                if (lua_isinteger(lua_, index)) return Value(std::int64_t{lua_tointeger(lua_, index)});
                return Value(double{lua_tonumber(lua_, index)});
            case LUA_TSTRING: {
                KOINE_TRY(auto text, this->text(index));
                return Value(std::move(text));
            }
            case LUA_TTABLE:
                if (depth >= kMaxDepth || !lua_checkstack(lua_, 8)) return unfit("a value is nested deeper than 64 levels");
                return table(lua_absindex(lua_, index), depth + 1);
            default:
                if (is_null(lua_, index)) return Value();
                return unfit(std::string("a ") + lua_typename(lua_, lua_type(lua_, index)) + " is no value");
        }
    }

private:
    Result<void> spend(std::size_t bytes) {
        if (bytes > budget_) return unfit("a value is too large");
        budget_ -= bytes;
        return outcome::success();
    }

    Result<std::string> text(int index) {
        std::size_t size = 0;
        char const* const bytes = lua_tolstring(lua_, index, &size);
        KOINE_TRY(spend(size));
        return std::string(bytes, size);
    }

    Result<Value> table(int index, int depth) {
        auto const top = lua_gettop(lua_);
        push_contents(lua_, index);
        auto const mark = push_mark(lua_, top + 1);
        bool const list = mark == Class::list || (mark == Class::other && lua_rawlen(lua_, top + 1) > 0);
        auto result = list ? items(top + 1, depth, mark == Class::other) : members(top + 1, top + 2, depth);
        lua_settop(lua_, top);
        return result;
    }

    /// @param alone: it has no mark, so it may have nothing else than items.
    Result<Value> items(int contents, int depth, bool alone) {
        auto const size = lua_rawlen(lua_, contents);
        if (alone) {
            std::size_t entries = 0;
            for (lua_pushnil(lua_); lua_next(lua_, contents); lua_pop(lua_, 1)) {
                ++entries;
                if (entries > size || !lua_isinteger(lua_, -2)) return unfit("a table has items and names, or gaps between its items");
            }
        }
        List list;
        for (std::size_t i = 1; i <= size; ++i) {
            lua_rawgeti(lua_, contents, static_cast<lua_Integer>(i));
            KOINE_TRY(auto item, value(-1, depth));
            lua_pop(lua_, 1);
            list.push_back(std::move(item));
        }
        return Value(std::move(list));
    }

    Result<Value> members(int contents, int order, int depth) {
        Map map;
        for (lua_pushnil(lua_); lua_next(lua_, contents); lua_pop(lua_, 1)) {
            if (lua_isfunction(lua_, -1)) continue;
            std::string name;
            if (lua_type(lua_, -2) == LUA_TSTRING) {
                KOINE_TRY(name, text(-2));
            } else if (lua_isinteger(lua_, -2)) {
                name = std::to_string(lua_tointeger(lua_, -2));
            } else {
                return unfit(std::string("a ") + luaL_typename(lua_, -2) + " is no name of a member");
            }
            KOINE_TRY(auto member, value(-1, depth));
            map.push_back({std::move(name), std::move(member)});
        }
        std::ranges::sort(map, {}, &Member::name);
        if (lua_istable(lua_, order)) arrange(map, order);
        return Value(std::move(map));
    }

    void arrange(Map& map, int order) {
        push_contents(lua_, order);
        std::unordered_map<std::string, std::size_t> places;
        auto const count = lua_rawlen(lua_, -1);
        for (std::size_t i = 1; i <= count; ++i) {
            if (lua_rawgeti(lua_, -1, static_cast<lua_Integer>(i)) == LUA_TSTRING) {
                std::size_t size = 0;
                char const* const bytes = lua_tolstring(lua_, -1, &size);
                places.emplace(std::string(bytes, size), i);
            }
            lua_pop(lua_, 1);
        }
        lua_pop(lua_, 1);
        std::ranges::sort(map, {}, [&](Member const& member) {
            auto const found = places.find(member.name);
            return std::pair(found == places.end() ? SIZE_MAX : found->second, std::string_view(member.name));
        });
    }

    lua_State* lua_;
    std::size_t& budget_;
};

}  // namespace

Result<Value> read_value(lua_State* lua, int index, std::size_t& budget) {
    auto const top = lua_gettop(lua);
    auto result = Reading(lua, budget).value(index, 0);
    lua_settop(lua, top);
    return result;
}

Value check_value(lua_State* lua, int index, std::size_t& budget) {
    auto result = read_value(lua, index, budget);
    if (!result) complain(lua, "%s", std::string(result.error().cause()).c_str());
    return std::move(result).value();
}

Value check_tree(lua_State* lua, int index) {
    auto& machine = Machine::of(lua);
    auto budget = machine.limits.memory;
    luaL_checkany(lua, index);
    auto value = check_value(lua, index, budget);
    machine.charge(lua, (machine.limits.memory - budget) / 64);
    return value;
}

Value check_options(lua_State* lua, int index, std::initializer_list<std::string_view> known) {
    if (lua_isnoneornil(lua, index)) return {};
    auto options = check_tree(lua, index);
    if (!options.map()) complain(lua, "options are a table");
    for (auto const& [name, value] : *options.map())
        if (std::ranges::find(known, name) == known.end()) complain(lua, "there is no option '%s'", name.c_str());
    return options;
}

bool check_flag(lua_State* lua, Value const& options, char const* name) {
    auto const* given = options.find(name);
    if (given && !given->boolean()) complain(lua, "%s is true or false", name);
    return given && *given->boolean();
}

// Pusher

void Pusher::room() {
    if (depth_ >= kMaxDepth) complain(lua_, "a value is nested deeper than %d levels", kMaxDepth);
    luaL_checkstack(lua_, 8, nullptr);
}

void Pusher::place() {
    if (depth_ == 0) {
        ++count_;
        luaL_checkstack(lua_, 8, nullptr);
    } else if (frames_[depth_] == kMap) {
        lua_rawset(lua_, -3);
    } else {
        lua_rawseti(lua_, -2, ++frames_[depth_]);
    }
}

void Pusher::null() {
    if (depth_ == 0)
        lua_pushnil(lua_);
    else
        lua_pushlightuserdata(lua_, &kKeys.null);
    place();
}

void Pusher::boolean(bool value) {
    lua_pushboolean(lua_, value);
    place();
}

void Pusher::integer(std::int64_t value) {
    lua_pushinteger(lua_, value);
    place();
}

void Pusher::real(double value) {
    lua_pushnumber(lua_, value);
    place();
}

void Pusher::text(std::string_view value) {
    push_text(lua_, value);
    place();
}

void Pusher::value(Value const& tree) {
    if (auto const* boolean_value = tree.boolean()) return boolean(*boolean_value);
    if (auto const* integer_value = tree.integer()) return integer(*integer_value);
    if (auto const* real_value = tree.real()) return real(*real_value);
    if (auto const* text_value = tree.text()) return text(*text_value);
    if (auto const* list = tree.list()) {
        begin_list(list->size());
        for (auto const& item : *list) value(item);
        return end_list();
    }
    if (auto const* map = tree.map()) {
        begin_map(map->size());
        for (auto const& [name, member] : *map) {
            key(name);
            value(member);
        }
        return end_map();
    }
    null();
}

void Pusher::function(HostId id) {
    push_host(lua_, id);
    place();
}

void Pusher::begin_map(std::size_t about) {
    room();
    lua_createtable(lua_, 0, static_cast<int>(std::min<std::size_t>(about, 1 << 16)));
    frames_[++depth_] = kMap;
}

void Pusher::key(std::string_view name) { push_text(lua_, name); }

void Pusher::same(std::string_view name, std::string_view as) {
    key(name);
    push_text(lua_, as);
    lua_rawget(lua_, -3);
    place();
}

void Pusher::end_map() {
    --depth_;
    place();
}

void Pusher::begin_list(std::size_t about) {
    room();
    lua_createtable(lua_, static_cast<int>(std::min<std::size_t>(about, 1 << 20)), 0);
    lua_rawgetp(lua_, LUA_REGISTRYINDEX, &kKeys.list);
    lua_setmetatable(lua_, -2);
    frames_[++depth_] = 0;
}

void Pusher::end_list() {
    --depth_;
    place();
}

// Reader

Reader Arguments::operator[](std::size_t index) const {
    // Beyond the last argument lies what the result is made of: an index that can't be.
    return {lua_, index < count_ ? static_cast<int>(index) + 1 : 0};
}

Class Reader::type() const {
    if (index_ == 0) return Class::nothing;
    switch (lua_type(lua_, index_)) {
        case LUA_TNONE:
        case LUA_TNIL: return Class::nothing;
        case LUA_TBOOLEAN: return Class::boolean;
        case LUA_TNUMBER: return lua_isinteger(lua_, index_) ? Class::integer : Class::real;
        case LUA_TSTRING: return Class::text;
        case LUA_TFUNCTION: return Class::function;
        case LUA_TTABLE: {
            if (!lua_checkstack(lua_, 4)) return Class::other;
            push_contents(lua_, index_);
            auto mark = push_mark(lua_, lua_absindex(lua_, -1));
            if (mark == Class::other) mark = lua_rawlen(lua_, -2) > 0 ? Class::list : Class::map;
            lua_pop(lua_, 2);
            return mark;
        }
        default: return is_null(lua_, index_) ? Class::null : Class::other;
    }
}

bool Reader::boolean() const { return type() == Class::boolean && lua_toboolean(lua_, index_) != 0; }

std::int64_t Reader::integer() const { return type() == Class::integer ? lua_tointeger(lua_, index_) : 0; }

double Reader::real() const { return index_ != 0 && lua_type(lua_, index_) == LUA_TNUMBER ? lua_tonumber(lua_, index_) : 0; }

std::string_view Reader::text() const {
    if (index_ == 0 || lua_type(lua_, index_) != LUA_TSTRING) return {};
    std::size_t size = 0;
    char const* const bytes = lua_tolstring(lua_, index_, &size);
    return {bytes, size};
}

std::size_t Reader::size() const {
    if (type() != Class::list) return 0;
    push_contents(lua_, index_);
    auto const size = lua_rawlen(lua_, -1);
    lua_pop(lua_, 1);
    return size;
}

void Reader::each(std::function<bool(Reader, std::size_t)> const& visit) const {
    auto const count = size();
    if (count == 0 || !lua_checkstack(lua_, 4)) return;
    auto const top = lua_gettop(lua_);
    push_contents(lua_, index_);
    bool more = true;
    for (std::size_t i = 0; more && i < count; ++i) {
        lua_rawgeti(lua_, top + 1, static_cast<lua_Integer>(i + 1));
        more = visit(Reader(lua_, top + 2), i);
        lua_settop(lua_, top + 1);
    }
    lua_settop(lua_, top);
}

bool Reader::member(std::string_view name, std::function<void(Reader)> const& visit) const {
    if (type() != Class::map || !lua_checkstack(lua_, 6)) return false;
    // Looking a text up would have to make it, which may fail: so its members are gone through.
    auto const top = lua_gettop(lua_);
    push_contents(lua_, index_);
    bool found = false;
    lua_pushnil(lua_);
    while (!found && lua_next(lua_, top + 1)) {
        found = lua_type(lua_, -2) == LUA_TSTRING && Reader(lua_, top + 2).text() == name;
        if (found) visit(Reader(lua_, top + 3));
        lua_settop(lua_, top + 2);
    }
    lua_settop(lua_, top);
    return found;
}

Result<Value> Reader::value() const {
    if (index_ == 0) return Value();
    if (!lua_checkstack(lua_, 8)) return unfit("no room left");
    auto budget = Machine::of(lua_).limits.memory;
    return read_value(lua_, index_, budget);
}

}  // namespace koine::script
