/// @file Finder: something that is looked for in a text, by a pattern of Lua or by a regular expression; what find, match, gmatch and gsub do with it.
#pragma once

#include "script/machine.hpp"

#include <lua.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace koine::script {

class Finder {
public:
    static constexpr std::size_t kNone = std::string_view::npos;

    explicit Finder(std::string_view subject) : subject(subject) {}
    Finder(Finder const&) = delete;
    Finder& operator=(Finder const&) = delete;
    virtual ~Finder() = default;

    /// Looks for the first match that begins at `from` or later and does not end at `last`. @return whether `start` and `end` tell one.
    virtual bool search(std::size_t from, std::size_t last) = 0;
    /// How many captures there are, of the match found.
    virtual int captures() const = 0;
    /// Pushes the capture, from 0.
    virtual void push_capture(int index) = 0;
    /// Whether a match can begin at `from` of the first search only.
    virtual bool anchored() const { return false; }

    void push_whole(lua_State* lua) const { lua_pushlstring(lua, subject.data() + start, end - start); }
    /// Pushes the captures; the whole match if there are none and `whole`. @return how many.
    int push_captures(lua_State* lua, bool whole);

    std::string_view const subject;
    std::size_t start = 0;
    std::size_t end = 0;
};

/// What the functions return, with the arguments of Lua's: the position to begin at is the argument 3, of gsub the replacement, and 4 how often.
int find_first(lua_State* lua, Finder& finder, bool positions);
int replace_all(lua_State* lua, Finder& finder);
/// The functions themselves, by the finder that is made of their first two arguments.
template <class Made>
int match_by(lua_State* lua) {
    auto const subject = check_text(lua, 1);
    Made finder(lua, subject, check_text(lua, 2));
    return find_first(lua, finder, false);
}
template <class Made>
int gsub_by(lua_State* lua) {
    auto const subject = check_text(lua, 1);
    Made finder(lua, subject, check_text(lua, 2));
    return replace_all(lua, finder);
}
/// The offset that an argument `init` means; kNone: beyond the text.
std::size_t beginning(lua_State* lua, int index, std::size_t size);

}  // namespace koine::script
