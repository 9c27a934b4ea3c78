/// @file Pattern: a pattern of Lua, matched step by step under the call's limits: backtracking can take a time that grows with a power of the text.
#pragma once

#include "script/finder.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace koine::script {

/// Source: Lua 5.4 Reference Manual §6.4.1.
class Pattern final : public Finder {
public:
    /// Both texts must lie on Lua's stack. @param may_anchor: a leading ^ is one (not so in gmatch).
    Pattern(lua_State* lua, std::string_view subject, std::string_view pattern, bool may_anchor = true);

    bool search(std::size_t from, std::size_t last) override;
    int captures() const override { return level_; }
    void push_capture(int index) override;
    bool anchored() const override { return anchored_; }

private:
    using At = char const*;
    static constexpr int kMostCaptures = 32;
    static constexpr int kMostDepth = 200;
    enum class Span : std::uint8_t { open, closed, position };
    struct Capture {
        At begin = nullptr;
        std::size_t size = 0;
        Span span = Span::open;
    };

    void step();
    At match(At s, At p);
    At match_default(At s, At p, At after);
    At most(At s, At p, At after);
    At least(At s, At p, At after);
    At open(At s, At p, Span span);
    At close(At s, At p);
    At again(At s, char digit);
    At balanced(At s, At p);
    At item_end(At p);
    bool one(At s, At p, At after);
    static bool in_class(unsigned char c, unsigned char name);
    static bool in_set(unsigned char c, At p, At last);

    lua_State* lua_;
    At begin_;
    At stop_;
    At pattern_;
    At pattern_stop_;
    bool anchored_ = false;
    int level_ = 0;
    int depth_ = 0;
    unsigned steps_ = 0;
    std::array<Capture, kMostCaptures> spans_;
};

}  // namespace koine::script
